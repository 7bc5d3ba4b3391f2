import { Badge, type Tone } from '../../ui/badge.tsx';
import { Checkbox } from '../../ui/field.tsx';
import { shownText } from '../../ui/shown-text.ts';
import { toggled } from '../../ui/table-keys.ts';
import type { ImportSection } from './credential.ts';

const tones: Record<ImportSection['status'], Tone> = {
  new: 'good',
  changed: 'warn',
  identical: 'neutral',
  refused: 'bad',
};
const words: Record<ImportSection['status'], string> = {
  new: 'new',
  changed: 'changed',
  identical: 'already stored',
  refused: 'cannot be stored',
};

interface SectionListProps {
  sections: readonly ImportSection[];
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
}

/** What each section of the file is to the vault, with a box for those that can be stored. */
export function SectionList({ sections, chosen, onChoose }: SectionListProps) {
  if (sections.length === 0) return <p>There are no sections in this file.</p>;
  return (
    <ul className="flex flex-col rounded-md border border-line">
      {sections.map(({ section, line, status, changes, problems, notes }) => (
        <li
          key={`${section}-${line}`}
          className="flex flex-wrap items-start gap-x-3 gap-y-1 border-b border-line px-3 py-2 last:border-b-0"
        >
          <Checkbox
            className="min-w-0 flex-1"
            disabled={status === 'refused' || status === 'identical'}
            checked={chosen.has(section)}
            onChange={() => onChoose(toggled(chosen, section))}
            label={
              <>
                <span className="font-medium break-all">{shownText(section)}</span>{' '}
                <span className="text-muted">line {line}</span>
                {changes.length > 0 && <span className="block text-muted">changes: {changes.join(', ')}</span>}
                {problems.map((text) => (
                  <span key={text} className="block text-bad">
                    {shownText(text)}
                  </span>
                ))}
                {notes.map((text) => (
                  <span key={text} className="block text-muted">
                    {shownText(text)}
                  </span>
                ))}
              </>
            }
          />
          <Badge tone={tones[status]}>{words[status]}</Badge>
        </li>
      ))}
    </ul>
  );
}

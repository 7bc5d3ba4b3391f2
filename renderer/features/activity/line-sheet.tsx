import { Sheet } from '../../ui/sheet.tsx';
import { shownText } from '../../ui/shown-text.ts';
import { exactTime } from '../../ui/time-words.ts';
import type { Line } from './line-words.ts';
import { useLineWords } from './use-line-words.ts';

/** All that one line of the record holds. */
export function LineSheet({ line, onClose }: { line: Line; onClose: () => void }) {
  const lineWords = useLineWords();
  const { seq, at, kind, ...facts } = line;
  const rows: [string, unknown][] = [
    ['line', seq],
    ['when', exactTime(Date.parse(at))],
    ['UTC', at],
    ['kind', kind],
    ...Object.entries(facts),
  ];
  return (
    <Sheet open onClose={onClose} title={lineWords(line).text}>
      <dl className="flex flex-col gap-2">
        {rows.map(([key, value]) => (
          <div key={key} className="grid grid-cols-[128px_minmax(0,1fr)] gap-2">
            <dt className="break-words text-muted">{key}</dt>
            <dd className="font-mono text-12 leading-5 break-all whitespace-pre-wrap">
              {shownText(typeof value === 'string' ? value : JSON.stringify(value, null, 2))}
            </dd>
          </div>
        ))}
      </dl>
    </Sheet>
  );
}

import { shownText } from '../../ui/shown-text.ts';
import { useClientTitle } from '../clients/use-client-title.ts';
import { lineWords, type Line } from './line-words.ts';

const marks = { neutral: '·', good: '✓', warn: '▲', bad: '✕', info: '?' };
const looks = { neutral: 'text-muted', good: 'text-good', warn: 'text-warn', bad: 'text-bad', info: 'text-info' };

/** A line of the record as its mark and sentence. */
export function LineText({ line }: { line: Line }) {
  const clientTitle = useClientTitle();
  const { text, tone } = lineWords(
    typeof line.client === 'string' ? { ...line, client: clientTitle(line.client) } : line,
  );
  return (
    <>
      <span aria-hidden className={`w-3 shrink-0 text-center ${looks[tone]}`}>
        {marks[tone]}
      </span>
      <span className="min-w-0 truncate" title={shownText(text)}>
        {shownText(text)}
      </span>
    </>
  );
}

import type { Line } from './line-words.ts';
import { useLineWords } from './use-line-words.ts';

const marks = { neutral: '·', good: '✓', warn: '▲', bad: '✕', info: '?' };
const looks = { neutral: 'text-muted', good: 'text-good', warn: 'text-warn', bad: 'text-bad', info: 'text-info' };

/** A line of the record as its mark and sentence. */
export function LineText({ line }: { line: Line }) {
  const { text, tone } = useLineWords()(line);
  return (
    <>
      <span aria-hidden className={`w-3 shrink-0 text-center ${looks[tone]}`}>
        {marks[tone]}
      </span>
      <span className="min-w-0 truncate" title={text}>
        {text}
      </span>
    </>
  );
}

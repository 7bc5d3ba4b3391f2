import { RelativeTime } from '../../ui/relative-time.tsx';
import { shownText } from '../../ui/shown-text.ts';
import type { Column } from '../../ui/table.tsx';
import { lineWords, type Line } from './line-words.ts';

const marks = { neutral: '·', good: '✓', warn: '▲', bad: '✕', info: '?' };
const looks = { neutral: 'text-muted', good: 'text-good', warn: 'text-warn', bad: 'text-bad', info: 'text-info' };

export const activityColumns: Column<Line>[] = [
  {
    key: 'what',
    title: 'What',
    track: 'minmax(0,3fr)',
    cell: (line) => {
      const { text, tone } = lineWords(line);
      return (
        <>
          <span aria-hidden className={`w-3 text-center ${looks[tone]}`}>
            {marks[tone]}
          </span>
          <span className="truncate">{shownText(text)}</span>
        </>
      );
    },
  },
  {
    key: 'tool',
    title: 'Tool',
    track: 'minmax(0,1.4fr)',
    from: 760,
    cell: ({ tool }) => (
      <span className="truncate font-mono text-12 text-muted">{typeof tool === 'string' ? shownText(tool) : ''}</span>
    ),
  },
  {
    key: 'took',
    title: 'Took',
    track: '72px',
    from: 560,
    cell: ({ durationMs }) => (
      <span className="text-muted">{typeof durationMs === 'number' ? `${Math.round(durationMs)} ms` : ''}</span>
    ),
  },
  {
    key: 'at',
    title: 'When',
    track: '84px',
    cell: ({ at }) => (
      <span className="text-muted">
        <RelativeTime at={at} />
      </span>
    ),
  },
  {
    key: 'seq',
    title: 'Line',
    track: '64px',
    from: 640,
    cell: ({ seq }) => <span className="text-muted">{seq > 0 ? seq : ''}</span>,
  },
];

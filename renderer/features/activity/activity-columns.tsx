import { RelativeTime } from '../../ui/relative-time.tsx';
import { shownText } from '../../ui/shown-text.ts';
import type { Column } from '../../ui/table.tsx';
import { LineText } from './line-text.tsx';
import type { Line } from './line-words.ts';

export const activityColumns: Column<Line>[] = [
  {
    key: 'what',
    title: 'What',
    track: 'minmax(0,3fr)',
    cell: (line) => <LineText line={line} />,
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

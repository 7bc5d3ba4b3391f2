import { Activity } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import { Page } from '../../app/page.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Table } from '../../ui/table.tsx';
import { activityColumns } from './activity-columns.tsx';
import { ActivityFilters } from './activity-filters.tsx';
import { LineSheet } from './line-sheet.tsx';
import type { Line } from './line-words.ts';
import { useLineWords } from './use-line-words.ts';
import { useActivity, type ActivityFilter } from './use-activity.ts';
import { VerifyChain } from './verify-chain.tsx';

/** What was done with it? Newest first, live. */
export function ActivityPage(): ReactNode {
  const [filter, setFilter] = useState<ActivityFilter>({});
  return (
    <Page
      title="Activity"
      answer="Everything that was lent, asked and changed, newest first."
      actions={<VerifyChain />}
      fills
    >
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <ActivityFilters filter={filter} onFilter={setFilter} />
        <ActivityList key={JSON.stringify(filter)} filter={filter} onClear={() => setFilter({})} />
      </div>
    </Page>
  );
}

const idOf = ({ seq, at, kind }: Line): string => (seq > 0 ? String(seq) : `${at} ${kind}`);

function ActivityList({ filter, onClear }: { filter: ActivityFilter; onClear: () => void }) {
  const lineWords = useLineWords();
  const [isAtTop, setAtTop] = useState(true);
  const [open, setOpen] = useState<Line | null>(null);
  const { lines, isPending, failure, newCount, showNewest, readOlder } = useActivity(filter, isAtTop);
  const isFiltered = Object.keys(filter).length > 0;
  const columns = useMemo(() => activityColumns, []);
  if (lines.length === 0) {
    if (failure) {
      return (
        <div className="p-3">
          <FailureNote failure={failure} />
        </div>
      );
    }
    if (isPending) return <Skeleton lines={14} />;
    return (
      <EmptyState
        icon={<Activity size={28} aria-hidden />}
        title={isFiltered ? 'Nothing in the record matches.' : 'Nothing was recorded yet'}
      >
        {isFiltered ? (
          <Button onClick={onClear}>Show everything</Button>
        ) : (
          'The first call of a client appears here by itself.'
        )}
      </EmptyState>
    );
  }
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {failure && (
        <div className="p-2">
          <FailureNote failure={failure} />
        </div>
      )}
      <p role="status" className="sr-only">
        {isAtTop && lines[0] ? lineWords(lines[0]).text : ''}
      </p>
      {newCount > 0 && !isAtTop && (
        <Button
          look="main"
          size="small"
          className="enter absolute top-10 left-1/2 z-20 -translate-x-1/2 rounded-full! shadow-panel"
          onClick={() => {
            showNewest();
            document.querySelector('[role=grid]')?.scrollTo({ top: 0 });
          }}
        >
          {newCount >= 200 ? '200 or more' : newCount} new
        </Button>
      )}
      <Table
        label="Activity"
        rows={lines}
        columns={columns}
        idOf={idOf}
        onOpen={setOpen}
        onEnd={readOlder}
        onScrolled={setAtTop}
        openId={open ? idOf(open) : undefined}
      />
      {open && <LineSheet line={open} onClose={() => setOpen(null)} />}
    </div>
  );
}

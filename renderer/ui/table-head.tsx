import type { Sort } from './table-sort.ts';

interface TableHeadProps {
  columns: readonly { key: string; title: string; sortBy?: unknown }[];
  tracks: string;
  sort: Sort | null;
  onSort: (sort: Sort) => void;
  isAllSelected?: boolean;
  onSelectAll?: () => void;
}

export function TableHead({ columns, tracks, sort, onSort, isAllSelected = false, onSelectAll }: TableHeadProps) {
  return (
    <div role="rowgroup" className="sticky top-0 z-10 border-b border-line bg-surface">
      <div
        role="row"
        aria-rowindex={1}
        className="grid h-8 items-center gap-x-3 px-3"
        style={{ gridTemplateColumns: tracks }}
      >
        {onSelectAll && (
          <div role="columnheader" className="flex">
            <input
              type="checkbox"
              aria-label="Select all rows"
              checked={isAllSelected}
              onChange={onSelectAll}
              className="size-3.5 accent-(--accent)"
            />
          </div>
        )}
        {columns.map(({ key, title, sortBy }) => {
          const isSorted = sort?.key === key;
          return (
            <div
              key={key}
              role="columnheader"
              aria-sort={isSorted ? (sort.descending ? 'descending' : 'ascending') : undefined}
              className="min-w-0 text-12 text-muted"
            >
              {sortBy === undefined ? (
                <span className="truncate">{title}</span>
              ) : (
                <button
                  type="button"
                  onClick={() => onSort({ key, descending: isSorted ? !sort.descending : false })}
                  className="flex max-w-full items-center gap-1 rounded-sm hover:text-ink"
                >
                  <span className="truncate">{title}</span>
                  {isSorted && <span aria-hidden>{sort.descending ? '↓' : '↑'}</span>}
                </button>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

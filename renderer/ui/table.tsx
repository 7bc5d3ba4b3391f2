import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
} from 'react';
import { classNames } from './class-names.ts';
import { pressTableKey, rangeOf, toggled, type TableState } from './table-keys.ts';
import { TableHead } from './table-head.tsx';
import { sortRows, type Sort, type SortValue } from './table-sort.ts';
import { useWidth } from './use-width.ts';

export interface Column<Row> {
  key: string;
  title: string;
  /** A grid track, e.g. `minmax(0,2fr)` or `120px`. */
  track: string;
  /** The table's width in pixels from which it is shown; without it always. */
  from?: number;
  sortBy?: (row: Row) => SortValue;
  cell: (row: Row) => ReactNode;
}

interface TableProps<Row> {
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  idOf: (row: Row) => string;
  initialSort?: Sort;
  /** Without it rows cannot be selected. */
  onSelect?: (selected: ReadonlySet<string>) => void;
  selected?: ReadonlySet<string>;
  onOpen: (row: Row, how: 'key' | 'click') => void;
  openId?: string | undefined;
  onEnd?: () => void;
  onScrolled?: (isAtTop: boolean) => void;
}

const rowHeightPx = 32;
const none: ReadonlySet<string> = new Set();

/** Rows of 32 px, only those in sight in the DOM. One tab stop: arrows move, space selects, Shift extends, Enter opens. */
export function Table<Row>(props: TableProps<Row>) {
  const { label, rows, columns, idOf, onSelect, selected = none, onOpen, openId, onEnd, onScrolled } = props;
  const baseId = useId();
  const [sort, setSort] = useState<Sort | null>(props.initialSort ?? null);
  const [active, setActive] = useState<string | null>(null);
  const anchor = useRef<string | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const [widthRef, width] = useWidth();

  const shown = columns.filter(({ from = 0 }) => width >= from || from === 0);
  const sorted = useMemo(() => {
    const sortBy = columns.find(({ key }) => key === sort?.key)?.sortBy;
    return sort && sortBy ? sortRows(rows, sortBy, sort.descending) : rows;
  }, [rows, columns, sort]);
  const ids = useMemo(() => sorted.map(idOf), [sorted, idOf]);
  const virtualizer = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan: 12,
  });
  const items = virtualizer.getVirtualItems();
  const lastIndex = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (onEnd && lastIndex >= sorted.length - 20) onEnd();
  }, [onEnd, lastIndex, sorted.length]);

  const apply = (next: TableState): void => {
    anchor.current = next.anchor;
    setActive(next.active);
    if (next.selected !== selected) onSelect?.(next.selected);
    const index = next.active === null ? -1 : ids.indexOf(next.active);
    if (index >= 0) virtualizer.scrollToIndex(index);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Enter') {
      const row = sorted[active === null ? -1 : ids.indexOf(active)];
      if (row !== undefined) onOpen(row, 'key');
      return;
    }
    const { key, shiftKey, ctrlKey, metaKey } = event;
    const state = { active, anchor: anchor.current, selected };
    const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeightPx) - 1);
    const next = pressTableKey(
      state,
      { key, shift: shiftKey && onSelect !== undefined, mod: ctrlKey || metaKey },
      ids,
      pageRows,
    );
    if (!next) return;
    event.preventDefault();
    apply(onSelect ? next : { ...next, selected });
  };
  const onRowClick = (event: MouseEvent, row: Row): void => {
    const id = idOf(row);
    scroller.current?.focus({ preventScroll: true });
    if (onSelect && event.shiftKey)
      apply({ active: id, anchor: anchor.current, selected: rangeOf(ids, anchor.current ?? id, id) });
    else if (onSelect && (event.ctrlKey || event.metaKey))
      apply({ active: id, anchor: id, selected: toggled(selected, id) });
    else {
      anchor.current = id;
      setActive(id);
      onOpen(row, 'click');
    }
  };

  const tracks = [...(onSelect ? ['28px'] : []), ...shown.map(({ track }) => track)].join(' ');
  const activeIndex = active === null ? -1 : ids.indexOf(active);
  return (
    <div ref={widthRef} className="flex min-h-0 flex-1 flex-col">
      <div
        ref={scroller}
        role="grid"
        aria-label={label}
        aria-rowcount={sorted.length + 1}
        aria-multiselectable={onSelect ? true : undefined}
        aria-activedescendant={activeIndex >= 0 ? `${baseId}-${activeIndex}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onScroll={(event) => onScrolled?.(event.currentTarget.scrollTop < rowHeightPx)}
        className="group min-h-0 flex-1 overflow-x-hidden overflow-y-auto -outline-offset-2"
      >
        <TableHead
          columns={shown}
          tracks={tracks}
          sort={sort}
          onSort={setSort}
          {...(onSelect
            ? {
                isAllSelected: ids.length > 0 && selected.size === ids.length,
                onSelectAll: () => onSelect(selected.size === ids.length ? none : new Set(ids)),
              }
            : {})}
        />
        <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = sorted[index];
            if (row === undefined) return null;
            const id = idOf(row);
            return (
              <div
                key={id}
                id={`${baseId}-${index}`}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={onSelect ? selected.has(id) : id === openId}
                onClick={(event) => onRowClick(event, row)}
                style={{ transform: `translateY(${start}px)`, gridTemplateColumns: tracks }}
                className={classNames(
                  'absolute inset-x-0 top-0 grid h-8 items-center gap-x-3 border-b border-line/60 px-3',
                  selected.has(id) || id === openId ? 'bg-chosen' : 'hover:bg-hover',
                  id === active &&
                    'group-focus-visible:outline-2 group-focus-visible:-outline-offset-2 group-focus-visible:outline-focus',
                )}
              >
                {onSelect && (
                  <div role="gridcell" className="flex" onClick={(event) => event.stopPropagation()}>
                    <input
                      type="checkbox"
                      tabIndex={-1}
                      aria-label="Select this row"
                      checked={selected.has(id)}
                      onChange={() => apply({ active: id, anchor: id, selected: toggled(selected, id) })}
                      className="size-3.5 accent-(--accent)"
                    />
                  </div>
                )}
                {shown.map(({ key, cell }) => (
                  <div key={key} role="gridcell" className="flex min-w-0 items-center gap-2 truncate">
                    {cell(row)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

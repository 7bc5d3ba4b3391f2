export type SortValue = string | number | null;
export interface Sort {
  key: string;
  descending: boolean;
}

/** Sorted by one value of each row; rows without a value come last whichever way it goes. */
export function sortRows<Row>(rows: readonly Row[], valueOf: (row: Row) => SortValue, descending: boolean): Row[] {
  const direction = descending ? -1 : 1;
  return [...rows].sort((one, other) => {
    const [a, b] = [valueOf(one), valueOf(other)];
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    return (
      direction * (typeof a === 'string' && typeof b === 'string' ? collator.compare(a, b) : Number(a) - Number(b))
    );
  });
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

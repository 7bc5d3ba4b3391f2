import { diffLines } from 'diff';

export interface DiffRow {
  kind: 'same' | 'added' | 'removed';
  /** Line numbers before and after; null where the line is not there. */
  before: number | null;
  after: number | null;
  text: string;
}

/** Every line of both texts in order: a person sees the whole change, nothing is folded. */
export function diffRows(before: string, after: string): DiffRow[] {
  let beforeLine = 0;
  let afterLine = 0;
  return diffLines(before, after).flatMap(({ value, added, removed }) =>
    linesOf(value).map((text): DiffRow => {
      if (added) return { kind: 'added', before: null, after: (afterLine += 1), text };
      if (removed) return { kind: 'removed', before: (beforeLine += 1), after: null, text };
      return { kind: 'same', before: (beforeLine += 1), after: (afterLine += 1), text };
    }),
  );
}

const linesOf = (value: string): string[] => (value.endsWith('\n') ? value.slice(0, -1) : value).split('\n');

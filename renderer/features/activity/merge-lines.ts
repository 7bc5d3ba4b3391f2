interface Numbered {
  seq: number;
}

/**
 * Lines that are known, newest first, with the newest page of the record put on top. A page that does not reach down to
 * what is known leaves a gap: then it begins anew, and the rest is read again by scrolling.
 */
export function mergeNewest<Line extends Numbered>(known: readonly Line[], newest: readonly Line[]): readonly Line[] {
  const top = known[0]?.seq;
  if (top === undefined) return newest;
  const at = newest.findIndex(({ seq }) => seq === top);
  if (at < 0) return newest;
  return at === 0 ? known : [...newest.slice(0, at), ...known];
}

/** How many lines of the newest page are above what is known; all of them when it does not reach down. */
export function countNew(known: readonly Numbered[], newest: readonly Numbered[]): number {
  const top = known[0]?.seq ?? 0;
  return newest.filter(({ seq }) => seq > top).length;
}

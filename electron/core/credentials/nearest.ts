/**
 * The names most like `name`, best first: at most three, within a third of its length in edits (insert, delete, replace,
 * swap neighbours), or beginning with it. Case does not count.
 */
export const nearest = (name: string, names: readonly string[]): string[] => {
  const wanted = name.slice(0, 64).toLowerCase();
  const allowed = Math.max(1, Math.floor(wanted.length / 3));
  return names
    .map((candidate) => ({ candidate, edits: edits(wanted, candidate.toLowerCase()) }))
    .map(({ candidate, edits }) => ({
      candidate,
      distance: wanted !== '' && candidate.toLowerCase().startsWith(wanted) ? Math.min(edits, 1) : edits,
    }))
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
};

/** Optimal string alignment distance. */
const edits = (from: string, to: string): number => {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      let best = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (isSame ? 0 : 1));
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (isSwap) best = Math.min(best, at(beforeLast, column - 2) + 1);
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
};

const at = (row: readonly number[], column: number): number => row[column] ?? Infinity;

import type { ReadyEntry } from './batch-entries.ts';

/**
 * The entries in turns that run one after the other, each with one change of a record at most: a server runs the entries
 * of one batch in any order (measured: 50 changes of one record never came in the order sent). Reads are in the first.
 */
export function inTurns(ready: readonly ReadyEntry[]): ReadyEntry[][] {
  const changes = new Map<string, number>();
  const turns: ReadyEntry[][] = [];
  for (const one of ready) {
    const turn = one.way === 'read' ? 0 : nextTurn(one, changes);
    const entries = turns[turn];
    if (entries) entries.push(one);
    else turns[turn] = [one];
  }
  return turns;
}

function nextTurn({ entry: { key } }: ReadyEntry, changes: Map<string, number>): number {
  const record = JSON.stringify([key.namespace, key.set, key.key]);
  const turn = changes.get(record) ?? 0;
  changes.set(record, turn + 1);
  return turn;
}

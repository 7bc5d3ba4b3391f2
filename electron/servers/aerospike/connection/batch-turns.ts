import { namesOf } from '../values/record-key.ts';
import type { ReadyEntry } from './batch-entries.ts';

/**
 * The entries in turns that run one after the other, each with one change of a record at most: a server runs the entries
 * of one batch in any order (measured: 50 changes of one record never came in the order sent). Reads are in the first.
 */
export function inTurns(ready: readonly ReadyEntry[]): ReadyEntry[][] {
  const changes = new Map<string, number>();
  const turns: ReadyEntry[][] = [];
  const names = namesOf(ready.map(({ entry }) => entry.key));
  for (const [index, one] of ready.entries()) {
    const turn = one.way === 'read' ? 0 : nextTurn(names[index] ?? '', changes);
    const entries = turns[turn];
    if (entries) entries.push(one);
    else turns[turn] = [one];
  }
  return turns;
}

function nextTurn(record: string, changes: Map<string, number>): number {
  const turn = changes.get(record) ?? 0;
  changes.set(record, turn + 1);
  return turn;
}

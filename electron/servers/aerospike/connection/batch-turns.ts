import { namesOf } from '../values/record-key.ts';
import type { ReadyEntry } from './batch-entries.ts';

/** An entry in its turn, and the index of the change of the same record that comes before it. */
export interface Turned {
  ready: ReadyEntry;
  after: number | null;
}

/**
 * The entries in turns that run one after the other, each with one change of a record at most: a server runs the entries
 * of one batch in any order (measured: 50 changes of one record never came in the order sent). Reads are in the first.
 */
export function inTurns(entries: readonly ReadyEntry[]): Turned[][] {
  const last = new Map<string, { turn: number; index: number }>();
  const turns: Turned[][] = [];
  const names = namesOf(entries.map(({ entry }) => entry.key));
  for (const [at, ready] of entries.entries()) {
    const name = names[at] ?? '';
    const before = ready.way === 'read' ? undefined : last.get(name);
    const turn = before === undefined ? 0 : before.turn + 1;
    if (ready.way !== 'read') last.set(name, { turn, index: ready.index });
    (turns[turn] ??= []).push({ ready, after: before?.index ?? null });
  }
  return turns;
}

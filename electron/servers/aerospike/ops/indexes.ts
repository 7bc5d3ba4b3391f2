import { figure, records, type Facts } from './parse.ts';
import { count } from './statistics.ts';

/** A secondary index on one node. */
export interface IndexFigures {
  namespace: string;
  set: string | null;
  name: string;
  /** Null for an index over an expression. */
  bin: string | null;
  type: string;
  /** `default`, `list`, `mapkeys`, `mapvalues`. */
  collection: string;
  /** `RW` ready, `WO` building, `ERROR`. */
  state: string;
  entries: bigint;
  bytes: bigint;
  loadPct: number | null;
  entriesPerValue: number | null;
}

/** The answer to `sindex-list`, without figures: those are asked for one by one. */
export const indexList = (text: string): IndexFigures[] =>
  records(text).flatMap((facts): IndexFigures[] => {
    const namespace = facts.get('ns');
    const name = facts.get('indexname');
    if (namespace === undefined || name === undefined) return [];
    const identity = { namespace, name, set: named(facts.get('set')), bin: named(facts.get('bin')) };
    return [
      {
        ...identity,
        type: facts.get('type') ?? '',
        collection: facts.get('indextype') ?? 'default',
        state: facts.get('state') ?? '',
        ...noFigures,
      },
    ];
  });

const noFigures = { entries: 0n, bytes: 0n, loadPct: null, entriesPerValue: null };

/** The server writes the word for what is not there. */
const named = (text: string | undefined): string | null => (text === undefined || text === 'null' ? null : text);

/** `sindex-stat` of one index; 6.x and before name memory and keys otherwise. */
export const indexFigures = (
  facts: Facts,
): Pick<IndexFigures, 'entries' | 'bytes' | 'loadPct' | 'entriesPerValue'> => ({
  entries: count(facts, ['entries', 'keys']),
  bytes: count(facts, ['used_bytes', 'memory_used']),
  loadPct: figure(facts.get('load_pct')),
  entriesPerValue: figure(facts.get('entries_per_bval')),
});

export const stateWords: Readonly<Record<string, string>> = { RW: 'ready', WO: 'building', ERROR: 'failed' };

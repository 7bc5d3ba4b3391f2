import { licensedBytes } from './licence.ts';
import { amount, flag, noFacts, type Amount } from './parse.ts';
import type { Snapshot } from './cluster.ts';
import type { SetFigures } from './statistics.ts';
import { amountOrNull, namespaceFigures, sum, unique, type NamespaceFigures } from './statistics.ts';

/** A namespace over all nodes that answered. */
export interface NamespaceTotals {
  namespace: string;
  /** Nodes that hold it. */
  nodes: number;
  storage: NamespaceFigures['storage'];
  /** Records, each counted once. */
  objects: Amount;
  tombstones: Amount;
  replicationFactor: number | null;
  effectiveReplicationFactor: number | null;
  /** With all copies. */
  dataUsedBytes: Amount | null;
  dataTotalBytes: Amount | null;
  /** As a licence counts it, see licence.ts. Null where the storage does not tell. */
  uniqueDataBytes: Amount | null;
  indexBytes: Amount;
  /** Of the fullest node, and of the one with the least contiguous space. */
  maxDataUsedPct: number | null;
  minDataAvailPct: number | null;
  maxMemoryUsedPct: number | null;
  stopWrites: string[];
  hwmBreached: string[];
  migrationsRemaining: Amount;
}

export function namespaceTotals(snapshot: Snapshot, namespace: string): NamespaceTotals {
  const holders = snapshot.nodes.filter((node) => node.namespaces.has(namespace));
  const figures = holders.map((node) => namespaceFigures(node.namespaces.get(namespace) ?? noFacts));
  const total = (pick: (node: NamespaceFigures) => bigint): bigint => sum(figures.map(pick));
  const known = (pick: (node: NamespaceFigures) => bigint | null): bigint | null => {
    const values = figures.map(pick).filter((value) => value !== null);
    return values.length === 0 ? null : sum(values);
  };
  const extreme = (
    choose: (...values: number[]) => number,
    pick: (node: NamespaceFigures) => number | null,
  ): number | null => {
    const values = figures.map(pick).filter((value) => value !== null);
    return values.length === 0 ? null : choose(...values);
  };
  const factor = extreme(Math.max, (node) => node.effectiveReplicationFactor);
  const used = known((node) => node.dataUsedBytes);
  const named = (pick: (node: NamespaceFigures) => boolean): string[] =>
    holders.filter((_, index) => figures[index] !== undefined && pick(figures[index])).map(({ id }) => id);
  return {
    namespace,
    nodes: holders.length,
    storage: figures[0]?.storage ?? 'unknown',
    objects: amount(
      unique(
        total((node) => node.objects),
        factor,
      ),
    ),
    tombstones: amount(
      unique(
        total((node) => node.tombstones),
        factor,
      ),
    ),
    replicationFactor: figures[0]?.replicationFactor ?? null,
    effectiveReplicationFactor: factor,
    dataUsedBytes: amountOrNull(used),
    dataTotalBytes: amountOrNull(known((node) => node.dataTotalBytes)),
    uniqueDataBytes: amountOrNull(
      licensedBytes(holders.flatMap(({ build }, at) => (figures[at] ? [{ build, figures: figures[at] }] : []))),
    ),
    indexBytes: amount(total((node) => node.indexBytes)),
    maxDataUsedPct: extreme(Math.max, (node) => node.dataUsedPct),
    minDataAvailPct: extreme(Math.min, (node) => node.dataAvailPct),
    maxMemoryUsedPct: extreme(Math.max, (node) => node.memoryUsedPct),
    stopWrites: named((node) => node.stopWrites || node.clockSkewStopWrites),
    hwmBreached: named((node) => node.hwmBreached),
    migrationsRemaining: amount(total((node) => node.migrationsRemaining)),
  };
}

export interface SetTotals {
  set: string;
  objects: bigint;
  tombstones: bigint;
  bytes: bigint;
  stopWritesCount: bigint;
  stopWritesBytes: bigint;
  indexes: number;
  isTruncating: boolean;
  /** `enable-index`: its records are found without walking the namespace. */
  hasOwnIndex: boolean;
}

/** Sets over all nodes, objects and bytes counted once, largest first. */
export function setTotals(byNode: ReadonlyMap<string, readonly SetFigures[]>, factor: number | null): SetTotals[] {
  const bySet = new Map<string, SetFigures[]>();
  for (const figures of [...byNode.values()].flat()) {
    bySet.set(figures.set, [...(bySet.get(figures.set) ?? []), figures]);
  }
  return [...bySet]
    .map(([set, parts]): SetTotals => ({
      set,
      objects: unique(sum(parts.map((part) => part.objects)), factor),
      tombstones: unique(sum(parts.map((part) => part.tombstones)), factor),
      bytes: unique(sum(parts.map((part) => part.bytes)), factor),
      stopWritesCount: parts[0]?.stopWritesCount ?? 0n,
      stopWritesBytes: parts[0]?.stopWritesBytes ?? 0n,
      indexes: Math.max(...parts.map((part) => part.sindexes)),
      isTruncating: parts.some((part) => part.isTruncating),
      hasOwnIndex: parts.every((part) => flag(part.facts.get('enable-index')) === true),
    }))
    .sort((a, b) => (b.objects > a.objects ? 1 : b.objects < a.objects ? -1 : a.set.localeCompare(b.set)));
}

import { amount, figure, flag, whole, type Amount, type Facts } from './parse.ts';

/**
 * One node's namespace in our words, whatever the server's release calls it (6.x: memory_used_…, device_…, pmem_…;
 * 7 and 8: data_…). Sizes in bytes, shares in percent, null where the release does not say.
 */
export interface NamespaceFigures {
  storage: 'memory' | 'device' | 'pmem' | 'unknown';
  objects: bigint;
  masterObjects: bigint;
  proleObjects: bigint;
  tombstones: bigint;
  replicationFactor: number | null;
  effectiveReplicationFactor: number | null;
  dataUsedBytes: bigint | null;
  dataTotalBytes: bigint | null;
  dataUsedPct: number | null;
  dataAvailPct: number | null;
  indexBytes: bigint;
  primaryIndexBytes: bigint;
  /** Before 7.0: data and indexes in memory against memory-size. */
  memoryUsedPct: number | null;
  compressionRatio: number | null;
  stopWrites: boolean;
  clockSkewStopWrites: boolean;
  hwmBreached: boolean;
  /** Partitions still to send and to receive. */
  migrationsRemaining: bigint;
}

export function namespaceFigures(facts: Facts): NamespaceFigures {
  const engine = facts.get('storage-engine') ?? '';
  const isOldMemory = engine === 'memory' && facts.has('memory_free_pct');
  const memoryUsedPct = complement(facts, ['memory_free_pct']);
  return {
    storage: engine === 'memory' || engine === 'device' || engine === 'pmem' ? engine : 'unknown',
    objects: count(facts, ['objects']),
    masterObjects: count(facts, ['master_objects']),
    proleObjects: count(facts, ['prole_objects']),
    tombstones: count(facts, ['tombstones']),
    replicationFactor: first(facts, ['replication-factor'], figure),
    effectiveReplicationFactor: first(facts, ['effective_replication_factor', 'replication-factor'], figure),
    dataUsedBytes: first(
      facts,
      ['data_used_bytes', 'device_used_bytes', 'pmem_used_bytes', 'memory_used_data_bytes'],
      whole,
    ),
    dataTotalBytes: first(
      facts,
      ['data_total_bytes', 'device_total_bytes', 'pmem_total_bytes', ...(isOldMemory ? ['memory-size'] : [])],
      whole,
    ),
    dataUsedPct:
      first(facts, ['data_used_pct'], figure) ??
      complement(facts, ['device_free_pct', 'pmem_free_pct']) ??
      (isOldMemory ? memoryUsedPct : null),
    dataAvailPct: first(facts, ['data_avail_pct', 'device_available_pct', 'pmem_available_pct'], figure),
    indexBytes: indexKinds.reduce((sum, names) => sum + count(facts, names), 0n),
    primaryIndexBytes: count(facts, primaryIndex),
    memoryUsedPct,
    compressionRatio: first(
      facts,
      ['data_compression_ratio', 'device_compression_ratio', 'pmem_compression_ratio'],
      figure,
    ),
    stopWrites: flag(facts.get('stop_writes')) ?? false,
    clockSkewStopWrites: flag(facts.get('clock_skew_stop_writes')) ?? false,
    hwmBreached: flag(facts.get('hwm_breached')) ?? false,
    migrationsRemaining:
      count(facts, ['migrate_tx_partitions_remaining']) + count(facts, ['migrate_rx_partitions_remaining']),
  };
}

/** Primary, set and secondary indexes, wherever the release keeps them. */
const primaryIndex = ['index_used_bytes', 'memory_used_index_bytes', 'index_flash_used_bytes', 'index_pmem_used_bytes'];
const indexKinds = [
  primaryIndex,
  ['set_index_used_bytes', 'memory_used_set_index_bytes'],
  ['sindex_used_bytes', 'memory_used_sindex_bytes', 'sindex_flash_used_bytes', 'sindex_pmem_used_bytes'],
];

/** What is present under the first name that has a readable value. */
function first<T>(facts: Facts, names: readonly string[], read: (text: string | undefined) => T | null): T | null {
  for (const name of names) {
    const value = read(facts.get(name));
    if (value !== null) return value;
  }
  return null;
}

export const count = (facts: Facts, names: readonly string[]): bigint => first(facts, names, whole) ?? 0n;

function complement(facts: Facts, names: readonly string[]): number | null {
  const free = first(facts, names, figure);
  return free === null ? null : 100 - free;
}

/** A set on one node. */
export interface SetFigures {
  namespace: string;
  set: string;
  objects: bigint;
  tombstones: bigint;
  bytes: bigint;
  stopWritesCount: bigint;
  stopWritesBytes: bigint;
  sindexes: number;
  isTruncating: boolean;
  facts: Facts;
}

export function setFigures(facts: Facts): SetFigures | null {
  const namespace = facts.get('ns');
  const set = facts.get('set');
  if (namespace === undefined || set === undefined) return null;
  return {
    namespace,
    set,
    objects: count(facts, ['objects', 'n_objects']),
    tombstones: count(facts, ['tombstones']),
    // Before 7.0 a namespace with data in memory and on a device holds the same records twice: the device counts.
    bytes: [count(facts, ['data_used_bytes', 'device_data_bytes']), count(facts, ['memory_data_bytes'])].reduce(larger),
    stopWritesCount: count(facts, ['stop-writes-count']),
    stopWritesBytes: count(facts, ['stop-writes-size']),
    sindexes: figure(facts.get('sindexes')) ?? 0,
    isTruncating: flag(facts.get('truncating')) ?? false,
    facts,
  };
}

export const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
export const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);

/** Copies counted once; rounded to the nearest. */
export const unique = (total: bigint, replicationFactor: number | null): bigint => {
  const copies = BigInt(Math.max(1, Math.round(replicationFactor ?? 1)));
  return (total + copies / 2n) / copies;
};

/** `part` of `whole` in percent with two digits; null for nothing of nothing. */
export const share = (part: bigint, total: bigint): number | null =>
  total === 0n ? null : Number((part * 10_000n) / total) / 100;

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** `1.5 GiB`. */
export function bytesText(bytes: Amount | bigint | null): string {
  if (bytes === null) return '-';
  let size = Number(bytes);
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${Math.round(size * 10) / 10} ${units[unit] ?? 'B'}`;
}

export const amountOrNull = (value: bigint | null): Amount | null => (value === null ? null : amount(value));

import type { Particle } from './particles.ts';

export const partitionCount = 4096;
/** Expiry times count seconds from here: 2010-01-01. */
export const epochMs = Date.UTC(2010, 0, 1);

export interface StoredRecord {
  digest: Buffer;
  set: string;
  /** The key as the client sent it, particle type first; only where it asked to store it. */
  key: Buffer | null;
  generation: number;
  /** Seconds since 2010; 0 for never. */
  voidTime: number;
  updatedMs: number;
  bins: Map<string, Particle>;
}

export interface SetState {
  name: string;
  objects: number;
  bytes: number;
  truncatedMs: number;
  config: Map<string, string>;
}

export interface Index {
  name: string;
  set: string;
  bin: string;
  type: 'numeric' | 'string' | 'blob' | 'geo2dsphere';
  collection: 'default' | 'list' | 'mapkeys' | 'mapvalues';
  /** CDT context and expression, base64 as given; null without. */
  context: string | null;
  expression: string | null;
  /** Below 100 the index is still being built, and queries on it are refused. */
  loadPercent: number;
}

export interface Namespace {
  name: string;
  replicationFactor: number;
  /** By partition, then by digest (latin1, so that its order is that of the bytes). */
  partitions: (Map<string, StoredRecord> | undefined)[];
  sets: Map<string, SetState>;
  indexes: Map<string, Index>;
  /** The set of each record that was deleted durably, by its digest. */
  tombstones: Map<string, string>;
  /** A part of the storage that counts as used beside the records: what makes a small namespace a full one. */
  ballast: number;
  objects: number;
  bytes: number;
  truncatedMs: number;
}

export const createNamespace = (name: string, replicationFactor: number): Namespace => ({
  name,
  replicationFactor,
  partitions: Array.from({ length: partitionCount }, () => undefined),
  sets: new Map(),
  indexes: new Map(),
  tombstones: new Map(),
  ballast: 0,
  objects: 0,
  bytes: 0,
  truncatedMs: 0,
});

export const partitionOf = (digest: Buffer): number => digest.readUInt16LE(0) & (partitionCount - 1);

const digestKey = (digest: Buffer): string => digest.toString('latin1');

export const isExpired = (record: StoredRecord, nowMs: number): boolean =>
  record.voidTime !== 0 && record.voidTime * 1000 + epochMs <= nowMs;

/** An expired record is not there, and is removed when it is come across. */
export function find(namespace: Namespace, digest: Buffer, nowMs: number): StoredRecord | undefined {
  const record = namespace.partitions[partitionOf(digest)]?.get(digestKey(digest));
  if (!record || !isExpired(record, nowMs)) return record;
  remove(namespace, record);
  return undefined;
}

/** Puts a record in place of the one with its digest. */
export function store(namespace: Namespace, record: StoredRecord): void {
  const id = partitionOf(record.digest);
  const partition = namespace.partitions[id] ?? new Map<string, StoredRecord>();
  namespace.partitions[id] = partition;
  const before = partition.get(digestKey(record.digest));
  if (before) count(namespace, before, -1);
  count(namespace, record, 1);
  partition.set(digestKey(record.digest), record);
  namespace.tombstones.delete(digestKey(record.digest));
}

export function remove(namespace: Namespace, record: StoredRecord): void {
  const partition = namespace.partitions[partitionOf(record.digest)];
  if (partition?.delete(digestKey(record.digest))) count(namespace, record, -1);
}

/** Deletes it and leaves a tombstone in its place, until it is written anew. */
export function entomb(namespace: Namespace, record: StoredRecord): void {
  remove(namespace, record);
  namespace.tombstones.set(digestKey(record.digest), record.set);
}

export function setOf(namespace: Namespace, name: string): SetState {
  const known = namespace.sets.get(name);
  if (known) return known;
  const fresh: SetState = { name, objects: 0, bytes: 0, truncatedMs: 0, config: new Map() };
  namespace.sets.set(name, fresh);
  return fresh;
}

function count(namespace: Namespace, record: StoredRecord, sign: 1 | -1): void {
  const bytes = sign * storedBytes(record);
  namespace.objects += sign;
  namespace.bytes += bytes;
  if (record.set === '') return;
  const set = setOf(namespace, record.set);
  set.objects += sign;
  set.bytes += bytes;
}

/** About what the server's flat record takes, in its steps of 16 bytes. */
export function storedBytes({ set, key, bins }: StoredRecord): number {
  let bytes = 40 + set.length + (key?.length ?? 0);
  for (const [name, { data }] of bins) bytes += 3 + name.length + data.length;
  return Math.ceil(bytes / 16) * 16;
}

/** The records of one partition in the order of their digests. */
export function recordsOf(namespace: Namespace, partition: number, nowMs: number): StoredRecord[] {
  const records = [...(namespace.partitions[partition]?.values() ?? [])].filter((record) => !isExpired(record, nowMs));
  return records.sort((left, right) => Buffer.compare(left.digest, right.digest));
}

/** Removes what was last written before a moment; of one set, or of the whole namespace with null. */
export function truncate(namespace: Namespace, set: string | null, beforeMs: number): void {
  for (const partition of namespace.partitions)
    for (const record of partition?.values() ?? [])
      if ((set === null || record.set === set) && record.updatedMs < beforeMs) remove(namespace, record);
  if (set === null) namespace.truncatedMs = beforeMs;
  else setOf(namespace, set).truncatedMs = beforeMs;
}

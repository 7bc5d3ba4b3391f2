import type { DriverKey } from './load-client.ts';
import { readOptions } from './policies.ts';
import type { Open } from './session.ts';
import { statusOf } from './driver-error.ts';
import { describeHll, showBytes, showDouble, showGeoJson, showInteger } from '../values/show.ts';
import type { Bins, TypedJson } from '../values/typed-json.ts';
import { unpack } from '../values/msgpack.ts';
import { createTypeReads, particle, type TypeReads, type Types } from './type-reads.ts';

/** A record as the client reads it with `deserialize: false`: lists and maps are still packed. */
export interface RawRecord {
  /** The client's own key object, for asking again. */
  key: DriverKey;
  bins: Readonly<Record<string, unknown>>;
  gen: number;
  ttl: number;
}

export interface ShownRecord {
  bins: Bins;
  generation: number;
  ttlSeconds: number | null;
}

/**
 * The bins as typed JSON. The client cannot say whether 3 is an integer or a double, "{…}" a text or GeoJSON, and bytes
 * a blob or a packed list; so the server is asked for the types of just those bins, all records in one batch. A record
 * that was changed in between is read again with its types in one step; null when it is gone by then.
 */
export async function showRecords(
  open: Open,
  records: readonly RawRecord[],
  timeoutMs: number,
): Promise<(ShownRecord | null)[]> {
  const shown = new Map<RawRecord, ShownRecord | null>();
  const reads = new Map<string, TypeReads>();
  const unclear: { record: RawRecord; types: TypeReads }[] = [];
  for (const record of records) {
    const names = Object.keys(record.bins).filter((name) => isUnclear(record.bins[name]));
    if (names.length === 0) {
      shown.set(record, show(record, new Map()));
      continue;
    }
    const types = readsFor(open, record, names, reads);
    unclear.push({ record, types });
  }
  for (const chunk of chunksOf(unclear, recordsAtOnce)) {
    const entries = chunk.map(({ record, types }) => ({ key: keyToAskAgain(open, record.key), ops: types.operations }));
    const answers = await open.client.batchRead(entries as never[], batchPolicy(open, timeoutMs));
    for (const [index, { record, types }] of chunk.entries()) {
      const answer = answers[index];
      const isSame = answer?.status === 0 && answer.record.gen === record.gen;
      shown.set(
        record,
        isSame ? show(record, types.read(answer.record.bins)) : await readAtOnce(open, record, timeoutMs),
      );
    }
  }
  return records.map((record) => shown.get(record) ?? null);
}

const recordsAtOnce = 1_000;

/** By its digest where it has one: an integer key beyond ±2^53 comes back rounded, and is another record's. */
const keyToAskAgain = ({ driver }: Open, key: DriverKey): DriverKey =>
  key.digest && typeof key.key === 'number' && !Number.isSafeInteger(key.key)
    ? // Its class and what the methods take differ by `undefined` alone.
      (new driver.Key(key.ns, key.set, null, key.digest) as DriverKey)
    : key;

/** Records of one set mostly have the same bins, so that what asks for their types is made once. */
function readsFor(open: Open, { bins }: RawRecord, names: readonly string[], known: Map<string, TypeReads>): TypeReads {
  const counted = new Set(names.filter((name) => isHll(bins[name])));
  const shape = JSON.stringify([names, [...counted]]);
  const types = known.get(shape) ?? createTypeReads(open, names, counted);
  known.set(shape, types);
  return types;
}

const batchPolicy = (open: Open, timeoutMs: number) =>
  new open.driver.BatchPolicy({ ...readOptions(open, timeoutMs), deserialize: false });

function isUnclear(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Object.is(value, -0);
  if (typeof value === 'string') return /^\s*\{/.test(value);
  return Buffer.isBuffer(value) || isHll(value);
}

const isHll = (value: unknown): value is { buffer: Buffer } =>
  typeof value === 'object' && value !== null && value.constructor.name === 'HyperLogLog' && 'buffer' in value;

/** Values and types in one operation, which nothing can come between. */
async function readAtOnce(open: Open, { key, bins }: RawRecord, timeoutMs: number): Promise<ShownRecord | null> {
  const { driver, client } = open;
  const names = Object.keys(bins);
  const reads = names.map((name) => driver.operations.read(name));
  // Of all bins: what was clear may not be so any more.
  const types = createTypeReads(open, names, new Set(names.filter((name) => isHll(bins[name]))));
  const policy = new driver.OperatePolicy({ ...readOptions(open, timeoutMs), deserialize: false });
  try {
    const record = await client.operate(keyToAskAgain(open, key), [...reads, ...types.operations], null, policy);
    const own = Object.fromEntries(Object.entries(record.bins).filter(([name]) => !types.isOwn(name)));
    return show({ key, bins: own, gen: record.gen, ttl: record.ttl }, types.read(record.bins));
  } catch (error) {
    if (statusOf(error) === recordNotFound) return null;
    throw error;
  }
}

const recordNotFound = 2;

const show = ({ bins, gen, ttl }: RawRecord, types: Types): ShownRecord => ({
  bins: showBins(bins, types),
  generation: gen,
  ttlSeconds: ttl < 0 ? null : ttl,
});

function showBins(bins: Readonly<Record<string, unknown>>, types: Types): Bins {
  return Object.fromEntries(Object.entries(bins).map(([name, value]) => [name, showValue(value, types.get(name))]));
}

/** A value as the client reads it with `deserialize: false`, and what the server calls its type. */
export function showValue(value: unknown, known: { type: number; count?: number } | undefined): TypedJson {
  const type = known?.type;
  if (typeof value === 'number') return type === particle.double ? showDouble(value) : showNumber(value);
  if (typeof value === 'string') return type === particle.geojson ? showGeoJson(value) : value;
  if (isHll(value)) return describeHll(value.buffer, known?.count ?? null);
  if (Buffer.isBuffer(value))
    return type === particle.list || type === particle.map ? showPacked(value) : showBytes(value);
  return showPlain(value);
}

/** Lists and maps deeper than can be shown are told by their size, so that one of them does not end a whole page. */
export function showPacked(bytes: Buffer): TypedJson {
  try {
    return unpack(bytes);
  } catch (error) {
    if (error instanceof RangeError) return { $omitted: bytes.length };
    throw error;
  }
}

const showNumber = (value: number): TypedJson =>
  Number.isInteger(value) && !Object.is(value, -0) ? showInteger(value) : showDouble(value);

/**
 * A value that is no bin's: what a UDF or a list or map operation answered. The client has read it already, so a double
 * that is whole looks like an integer here, GeoJSON like a text, and a map's keys are texts.
 */
export function showPlain(value: unknown): TypedJson {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return showNumber(value);
  if (typeof value === 'bigint') return showInteger(value);
  if (Buffer.isBuffer(value)) return showBytes(value);
  if (isHll(value)) return describeHll(value.buffer, null);
  if (Array.isArray(value)) return value.map(showPlain);
  if (typeof value !== 'object') return null;
  return Object.fromEntries(Object.entries(value).map(([key, item]: [string, unknown]) => [key, showPlain(item)]));
}

/** The client gives null for a step that answers nothing, and undefined for what it cannot show. */
export const hasValue = (value: unknown): boolean => value !== null && value !== undefined;

export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}

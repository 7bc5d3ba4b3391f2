import type { DriverKey } from './load-client.ts';
import type { Open } from './session.ts';
import { statusOf } from './driver-error.ts';
import { describeHll, showBytes, showDouble, showGeoJson, showInteger } from '../values/show.ts';
import type { Bins, TypedJson } from '../values/typed-json.ts';
import { unpack } from '../values/msgpack.ts';

/** What the server calls a bin's type (as_bytes.h). */
const particle = { double: 2, hll: 18, map: 19, list: 20, geojson: 23 } as const;

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

type Types = ReadonlyMap<string, { type: number; count?: number }>;

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
  const unclear: { record: RawRecord; names: string[] }[] = [];
  for (const record of records) {
    const names = Object.keys(record.bins).filter((name) => isUnclear(record.bins[name]));
    if (names.length === 0) shown.set(record, show(record, new Map()));
    else unclear.push({ record, names });
  }
  for (const chunk of chunksOf(unclear, recordsAtOnce)) {
    const entries = chunk.map(({ record, names }) => ({ key: record.key, ops: typesOf(open, record.bins, names) }));
    const answers = await open.client.batchRead(entries as never[], batchPolicy(open, timeoutMs));
    for (const [index, { record, names }] of chunk.entries()) {
      const answer = answers[index];
      const isSame = answer?.status === 0 && answer.record.gen === record.gen;
      const types = isSame ? readTypes(names, answer.record.bins) : null;
      shown.set(record, types ? show(record, types) : await readAtOnce(open, record, timeoutMs));
    }
  }
  return records.map((record) => shown.get(record) ?? null);
}

const recordsAtOnce = 500;

const batchPolicy = ({ driver }: Open, timeoutMs: number) =>
  new driver.BatchPolicy({ totalTimeout: timeoutMs, socketTimeout: timeoutMs, maxRetries: 2, deserialize: false });

function isUnclear(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Object.is(value, -0);
  if (typeof value === 'string') return /^\s*\{/.test(value);
  return Buffer.isBuffer(value) || isHll(value);
}

const isHll = (value: unknown): value is { buffer: Buffer } =>
  typeof value === 'object' && value !== null && value.constructor.name === 'HyperLogLog' && 'buffer' in value;

/** Under names that no bin has, so that they can stand beside bins in one answer. */
const typeName = (index: number): string => `\u0001t${index}`;
const countName = (index: number): string => `\u0001c${index}`;

function typesOf({ driver }: Open, bins: Readonly<Record<string, unknown>>, names: readonly string[]) {
  const { exp } = driver;
  return names.map((name, index) =>
    isHll(bins[name])
      ? exp.operations.read(countName(index), exp.hll.getCount(exp.binHll(name)), 0)
      : exp.operations.read(typeName(index), exp.binType(name), 0),
  );
}

const readTypes = (names: readonly string[], answer: Readonly<Record<string, unknown>>): Types =>
  new Map(
    names.map((name, index) => {
      const count = answer[countName(index)];
      if (typeof count === 'number') return [name, { type: particle.hll, count }];
      return [name, { type: Number(answer[typeName(index)]) }];
    }),
  );

/** Values and types in one operation, which nothing can come between. */
async function readAtOnce(open: Open, { key, bins }: RawRecord, timeoutMs: number): Promise<ShownRecord | null> {
  const { driver, client } = open;
  const names = Object.keys(bins);
  const reads = names.map((name) => driver.operations.read(name));
  const policy = new driver.OperatePolicy({ totalTimeout: timeoutMs, maxRetries: 2, deserialize: false });
  try {
    const record = await client.operate(key, [...reads, ...typesOf(open, bins, names)], null, policy);
    const isOurs = (name: string): boolean => name.startsWith('\u0001');
    const own = Object.fromEntries(Object.entries(record.bins).filter(([name]) => !isOurs(name)));
    return show({ key, bins: own, gen: record.gen, ttl: record.ttl }, readTypes(names, record.bins));
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

function showValue(value: unknown, known: { type: number; count?: number } | undefined): TypedJson {
  const type = known?.type;
  if (typeof value === 'number') return type === particle.double ? showDouble(value) : showNumber(value);
  if (typeof value === 'string') return type === particle.geojson ? showGeoJson(value) : value;
  if (isHll(value)) return describeHll(value.buffer, known?.count ?? null);
  if (Buffer.isBuffer(value)) return type === particle.list || type === particle.map ? unpack(value) : showBytes(value);
  return showPlain(value);
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

import { readOptions } from './policies.ts';
import { keyToAskAgain, type RawRecord } from './raw-record.ts';
import type { Open } from './session.ts';
import { statusOf } from './driver-error.ts';
import {
  describeHll,
  showBytes,
  showDouble,
  showGeoJson,
  showInteger,
  showMap,
  showText,
  unlessTooDeep,
} from '../values/show.ts';
import type { Bins, TypedJson } from '../values/typed-json.ts';
import { unpack } from '../values/msgpack.ts';
import { guessTypes, isSeen, learn, mostAlike, type Shape } from './type-guesses.ts';
import { createTypeReads, particle, type TypeReads, type Types } from './type-reads.ts';

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
  const unclear: Shape[] = [];
  for (const record of records) {
    if (Object.values(record.bins).some(isUnclear)) unclear.push({ record, names: typedNames(record.bins) });
    else shown.set(record, showRecord(record, new Map()));
  }
  const ask = async (shapes: readonly Shape[]): Promise<void> => {
    const asked = shapes.map((shape) => ({ shape, types: readsFor(open, shape, reads) }));
    const entries = asked.map(({ shape, types }) => ({
      key: keyToAskAgain(open, shape.record.key),
      ops: types.operations,
    }));
    const answers = await open.client.batchRead(entries as never[], batchPolicy(open, timeoutMs));
    for (const [index, { shape, types }] of asked.entries()) {
      const { record } = shape;
      const answer = answers[index];
      if (answer?.status !== 0 || answer.record.gen !== record.gen) {
        shown.set(record, await readAtOnce(open, record, timeoutMs));
        continue;
      }
      const known = types.read(answer.record.bins);
      shown.set(record, showRecord(record, known));
      if (!hasSketch(record)) learn(open, shape, known);
    }
  };
  const askRest = async (shapes: readonly Shape[]): Promise<void> => {
    const rest = shapes.filter(({ record }) => !shown.has(record));
    for (const chunk of chunksOf(rest, recordsAtOnce)) await ask(chunk);
  };
  // One request after the other: a call has one of the client's connections to a node.
  const alike = new Set(mostAlike(unclear.filter(({ record }) => !hasSketch(record))));
  const [first] = alike;
  if (first) {
    // The request that tells what to guess takes along whatever is not guessed.
    if (!isSeen(open, first)) await askRest([first, ...unclear.filter((shape) => !alike.has(shape))]);
    for (const [record, types] of await guessTypes(open, [...alike], timeoutMs))
      shown.set(record, showRecord(record, types));
  }
  await askRest(unclear);
  return records.map((record) => shown.get(record) ?? null);
}

const recordsAtOnce = 1_000;

/** Records of one set mostly have the same bins, so that what asks for their types is made once. */
function readsFor(open: Open, { record: { bins }, names }: Shape, known: Map<string, TypeReads>): TypeReads {
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

/** Whether a value's type is asked for: of a number that is clear as well, so that more records are alike. */
export const isTyped = (value: unknown): boolean => typeof value === 'number' || isUnclear(value);
export const typedNames = (bins: RawRecord['bins']): string[] =>
  Object.keys(bins).filter((name) => isTyped(bins[name]));

/** A sketch is described by its count, which only an answer about this very record has. */
const hasSketch = ({ bins }: RawRecord): boolean => Object.values(bins).some(isHll);

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
    return showRecord({ bins: own, gen: record.gen, ttl: record.ttl }, types.read(record.bins));
  } catch (error) {
    if (statusOf(error) === recordNotFound) return null;
    throw error;
  }
}

const recordNotFound = 2;

export const showRecord = ({ bins, gen, ttl }: Pick<RawRecord, 'bins' | 'gen' | 'ttl'>, types: Types): ShownRecord => ({
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
  if (typeof value === 'string')
    return type === particle.geojson ? unlessTooDeep(showGeoJson(value), Buffer.byteLength(value)) : showText(value);
  if (isHll(value)) return describeHll(value.buffer, known?.count ?? null);
  if (Buffer.isBuffer(value))
    return type === particle.list || type === particle.map ? showPacked(value) : showBytes(value);
  return showPlain(value);
}

/** Lists and maps deeper than can be shown are told by their size, so that one of them does not end a whole page. */
export function showPacked(bytes: Buffer): TypedJson {
  try {
    return unlessTooDeep(unpack(bytes), bytes.length);
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
export const showPlain = (value: unknown): TypedJson => unlessTooDeep(plain(value));

function plain(value: unknown): TypedJson {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return showText(value);
  if (typeof value === 'number') return showNumber(value);
  if (typeof value === 'bigint') return showInteger(value);
  if (Buffer.isBuffer(value)) return showBytes(value);
  if (isHll(value)) return describeHll(value.buffer, null);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object') return null;
  return showMap(Object.entries(value).map(([key, item]: [string, unknown]) => [showText(key), plain(item)]));
}

/** The client gives null for a step that answers nothing, and undefined for what it cannot show. */
export const hasValue = (value: unknown): boolean => value !== null && value !== undefined;

export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}

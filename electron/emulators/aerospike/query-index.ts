import { code, refuse } from './codes.ts';
import { resolveContext } from './cdt-context.ts';
import type { Cluster } from './cluster.ts';
import { evaluate } from './expression.ts';
import { parseShape, touches, type Shape } from './geo.ts';
import { field, textField, type Message } from './message.ts';
import { unpack } from './msgpack.ts';
import { decode } from './particles.ts';
import { createReader } from './reader.ts';
import type { Index, Namespace, StoredRecord } from './store.ts';
import { isBytes, isList, isMapping, particle, type Value } from './values.ts';

/** What a query on an index looks for. */
export type Range =
  { kind: 'integers'; from: bigint; to: bigint } | { kind: 'exactly'; value: Value } | { kind: 'geo'; shape: Shape };

export interface IndexQuery {
  index: Index;
  range: Range;
}

const collections = ['default', 'list', 'mapkeys', 'mapvalues'] as const;

/** The index and range of a query; null for one over all records. Refuses where there is no such index (201), or it is not built yet (203). */
export function indexQuery(namespace: Namespace, message: Message): IndexQuery | null {
  const given = message.fields.get(field.indexRange);
  if (!given) return null;
  const reader = createReader(given);
  if (reader.u8() !== 1) refuse(code.parameter);
  const bin = reader.take(reader.u8()).toString('latin1');
  const type = reader.u8();
  const range = readRange(type, () => reader.take(reader.u32()));
  const named = textField(message.fields, field.indexName);
  const set = textField(message.fields, field.set) ?? '';
  const collection = collections[message.fields.get(field.indexType)?.[0] ?? 0];
  const context = message.fields.get(field.indexContext)?.toString('base64') ?? null;
  const expression = message.fields.get(field.indexExpression)?.toString('base64') ?? null;
  const index =
    named === undefined
      ? [...namespace.indexes.values()].find(
          (one) =>
            // An index over the whole namespace serves each of its sets.
            (one.set === set || one.set === '') &&
            one.bin === bin &&
            wire[one.type] === type &&
            one.collection === collection &&
            one.context === context &&
            one.expression === expression,
        )
      : namespace.indexes.get(named);
  if (!index) return refuse(code.indexNotFound);
  if (index.loadPercent < 100) return refuse(code.indexNotReadable);
  return { index, range };
}

const wire = {
  numeric: particle.integer,
  string: particle.string,
  blob: particle.blob,
  geo2dsphere: particle.geojson,
} as const;

function readRange(type: number, take: () => Buffer): Range {
  const start = take();
  switch (type) {
    case particle.integer: {
      const end = take();
      if (start.length !== 8 || end.length !== 8) refuse(code.parameter);
      const range = { kind: 'integers', from: start.readBigInt64BE(), to: end.readBigInt64BE() } as const;
      return range.from > range.to ? refuse(code.parameter) : range;
    }
    case particle.string:
      return { kind: 'exactly', value: start.toString('latin1') };
    case particle.blob:
      return { kind: 'exactly', value: { kind: 'bytes', particle: particle.blob, data: start } };
    case particle.geojson:
      return { kind: 'geo', shape: parseShape(start) };
    default:
      return refuse(code.parameter);
  }
}

/**
 * What places a matching record in the answer's order: the smallest of its matching integers, 0 for other kinds;
 * undefined where the record does not match.
 */
export function match(record: StoredRecord, { index, range }: IndexQuery, nowMs: number): bigint | undefined {
  let smallest: bigint | undefined;
  for (const value of indexed(record, index, nowMs)) {
    const at = placeOf(value, range);
    if (at !== undefined && (smallest === undefined || at < smallest)) smallest = at;
  }
  return smallest;
}

function placeOf(value: Value, range: Range): bigint | undefined {
  switch (range.kind) {
    case 'integers':
      return typeof value === 'bigint' && value >= range.from && value <= range.to ? value : undefined;
    case 'exactly': {
      if (isBytes(value) && isBytes(range.value))
        return value.particle === particle.blob && value.data.equals(range.value.data) ? 0n : undefined;
      return value === range.value ? 0n : undefined;
    }
    case 'geo':
      return isBytes(value) && value.particle === particle.geojson && touches(parseShape(value.data), range.shape)
        ? 0n
        : undefined;
  }
}

/** The values of a record that an index holds. */
function indexed(record: StoredRecord, index: Index, nowMs: number): Value[] {
  const whole = sourceOf(record, index, nowMs);
  if (whole === undefined) return [];
  switch (index.collection) {
    case 'default':
      return [whole];
    case 'list':
      return isList(whole) ? whole.items : [];
    case 'mapkeys':
      return isMapping(whole) ? whole.entries.map(([key]) => key) : [];
    case 'mapvalues':
      return isMapping(whole) ? whole.entries.map(([, value]) => value) : [];
  }
}

function sourceOf(record: StoredRecord, index: Index, nowMs: number): Value | undefined {
  if (index.expression !== null) return evaluate(unpack(Buffer.from(index.expression, 'base64')), record, nowMs);
  const bin = record.bins.get(index.bin);
  if (!bin) return undefined;
  const value = decode(bin);
  return index.context === null ? value : resolveContext(value, unpack(Buffer.from(index.context, 'base64')));
}

/** How many values an index holds over the whole cluster. */
export function entriesOf(cluster: Cluster, namespace: Namespace, index: Index): number {
  let entries = 0;
  for (const partition of namespace.partitions)
    for (const record of partition?.values() ?? [])
      if (index.set === '' || record.set === index.set) entries += indexed(record, index, cluster.now()).length;
  return entries;
}

import type { AerospikeRecord } from 'aerospike';
import { ToolError } from '../../kit/tool-error.ts';
import type { Encode } from '../values/encode.ts';
import { integerOf, kindOf, markerOf } from '../values/encode.ts';
import type { TypedJson } from '../values/typed-json.ts';
import type { CollectionType, IndexFilter, PlacedRecord, QueryAnswer, RecordQuery } from './connection.ts';
import { statusOf } from './driver-error.ts';
import { slotWithin } from './expressions.ts';
import type { Driver } from './load-client.ts';
import type { RawRecord } from './raw-record.ts';
import { readOptions } from './policies.ts';
import { stored, type RecordCall } from './record-calls.ts';
import { abortReason } from './session.ts';
import { placeOf } from './slots.ts';

/**
 * The records of some partitions, by a secondary index or by the primary one. Reads until `maxRecords` and one more, so
 * that it knows whether it was cut; then the stream is ended, since the client cannot be told to wait.
 */
export async function runQuery(call: RecordCall, asked: RecordQuery, signal: AbortSignal): Promise<QueryAnswer> {
  const { open, timeoutMs } = call;
  const { driver, client } = open;
  const query = client.query(asked.namespace, asked.set);
  if (asked.bins?.length === 0) query.nobins = true;
  else if (asked.bins !== null) query.select([...asked.bins]);
  if (asked.filter !== null) query.where(driverFilter(driver, call.encode, asked.filter));
  query.partitions(asked.partitions.begin, asked.partitions.count);
  const { slots } = asked.partitions;
  const policy = new driver.QueryPolicy({
    ...readOptions(open, timeoutMs),
    deserialize: false,
    ...(slots === undefined ? {} : { filterExpression: slotWithin(driver, slots) }),
  });
  const { raw, isCut, isPartial } = await readStream(() => query.foreach(policy), asked.maxRecords, signal);
  const records = await stored(open, raw, [], timeoutMs);
  const placed = records.flatMap((record, index): PlacedRecord[] => {
    const digest = raw[index]?.key.digest;
    return record && digest ? [{ ...record, ...placeOf(digest) }] : [];
  });
  return { records: placed, isCut, isPartial };
}

type RecordStream = ReturnType<ReturnType<RecordCall['open']['client']['query']>['foreach']>;

function readStream(
  start: () => RecordStream,
  maxRecords: number,
  signal: AbortSignal,
): Promise<{ raw: RawRecord[]; isCut: boolean; isPartial: boolean }> {
  return new Promise((resolve, reject) => {
    const raw: RawRecord[] = [];
    const stream = start();
    const onAbort = (): void => {
      stream.abort();
      // What it has brought so far nobody wants, so its types are not asked for either.
      reject(abortReason(signal));
    };
    const end = (outcome: { isCut: boolean; isPartial: boolean }): void => {
      signal.removeEventListener('abort', onAbort);
      resolve({ raw, ...outcome });
    };
    signal.addEventListener('abort', onAbort, { once: true });
    stream.on('data', (record: AerospikeRecord) => {
      // Its key and what the client's methods take differ by `undefined` alone.
      if (raw.length < maxRecords) raw.push(record as RawRecord);
      else {
        stream.abort();
        end({ isCut: true, isPartial: false });
      }
    });
    stream.on('error', (error: Error) => {
      signal.removeEventListener('abort', onAbort);
      // What was read in time is worth having.
      const status = statusOf(error);
      const isOutOfTime = status === 9 || status === -12 || status === 212;
      if (isOutOfTime && raw.length > 0) end({ isCut: false, isPartial: true });
      else reject(error);
    });
    // The stream ends at once when it is told to; what is native goes on until the next record or the end of its time.
    stream.on('end', () => end({ isCut: false, isPartial: false }));
  });
}

type DriverFilter = Parameters<ReturnType<RecordCall['open']['client']['query']>['where']>[0];

/** Only what the server's indexes know; anything else is refused before it is sent, never left out. */
export function driverFilter({ filter, indexType }: Driver, encode: Encode, asked: IndexFilter): DriverFilter {
  const collection = indexTypeOf(indexType, asked.collection);
  switch (asked.kind) {
    case 'equal': {
      const value = filterValue(encode, asked.value);
      return asked.collection === 'none'
        ? filter.equal(asked.bin, value as never)
        : filter.contains(asked.bin, value as never, collection);
    }
    case 'range':
      return filter.range(asked.bin, filterInteger(asked.begin), filterInteger(asked.end), collection);
    case 'within':
      return filter.geoWithinGeoJSONRegion(asked.bin, asked.region as never, collection);
    case 'contains-point':
      return filter.geoContainsGeoJSONPoint(asked.bin, asked.point as never, collection);
  }
}

function indexTypeOf(types: Driver['indexType'], collection: CollectionType): number {
  switch (collection) {
    case 'none':
      return types.DEFAULT;
    case 'list':
      return types.LIST;
    case 'map-keys':
      return types.MAPKEYS;
    case 'map-values':
      return types.MAPVALUES;
  }
}

function filterValue(encode: Encode, value: TypedJson): unknown {
  const kind = kindOf(value);
  if (kind === 'string' || kind === '$bytes') return encode(value, 'The filter’s value');
  return filterInteger(value);
}

/** The client passes on integers up to ±2^53 only, and would round others in silence. */
function filterInteger(value: TypedJson): number {
  const marker = markerOf(value);
  const plain = marker?.[0] === '$int' ? integerOf(marker[1], 'The filter’s value') : value;
  if (typeof plain === 'number' && Number.isSafeInteger(plain)) return plain;
  throw new ToolError(
    'invalid-input',
    'The filter’s value is of a type that no index finds.',
    'Indexes find integers up to ±2^53, texts, bytes and GeoJSON; for others use aerospike_scan_set.',
  );
}

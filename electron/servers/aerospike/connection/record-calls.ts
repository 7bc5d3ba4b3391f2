import { encodeBins, orderedItems, type Encode } from '../values/encode.ts';
import { readKey, showKey } from '../values/record-key.ts';
import type { Bins, RecordKey, TypedJson } from '../values/typed-json.ts';
import type { Operation, RemovePolicy, StoredRecord, UdfCall, WritePolicy } from './connection.ts';
import { statusOf } from './driver-error.ts';
import { keepsFractions } from './expressions.ts';
import { readySteps } from './operation-answers.ts';
import { changesSomething, readsWholeRecord, writeSteps } from './operations.ts';
import { showPlain, showRecords } from './particle-types.ts';
import type { RawRecord } from './raw-record.ts';
import {
  durableOption,
  existsNumber,
  keyOption,
  readOptions,
  removeOptions,
  writeMeta,
  writeOptions,
  writeTimes,
} from './policies.ts';
import type { Driver, DriverKey } from './load-client.ts';
import type { Open } from './session.ts';

/** One record at a time, each as one command of the client (and one more where a value's type is unclear). */
export interface RecordCall {
  open: Open;
  encode: Encode;
  timeoutMs: number;
  /** Every command waits here for one of the client's connections, which are few; an abort gives up the wait. */
  limited<T>(command: () => Promise<T>): Promise<T>;
}

export function driverKey(driver: Driver, { namespace, set, key }: RecordKey): DriverKey {
  const read = readKey(key);
  const made =
    'digest' in read ? new driver.Key(namespace, set, null, read.digest) : new driver.Key(namespace, set, read.value);
  // Its class and what its methods take differ by `undefined` alone.
  return made as DriverKey;
}

export async function getRecord(
  { open, timeoutMs }: RecordCall,
  key: RecordKey,
  bins: readonly string[] | null,
): Promise<StoredRecord | null> {
  const { driver, client } = open;
  const policy = new driver.ReadPolicy({ ...readOptions(open, timeoutMs), deserialize: false });
  const asked = driverKey(driver, key);
  try {
    if (bins?.length === 0) {
      const { gen, ttl } = await client.existsWithMetadata(asked, policy).then(present);
      return { key, bins: {}, generation: gen, ttlSeconds: ttl < 0 ? null : ttl };
    }
    const record = await (bins === null ? client.get(asked, policy) : client.select(asked, [...bins], policy));
    return (
      (
        await stored(open, [{ key: asked, bins: record.bins, gen: record.gen, ttl: record.ttl }], [key], timeoutMs)
      )[0] ?? null
    );
  } catch (error) {
    if (statusOf(error) === recordNotFound) return null;
    throw error;
  }
}

const recordNotFound = 2;
const filteredOut = 27;
/** As the server says it where a double is added to a bin that is an integer, in the driver's own form. */
const ofAnotherType = (): Error => Object.assign(new Error('another type'), { code: 12 });

/** `existsWithMetadata` answers a missing record with metadata that is null. */
function present(record: { gen: number | null | undefined; ttl: number | null | undefined }) {
  // Thrown in the driver's own form, so that it is handled like its other ways of saying so.
  if (record.gen === null || record.gen === undefined)
    throw Object.assign(new Error('no record'), { code: recordNotFound });
  return { gen: record.gen, ttl: record.ttl ?? -1 };
}

export async function putRecord(call: RecordCall, key: RecordKey, bins: Bins, how: WritePolicy): Promise<void> {
  const { driver, client } = call.open;
  const policy = new driver.WritePolicy({ ...writeTimes(call.timeoutMs), ...writeOptions(driver, key, how) });
  // `encode` makes only what the client takes.
  const encoded = encodeBins(bins, call.encode) as never;
  if (!Object.values(bins).some((value) => orderedItems(value) !== null)) {
    await client.put(driverKey(driver, key), encoded, writeMeta(how), policy);
    return;
  }
  const steps = Object.entries(bins).flatMap(([bin, value]) => writeSteps(driver, call.encode, bin, value));
  const inSteps = new driver.OperatePolicy({ ...writeTimes(call.timeoutMs), ...writeOptions(driver, key, how) });
  await client.operate(driverKey(driver, key), steps, writeMeta(how), inSteps);
}

export async function removeRecord(
  { open, timeoutMs }: RecordCall,
  key: RecordKey,
  how: RemovePolicy,
): Promise<boolean> {
  const { driver, client } = open;
  const policy = new driver.RemovePolicy({ ...writeTimes(timeoutMs), ...removeOptions(driver, how) });
  try {
    await client.remove(driverKey(driver, key), policy);
    return true;
  } catch (error) {
    if (statusOf(error) === recordNotFound) return false;
    throw error;
  }
}

export async function operateRecord(
  call: RecordCall,
  key: RecordKey,
  operations: readonly Operation[],
  how: WritePolicy,
): Promise<StoredRecord> {
  const { driver, client } = call.open;
  const { steps, show } = readySteps(call.open, call.encode, operations);
  const isWrite = changesSomething(operations);
  const condition = keepsFractions(driver, call.encode, operations);
  const policy = new driver.OperatePolicy({
    ...(isWrite ? writeTimes(call.timeoutMs) : readOptions(call.open, call.timeoutMs)),
    ...writeOptions(driver, key, how),
    exists: existsNumber(driver, how.exists),
    deserialize: false,
    ...(condition === null ? {} : { filterExpression: condition }),
  });
  const none = { key, bins: {}, generation: 0, ttlSeconds: null };
  if (steps.length === 0) return (await getRecord(call, key, null)) ?? none;
  const meta = isWrite ? writeMeta(how) : null;
  const record = await client.operate(driverKey(driver, key), steps, meta, policy).catch((error: unknown) => {
    throw condition !== null && statusOf(error) === filteredOut ? ofAnotherType() : error;
  });
  const { gen, ttl } = record;
  const answered = { key, bins: show(record.bins), generation: gen, ttlSeconds: ttl < 0 ? null : ttl };
  if (!readsWholeRecord(operations)) return answered;
  // The client has no step that reads every bin beside others; read at once afterwards.
  return (await getRecord(call, key, null)) ?? answered;
}

export async function applyUdf(
  { open, encode, timeoutMs }: RecordCall,
  key: RecordKey,
  call: UdfCall,
): Promise<TypedJson> {
  const { driver, client } = open;
  const policy = new driver.ApplyPolicy({
    ...writeTimes(timeoutMs),
    ...keyOption(driver, key, true),
    ...durableOption(call.durableDelete),
  });
  const args = call.args.map((arg, index) => encode(arg, `Argument ${index + 1}`)) as never[];
  return showPlain(
    await client.apply(driverKey(driver, key), { module: call.module, funcname: call.function, args }, policy),
  );
}

/** Records as the port knows them, in the order given; what was deleted while it was read is left out. */
export async function stored(
  open: Open,
  records: readonly RawRecord[],
  keys: readonly RecordKey[],
  timeoutMs: number,
): Promise<(StoredRecord | null)[]> {
  const shown = await showRecords(open, records, timeoutMs);
  return shown.map((record, index) => {
    const key = keys[index] ?? keyOf(records[index]);
    return record === null || key === null ? null : { key, ...record };
  });
}

const keyOf = (record: RawRecord | undefined): RecordKey | null =>
  record ? { namespace: record.key.ns, set: record.key.set || null, key: showKey(record.key) } : null;

import { encodeBins } from '../values/encode.ts';
import type { RecordKey } from '../values/typed-json.ts';
import type { BatchEntry, BatchOutcome } from './connection.ts';
import { driverError, statusError, statusOf } from './driver-error.ts';
import { answersParts, changesSomething, driverOperations, readsWholeRecord } from './operations.ts';
import { chunksOf, hasValue, showPlain } from './particle-types.ts';
import { readTimes, ttlNumber, writeOptions, writeTimes } from './policies.ts';
import { driverKey, operateRecord, putRecord, stored, type RecordCall } from './record-calls.ts';
import type { Driver } from './load-client.ts';
import { abortReason } from './session.ts';

/** Entries in one native batch: well below what servers take (5,000), and small enough to answer within a call's time. */
const entriesAtOnce = 1_000;
/** The client has 100 connections to a node; a batch takes one of each node, a single write one. */
const singlesAtOnce = 40;

/** Reads and writes in as few commands as the client allows. Answers in the order of `entries`; nothing is repeated. */
export async function runBatch(
  call: RecordCall,
  entries: readonly BatchEntry[],
  signal: AbortSignal,
): Promise<BatchOutcome[]> {
  const outcomes = new Map<number, BatchOutcome>();
  const indexed = entries.map((entry, index) => ({ entry, index }));
  const reads = indexed.filter(({ entry }) => entry.kind === 'get');
  const singles = indexed.filter(({ entry }) => isSingle(entry));
  const writes = indexed.filter(({ entry }) => entry.kind !== 'get' && !isSingle(entry));
  const record = (part: readonly { index: number }[], answers: readonly BatchOutcome[]): void => {
    for (const [position, { index }] of part.entries()) outcomes.set(index, answers[position] ?? notRun);
  };
  for (const chunk of chunksOf(reads, entriesAtOnce)) {
    if (signal.aborted) throw abortReason(signal);
    record(
      chunk,
      await readChunk(
        call,
        chunk.map(({ entry }) => entry),
      ),
    );
  }
  for (const chunk of chunksOf(writes, entriesAtOnce)) {
    if (signal.aborted) throw abortReason(signal);
    record(
      chunk,
      await writeChunk(
        call,
        chunk.map(({ entry }) => entry),
      ),
    );
  }
  for (const chunk of chunksOf(singles, singlesAtOnce)) {
    if (signal.aborted) throw abortReason(signal);
    record(chunk, await Promise.all(chunk.map(({ entry }) => runSingle(call, entry))));
  }
  return entries.map((_, index) => outcomes.get(index) ?? notRun);
}

const notRun: BatchOutcome = { ok: false, code: 'failed', message: 'It was not run.', inDoubt: false };

/** What the client's batches cannot say: a generation for a write, and parts of lists and maps as an answer. */
function isSingle(entry: BatchEntry): boolean {
  if (entry.kind === 'put') return entry.how.generation !== undefined;
  if (entry.kind !== 'operate') return false;
  const { how, operations } = entry;
  return (
    how.generation !== undefined ||
    answersParts(operations) ||
    readsWholeRecord(operations) ||
    // One entry without a write fails the whole batch.
    !changesSomething(operations)
  );
}

async function readChunk({ open, timeoutMs }: RecordCall, entries: readonly BatchEntry[]): Promise<BatchOutcome[]> {
  const { driver, client } = open;
  const batch = entries.map((entry) => {
    const key = driverKey(driver, entry.key);
    const bins = entry.kind === 'get' ? entry.bins : null;
    if (bins === null) return { type: driver.batchType.BATCH_READ, key, readAllBins: true };
    return { type: driver.batchType.BATCH_READ, key, ...(bins.length > 0 ? { bins: [...bins] } : {}) };
  });
  const policy = new driver.BatchPolicy({ ...readTimes(timeoutMs), deserialize: false });
  // The type wants an operation's class in place of its fields.
  const answers = await client.batchRead(batch as never[], policy);
  const found = answers.flatMap(({ status }, index) => (status === 0 ? [index] : []));
  const records = found.flatMap((index) => {
    const key = batch[index]?.key;
    const record = answers[index]?.record;
    return key && record ? [{ key, bins: record.bins, gen: record.gen, ttl: record.ttl }] : [];
  });
  const keys = found.map((index) => entries[index]?.key).filter((key) => key !== undefined);
  const shown = await stored(open, records, keys, timeoutMs);
  const byIndex = new Map(found.map((index, position) => [index, shown[position] ?? null]));
  return answers.map(({ status, inDoubt }, index): BatchOutcome => {
    if (status === recordNotFound) return { ok: true, record: null };
    return status === 0 ? { ok: true, record: byIndex.get(index) ?? null } : failed(Number(status), inDoubt);
  });
}

const recordNotFound = 2;

async function writeChunk(call: RecordCall, entries: readonly BatchEntry[]): Promise<BatchOutcome[]> {
  const { driver, client } = call.open;
  // Each is one of the client's kinds of entry, whose types it does not tell apart.
  const batch = entries.map((entry) => batchEntry(call, entry)) as never[];
  const policy = new driver.BatchPolicy({ ...writeTimes(call.timeoutMs), deserialize: false });
  try {
    const answers = await client.batchWrite(batch, policy);
    const plain = answers.map(({ status, inDoubt, record }, index): BatchOutcome => {
      const entry = entries[index];
      if (!entry) return notRun;
      if (status !== 0) return failed(Number(status), inDoubt);
      if (entry.kind === 'apply') return applied(entry.key, record.bins);
      return { ok: true, record: null };
    });
    return await withReads(call, entries, answers, plain);
  } catch (error) {
    // The whole batch failed: whatever the client knows of single entries is lost with it.
    if (statusOf(error) === null) throw error;
    const { message } = driverError(error);
    const inDoubt = (statusOf(error) ?? 0) >= 0 || statusOf(error) === -15;
    return entries.map(() => ({ ok: false, code: 'failed', message, inDoubt }));
  }
}

/** What `operate` entries have read, with the types that the client cannot tell. */
async function withReads(
  { open, timeoutMs }: RecordCall,
  entries: readonly BatchEntry[],
  answers: readonly { status: unknown; record: { bins: object; gen: number; ttl: number } }[],
  outcomes: readonly BatchOutcome[],
): Promise<BatchOutcome[]> {
  const read = entries.flatMap((entry, index) => {
    const answer = answers[index];
    if (entry.kind !== 'operate' || answer?.status !== 0) return [];
    const bins = Object.fromEntries(Object.entries(answer.record.bins).filter(([, value]) => hasValue(value)));
    const { gen, ttl } = answer.record;
    return [{ index, key: entry.key, record: { key: driverKey(open.driver, entry.key), bins, gen, ttl } }];
  });
  const shown = await stored(
    open,
    read.map(({ record }) => record),
    read.map(({ key }) => key),
    timeoutMs,
  );
  const byIndex = new Map(read.map(({ index }, position) => [index, shown[position] ?? null]));
  return outcomes.map((outcome, index) =>
    outcome.ok && byIndex.has(index) ? { ok: true, record: byIndex.get(index) ?? null } : outcome,
  );
}

function batchEntry({ open, encode }: RecordCall, entry: BatchEntry): object {
  const { driver } = open;
  const { batchType } = driver;
  const key = driverKey(driver, entry.key);
  switch (entry.kind) {
    case 'get':
      return { type: batchType.BATCH_READ, key, readAllBins: true };
    case 'put': {
      const ops = Object.entries(encodeBins(entry.bins, encode)).map(([bin, value]) =>
        driver.operations.write(bin, value as never),
      );
      return { type: batchType.BATCH_WRITE, key, ops, policy: writePolicy(driver, entry.how) };
    }
    case 'operate': {
      const ops = driverOperations(driver, encode, entry.operations);
      return { type: batchType.BATCH_WRITE, key, ops, policy: writePolicy(driver, entry.how) };
    }
    case 'delete': {
      const bound = entry.generation === undefined ? {} : { gen: driver.policy.gen.EQ, generation: entry.generation };
      return { type: batchType.BATCH_REMOVE, key, policy: new driver.BatchRemovePolicy(bound) };
    }
    case 'apply': {
      const { module, function: funcname } = entry.call;
      const args = entry.call.args.map((arg, index) => encode(arg, `Argument ${index + 1}`));
      return { type: batchType.BATCH_APPLY, key, udf: { module, funcname, args } };
    }
  }
}

const writePolicy = (driver: Driver, how: Extract<BatchEntry, { kind: 'put' }>['how']) =>
  new driver.BatchWritePolicy({ ...writeOptions(driver, how), ttl: ttlNumber(how.ttl) });

async function runSingle(call: RecordCall, entry: BatchEntry): Promise<BatchOutcome> {
  try {
    if (entry.kind === 'put') await putRecord(call, entry.key, entry.bins, entry.how);
    if (entry.kind !== 'operate') return { ok: true, record: null };
    return { ok: true, record: await operateRecord(call, entry.key, entry.operations, entry.how) };
  } catch (error) {
    const status = statusOf(error);
    if (status === null) throw error;
    return failed(status, (error as { inDoubt?: boolean }).inDoubt === true);
  }
}

/** A UDF in a batch answers with a bin of this name. */
function applied(key: RecordKey, bins: Readonly<Record<string, unknown>>): BatchOutcome {
  if ('FAILURE' in bins) return { ok: false, code: 'failed', message: statusError(100).message, inDoubt: false };
  const result = 'SUCCESS' in bins ? showPlain(bins.SUCCESS) : null;
  return { ok: true, record: { key, bins: { result }, generation: 0, ttlSeconds: null } };
}

function failed(status: number, inDoubt: boolean): BatchOutcome {
  return { ok: false, code: codeOf(status), message: statusError(status).message, inDoubt };
}

function codeOf(status: number): Extract<BatchOutcome, { ok: false }>['code'] {
  switch (status) {
    case 2:
      return 'not-found';
    case 3:
      return 'generation';
    case 5:
      return 'exists';
    case 13:
      return 'too-large';
    case 10:
    case 22:
    case 80:
    case 81:
    case 82:
      return 'refused';
    default:
      return 'failed';
  }
}

import { encodeBins, orderedItems } from '../values/encode.ts';
import { ToolError } from '../../kit/tool-error.ts';
import type { Bins } from '../values/typed-json.ts';
import type { BatchEntry } from './connection.ts';
import { keepsFractions } from './expressions.ts';
import { readsBeforeChanging, readySteps } from './operation-answers.ts';
import { changesSomething, readsWholeRecord, writeSteps } from './operations.ts';
import { durableOption, keyOption, removeOptions, ttlNumber, writeOptions } from './policies.ts';
import { driverKey, type RecordCall } from './record-calls.ts';
import type { Driver } from './load-client.ts';

/** An entry that is known to be sendable. */
export interface ReadyEntry {
  entry: BatchEntry;
  index: number;
  /**
   * `single`: what the client's batches cannot say; it runs as a command of its own. `apply` is a batch of its own too,
   * since its answers are read in another way.
   */
  way: 'read' | 'write' | 'apply' | 'single';
  /** As the client's batches take it. */
  native: object;
  /** What an `operate` entry has read. */
  show?: (answer: Readonly<Record<string, unknown>>) => Bins;
}

/**
 * Reads and encodes one entry. All are made ready before the first is sent, for what the client refuses inside a batch
 * ends that batch half done, or the process. Throws `invalid-input` that names the entry.
 */
export function readyEntry(call: RecordCall, entry: BatchEntry, index: number): ReadyEntry {
  try {
    const made = makeReady(call, entry);
    return { entry, index, ...made };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new ToolError(error.code, `Entry ${index + 1}: ${error.message} Nothing was sent.`, error.hint);
  }
}

function makeReady({ open, encode }: RecordCall, entry: BatchEntry): Omit<ReadyEntry, 'entry' | 'index'> {
  const { driver } = open;
  const { batchType } = driver;
  const key = driverKey(driver, entry.key);
  switch (entry.kind) {
    case 'get': {
      const { bins } = entry;
      const asked = bins === null ? { readAllBins: true } : bins.length > 0 ? { bins: [...bins] } : {};
      return { way: 'read', native: { type: batchType.BATCH_READ, key, ...asked } };
    }
    case 'put': {
      const bins = Object.entries(encodeBins(entry.bins, encode));
      // A batch drops an integer of 64 bits with all that follows it, or ends the process; a put keeps it exact.
      const isWide = bins.some(([, value]) => typeof value === 'bigint');
      const isOrdered = Object.values(entry.bins).some((value) => orderedItems(value) !== null);
      // Made to be checked: what cannot be sent must be known before anything is.
      if (isOrdered) for (const [bin, value] of Object.entries(entry.bins)) writeSteps(driver, encode, bin, value);
      if (isWide || isOrdered || entry.how.generation !== undefined) return { way: 'single', native: {} };
      const ops = bins.map(([bin, value]) => driver.operations.write(bin, value as never));
      return {
        way: 'write',
        native: { type: batchType.BATCH_WRITE, key, ops, policy: writePolicy(driver, entry) },
      };
    }
    case 'operate': {
      const { how, operations } = entry;
      const { steps: ops, show } = readySteps(open, encode, operations);
      const isSingle =
        how.generation !== undefined ||
        readsWholeRecord(operations) ||
        readsBeforeChanging(operations) ||
        keepsFractions(driver, encode, operations) !== null ||
        // One entry without a write fails the whole batch.
        !changesSomething(operations);
      if (isSingle) return { way: 'single', native: {} };
      return {
        way: 'write',
        show,
        native: { type: batchType.BATCH_WRITE, key, ops, policy: writePolicy(driver, entry) },
      };
    }
    case 'delete': {
      const policy = new driver.BatchRemovePolicy(removeOptions(driver, entry));
      return { way: 'write', native: { type: batchType.BATCH_REMOVE, key, policy } };
    }
    case 'apply': {
      const { module, function: funcname, durableDelete } = entry.call;
      const args = entry.call.args.map((arg, position) => encode(arg, `Argument ${position + 1}`));
      const policy = new driver.BatchApplyPolicy({
        ...keyOption(driver, entry.key, true),
        ...durableOption(durableDelete),
      });
      return { way: 'apply', native: { type: batchType.BATCH_APPLY, key, policy, udf: { module, funcname, args } } };
    }
  }
}

const writePolicy = (driver: Driver, { key, how }: Extract<BatchEntry, { kind: 'put' | 'operate' }>) =>
  new driver.BatchWritePolicy({ ...writeOptions(driver, key, how), ttl: ttlNumber(how.ttl) });

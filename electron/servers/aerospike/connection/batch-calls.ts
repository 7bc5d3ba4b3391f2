import { ToolError } from '../../kit/tool-error.ts';
import type { RecordKey } from '../values/typed-json.ts';
import { readyEntry, type ReadyEntry } from './batch-entries.ts';
import { inTurns } from './batch-turns.ts';
import type { BatchEntry, BatchOutcome } from './connection.ts';
import { areNamespacesUnknown, failed, unknownNamespace, type BatchFailure } from './batch-failures.ts';
import { readChunk } from './batch-reads.ts';
import { driverError, isSilence, statusOf, udfFailed } from './driver-error.ts';
import { chunksOf, showPlain } from './particle-types.ts';
import { writeTimes } from './policies.ts';
import { operateRecord, putRecord, type RecordCall } from './record-calls.ts';
import { abortReason } from './session.ts';

/** Entries in one native batch: well below what servers take (5,000), and small enough to answer within a call's time. */
const entriesAtOnce = 1_000;
/** While the server works on one, the next is encoded. */
const chunksAtOnce = 4;
const singlesAtOnce = 40;

/**
 * Reads and writes in as few commands as the client allows. Answers in the order of `entries`; nothing is repeated, and
 * nothing is sent unless every entry can be. Throws `invalid-input`, or `cancelled` between two chunks.
 */
export async function runBatch(
  call: RecordCall,
  entries: readonly BatchEntry[],
  signal: AbortSignal,
): Promise<BatchOutcome[]> {
  const ready = entries.map((entry, index) => readyEntry(call, entry, index));
  const outcomes = new Map<number, BatchOutcome>();
  const run = async (
    turn: readonly ReadyEntry[],
    way: ReadyEntry['way'],
    size: number,
    atOnce: number,
    work: (chunk: readonly ReadyEntry[]) => Promise<readonly BatchOutcome[]>,
  ): Promise<void> => {
    const chunks = chunksOf(
      turn.filter((entry) => entry.way === way),
      size,
    ).values();
    const failures: unknown[] = [];
    const inTurn = async (): Promise<void> => {
      // One iterator for all of them: each takes the next chunk when it is done with its own.
      for (const chunk of chunks) {
        if (failures.length > 0) return;
        if (signal.aborted) throw abortReason(signal);
        const answers = await call.limited(() => work(chunk));
        for (const [position, { index }] of chunk.entries()) outcomes.set(index, answers[position] ?? notRun);
      }
    };
    const inTurnOrNot = (): Promise<unknown> => inTurn().catch((error: unknown) => failures.push(error));
    // The client is in use until the last chunk is answered, so a failed one does not end the wait for the others.
    await Promise.all(Array.from({ length: atOnce }, inTurnOrNot));
    if (failures.length > 0) throw failures[0];
  };
  const untilMs = performance.now() + turnsMs;
  for (const all of inTurns(ready)) {
    // What follows a change of which nobody knows is not sent, so that a record's changes never run out of order.
    const sent =
      performance.now() > untilMs ? [] : all.filter(({ after }) => after === null || isKnown(outcomes.get(after)));
    const turn = sent.map(({ ready: one }) => one);
    await run(turn, 'read', entriesAtOnce, chunksAtOnce, (chunk) => readChunk(call, chunk));
    await run(turn, 'write', entriesAtOnce, chunksAtOnce, (chunk) => writeChunk(call, chunk, { deserialize: false }));
    // What a UDF answers has no type that could be asked for: the client tells a list from bytes only by reading it.
    await run(turn, 'apply', entriesAtOnce, chunksAtOnce, (chunk) => writeChunk(call, chunk, { deserialize: true }));
    await run(turn, 'single', 1, singlesAtOnce, (chunk) =>
      Promise.all(chunk.map(({ entry }) => runSingle(call, entry))),
    );
  }
  return entries.map((_, index) => outcomes.get(index) ?? notRun);
}

const isKnown = (outcome: BatchOutcome | undefined): boolean =>
  outcome !== undefined && (outcome.ok || (!outcome.inDoubt && outcome !== notRun));
const notRun: BatchOutcome = {
  ok: false,
  code: 'failed',
  message: 'It was not sent: a change of the same record before it had no answer, or took too long.',
  inDoubt: false,
};
/** After this no further turn begins: a call's outcomes are worth more than its last changes. */
const turnsMs = 60_000;

async function writeChunk(
  call: RecordCall,
  chunk: readonly ReadyEntry[],
  reading: { deserialize: boolean },
): Promise<BatchOutcome[]> {
  const { driver, client } = call.open;
  const policy = new driver.BatchPolicy({ ...writeTimes(call.timeoutMs), ...reading });
  try {
    // Each is one of the client's kinds of entry, whose types it does not tell apart.
    const answers = await client.batchWrite(chunk.map(({ native }) => native) as never[], policy);
    return chunk.map(({ entry, show }, index): BatchOutcome => {
      const answer = answers[index];
      if (!answer) return lost(null);
      const { status, inDoubt, record } = answer;
      if (status !== 0) return failed(Number(status), inDoubt || isSilence(Number(status)));
      if (entry.kind === 'apply') return applied(entry.key, record.bins);
      if (!show) return { ok: true, record: null };
      const ttlSeconds = record.ttl < 0 ? null : record.ttl;
      return {
        ok: true,
        record: { key: entry.key, bins: show({ ...record.bins }), generation: record.gen, ttlSeconds },
      };
    });
  } catch (error) {
    if (error instanceof ToolError) throw error;
    if (await areNamespacesUnknown(call, chunk, error)) return chunk.map(() => failed(unknownNamespace, false));
    // Whatever the client knew of single entries is lost with the batch, and other nodes may have done their part.
    return chunk.map(() => lost(error));
  }
}

const lost = (error: unknown): BatchFailure => ({
  ok: false,
  code: 'failed',
  message: statusOf(error) === null ? 'The batch failed in the client.' : driverError(error).message,
  inDoubt: true,
});

async function runSingle(call: RecordCall, entry: BatchEntry): Promise<BatchOutcome> {
  try {
    if (entry.kind === 'put') await putRecord(call, entry.key, entry.bins, entry.how);
    if (entry.kind !== 'operate') return { ok: true, record: null };
    return { ok: true, record: await operateRecord(call, entry.key, entry.operations, entry.how) };
  } catch (error) {
    const status = statusOf(error);
    return status === null ? lost(error) : failed(status, (error as { inDoubt?: boolean }).inDoubt === true);
  }
}

/** A UDF in a batch answers with a bin of this name. */
function applied(key: RecordKey, bins: Readonly<Record<string, unknown>>): BatchOutcome {
  if ('FAILURE' in bins) return failed(udfFailed, false);
  const result = 'SUCCESS' in bins ? showPlain(bins.SUCCESS) : null;
  return { ok: true, record: { key, bins: { result }, generation: 0, ttlSeconds: null } };
}

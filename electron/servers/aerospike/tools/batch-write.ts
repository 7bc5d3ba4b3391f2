import { z } from 'zod';
import type { JsonValue } from '../../../core/workers/protocol.ts';
import { defineTool } from '../../kit/define-tool.ts';
import { maxTextBytes } from '../../kit/limits.ts';
import { sizeOnLeaving } from '../../kit/text-safety.ts';
import type { BatchOutcome } from '../connection/connection.ts';
import type { Role } from '../profile.ts';
import { assertStill } from '../ops/pinned.ts';
import { assertRole, type AerospikeServices } from '../services.ts';
import { fitBins } from '../values/fit.ts';
import { showAsked } from '../values/record-key.ts';
import { Json, JsonBins, Namespace, SetName, listOf, maxBatch } from '../values/names.ts';
import type { TypedJson } from '../values/typed-json.ts';
import { BatchArgument, readEntries, type ReadEntry } from './batch-argument.ts';
import { batchSentence, countsByPlace, entriesAsSeen, lookAtBatch } from './batch-look.ts';
import { inexact } from './execute-udf.ts';
import { shortPreview } from './writing.ts';

const Failure = z.object({
  index: z.int(),
  key: Json,
  code: z.string(),
  reason: z.string(),
  inDoubt: z.boolean().optional(),
});
/** Which entries failed in one way, all of them: `0-99, 105`, counted from 0. */
const FailedEntries = z.object({ code: z.string(), entries: z.string(), inDoubt: z.boolean().optional() });
const Result = z.object({ index: z.int(), bins: JsonBins });

export const batchWrite = defineTool({
  name: 'aerospike_batch_write',
  title: 'Change many records',
  description: 'Up to 5,000 changes at once; each may fail on its own.',
  toolset: 'records',
  role: 'read-write',
  effect: 'destroy',
  example: {
    namespace: 'test',
    set: 'users',
    operations: [
      { operation: 'put', key: 'u1', bins: { name: 'Ada' } },
      { operation: 'delete', key: 'u2' },
    ],
  },
  input: z.object({
    namespace: Namespace.optional(),
    set: SetName.optional(),
    operations: listOf(BatchArgument, maxBatch),
  }),
  output: z.object({
    done: z.int(),
    /** Deletes that found nothing. */
    notFound: z.int(),
    failed: z.int(),
    /** All that failed, by what they failed of. */
    failedEntries: z.array(FailedEntries),
    /** The first failures in words; `index` counts from 0 in `operations`. */
    failures: z.array(Failure),
    /** What operate and execute answered. */
    results: z.array(Result),
    /** Not all failures or results are shown; which entries failed always is. */
    truncated: z.boolean(),
    /** About what execute answered. */
    note: z.string().optional(),
  }),
  text: ({ done, notFound, failed, failedEntries, failures, results, truncated, note }) =>
    [
      `${done} done${notFound > 0 ? `, ${notFound} not found` : ''}${failed > 0 ? `, ${failed} FAILED` : ''}`,
      ...failedEntries.map(
        ({ code, entries, inDoubt }) => `Failed (${code}${inDoubt ? ', may have been done' : ''}): entries ${entries}`,
      ),
      ...failures.map(
        ({ index, key, reason, inDoubt }) =>
          `${index} ${JSON.stringify(key)}: ${reason}${inDoubt ? ' (may have been done)' : ''}`,
      ),
      ...results.map(({ index, bins }) => `${index}: ${JSON.stringify(bins)}`),
      ...(note === undefined ? [] : [note]),
      ...(truncated ? ['Not all of them are shown: read the records, or send fewer operations at once.'] : []),
    ].join('\n'),
  async plan({ namespace, set, operations }, { connection, profile }: AerospikeServices, context) {
    const entries = readEntries(operations, { namespace, set });
    assertMayExecute(entries, profile.role);
    const looked = await lookAtBatch(entries, connection, context);
    const deletes = entries.filter(({ entry }) => entry.kind === 'delete').length;
    const runsCode = entries.some(({ entry }) => entry.kind === 'apply');
    const isLoss = deletes > 0 || runsCode || looked.removing > 0 || looked.shortening.length > 0;
    return {
      effect: isLoss ? 'destroy' : 'write',
      sentence: batchSentence(entries, looked),
      preview: shortPreview(
        {
          // What the schema has read is JSON; its type admits members that are undefined.
          operations: operations as unknown as JsonValue[],
          shortening: looked.shortening.slice(0, 20),
        },
        {
          total: operations.length,
          counts: countsByPlace(entries),
          deletes,
          deletesThatExist: looked.deletesThatExist,
          durable: looked.durable.size,
          removing: looked.removing,
          modules: looked.modules,
          seen: looked.digest,
        },
      ),
    };
  },
  async run({ namespace, set, operations }, { connection, profile }: AerospikeServices, context) {
    const entries = readEntries(operations, { namespace, set });
    assertMayExecute(entries, profile.role);
    const looked = await lookAtBatch(entries, connection, context);
    assertStill(context.plan, 'modules', looked.modules);
    assertStill(context.plan, 'seen', looked.digest);
    const outcomes = await connection.batch(entriesAsSeen(entries, looked), context);
    return summary(entries, outcomes);
  },
});

/** Running a UDF needs what aerospike_execute_udf needs: a batch is no way around it. */
function assertMayExecute(entries: readonly ReadEntry[], role: Role): void {
  if (entries.some(({ entry }) => entry.kind === 'apply')) assertRole(role, 'admin');
}

type Failed = Extract<BatchOutcome, { ok: false }> & { index: number; key: TypedJson };

function summary(entries: readonly ReadEntry[], outcomes: readonly BatchOutcome[]) {
  const failed: Failed[] = [];
  const answered: z.input<typeof Result>[] = [];
  let notFound = 0;
  for (const [index, outcome] of outcomes.entries()) {
    const entry = entries[index]?.entry;
    if (!entry) continue;
    if (!outcome.ok && outcome.code === 'not-found' && entry.kind === 'delete') notFound += 1;
    else if (!outcome.ok) failed.push({ ...outcome, index, key: showAsked(entry.key.key) });
    else if (entry.kind === 'operate' || entry.kind === 'apply') {
      const { bins = {} } = outcome.record ?? {};
      if (Object.keys(bins).length > 0) answered.push({ index, bins: fitBins(bins) });
    }
  }
  const failedEntries = byWay(failed);
  let bytes = sizeOnLeaving(failedEntries);
  const fits = (row: unknown): boolean => (bytes += sizeOnLeaving(row) + 1) <= maxTextBytes;
  const failures = failed
    .slice(0, maxFailures)
    .map(({ index, key, code, message: reason, inDoubt }) => ({
      index,
      key,
      code,
      reason,
      ...(inDoubt && { inDoubt }),
    }))
    .filter(fits);
  const results = answered.filter(fits);
  return {
    done: outcomes.length - notFound - failed.length,
    notFound,
    failed: failed.length,
    failedEntries,
    failures,
    results,
    truncated: failures.length < failed.length || results.length < answered.length,
    ...(results.some(({ index }) => entries[index]?.entry.kind === 'apply') ? { note: inexact } : {}),
  };
}

const maxFailures = 50;

/** Every failed entry, by what it failed of and whether it may have been done. */
function byWay(failed: readonly Failed[]): z.input<typeof FailedEntries>[] {
  const ways = new Map<string, { first: Failed; indexes: number[] }>();
  for (const failure of failed) {
    const name = `${failure.code} ${failure.inDoubt}`;
    const way = ways.get(name) ?? { first: failure, indexes: [] };
    ways.set(name, way);
    way.indexes.push(failure.index);
  }
  return [...ways.values()].map(({ first: { code, inDoubt }, indexes }) => ({
    code,
    entries: rangesOf(indexes),
    ...(inDoubt && { inDoubt }),
  }));
}

/** Rising indexes in few characters: `0-99, 105`. */
function rangesOf(indexes: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const index of indexes) {
    const range = ranges.at(-1);
    if (range?.[1] === index - 1) range[1] = index;
    else ranges.push([index, index]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');
}

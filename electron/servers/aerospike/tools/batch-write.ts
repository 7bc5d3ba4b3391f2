import { z } from 'zod';
import type { JsonValue } from '../../../core/workers/protocol.ts';
import { defineTool } from '../../kit/define-tool.ts';
import { maxTextBytes } from '../../kit/limits.ts';
import type { BatchOutcome } from '../connection/connection.ts';
import type { Role } from '../profile.ts';
import { assertStill } from '../ops/pinned.ts';
import { assertRole, type AerospikeServices } from '../services.ts';
import { fitBins } from '../values/fit.ts';
import { Json, JsonBins, Namespace, SetName, listOf, maxBatch } from '../values/names.ts';
import { BatchArgument, readEntries, type ReadEntry } from './batch-argument.ts';
import { batchSentence, countsByPlace, entriesAsSeen, lookAtBatch } from './batch-look.ts';
import { shortPreview } from './writing.ts';

const Failure = z.object({
  index: z.int(),
  key: Json,
  code: z.string(),
  reason: z.string(),
  inDoubt: z.boolean().optional(),
});
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
    /** The first failures; `index` counts from 0 in `operations`. */
    failures: z.array(Failure),
    /** What operate and execute answered. */
    results: z.array(Result),
    /** Not all failures or results fit. */
    truncated: z.boolean(),
  }),
  text: ({ done, notFound, failed, failures, results, truncated }) =>
    [
      `${done} done${notFound > 0 ? `, ${notFound} not found` : ''}${failed > 0 ? `, ${failed} FAILED` : ''}`,
      ...failures.map(
        ({ index, key, reason, inDoubt }) =>
          `${index} ${JSON.stringify(key)}: ${reason}${inDoubt ? ' (may have been done)' : ''}`,
      ),
      ...results.map(({ index, bins }) => `${index}: ${JSON.stringify(bins)}`),
      ...(truncated ? ['More failures or results than fit here.'] : []),
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

function summary(entries: readonly ReadEntry[], outcomes: readonly BatchOutcome[]) {
  const failures: z.input<typeof Failure>[] = [];
  const results: z.input<typeof Result>[] = [];
  const count = { done: 0, notFound: 0, failed: 0, shown: 0, results: 0 };
  let bytes = 0;
  const fits = (row: unknown): boolean => (bytes += Buffer.byteLength(JSON.stringify(row)) + 1) <= maxTextBytes;
  for (const [index, outcome] of outcomes.entries()) {
    const entry = entries[index]?.entry;
    if (!entry) continue;
    if (outcome.ok) {
      count.done += 1;
      if (outcome.record === null || entry.kind === 'put' || entry.kind === 'delete') continue;
      if (Object.keys(outcome.record.bins).length === 0) continue;
      count.results += 1;
      const row = { index, bins: fitBins(outcome.record.bins) };
      if (fits(row)) results.push(row);
    } else if (outcome.code === 'not-found' && entry.kind === 'delete') {
      count.notFound += 1;
    } else {
      count.failed += 1;
      const row = { index, key: entry.key.key, code: outcome.code, reason: outcome.message };
      if (failures.length < maxFailures && fits(row)) failures.push(outcome.inDoubt ? { ...row, inDoubt: true } : row);
    }
  }
  const { done, notFound, failed } = count;
  const truncated = failures.length < failed || results.length < count.results;
  return { done, notFound, failed, failures, results, truncated };
}

const maxFailures = 100;

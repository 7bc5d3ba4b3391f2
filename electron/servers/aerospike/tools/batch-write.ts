import { z } from 'zod';
import type { JsonObject, JsonValue } from '../../../core/workers/protocol.ts';
import { defineTool } from '../../kit/define-tool.ts';
import { maxTextBytes } from '../../kit/limits.ts';
import type { BatchOutcome } from '../connection/connection.ts';
import type { Role } from '../profile.ts';
import { assertRole, type AerospikeServices } from '../services.ts';
import { fitBins } from '../values/fit.ts';
import { Json, Namespace, SetName, listOf, maxBatch } from '../values/names.ts';
import { BatchArgument, destroys, readEntries, type ReadEntry } from './batch-argument.ts';
import { shortPreview } from './writing.ts';

const Failure = z.object({
  index: z.int(),
  key: Json,
  code: z.string(),
  reason: z.string(),
  inDoubt: z.boolean().optional(),
});
const Result = z.object({ index: z.int(), bins: z.record(z.string(), Json) });

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
    const deletes = entries.filter(destroys);
    // Looked at as metadata alone: how many of them there are is what a person wants to know.
    const seen = await connection.batch(
      deletes.map(({ entry }) => ({ kind: 'get', key: entry.key, bins: [] })),
      context,
    );
    const there = seen.filter((outcome) => outcome.ok && outcome.record !== null).length;
    return {
      effect: deletes.length > 0 ? 'destroy' : 'write',
      sentence: sentenceOf(entries, there),
      preview: shortPreview({
        counts: countsOf(entries),
        deletes: deletes.length,
        deletesThatExist: there,
        // What the schema has read is JSON; its type admits members that are undefined.
        operations: operations.slice(0, 50) as unknown as JsonValue[],
        total: operations.length,
      }),
    };
  },
  async run({ namespace, set, operations }, { connection, profile }: AerospikeServices, context) {
    const entries = readEntries(operations, { namespace, set });
    assertMayExecute(entries, profile.role);
    const outcomes = await connection.batch(
      entries.map(({ entry }) => entry),
      context,
    );
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

const verbs = { put: 'write', delete: 'DELETE', operate: 'change', apply: 'run a UDF on', get: 'read' } as const;

/** `DELETE 3 records (2 of them exist), write 12 records in namespace test, sets users and places`. */
function sentenceOf(entries: readonly ReadEntry[], there: number): string {
  const kinds = (['delete', 'apply', 'operate', 'put'] as const).flatMap((kind) => {
    const count = entries.filter(({ entry }) => entry.kind === kind).length;
    if (count === 0) return [];
    const noun = count === 1 ? 'record' : 'records';
    return [
      `${verbs[kind]} ${count.toLocaleString('en')} ${noun}${kind === 'delete' ? ` (${there} of them exist)` : ''}`,
    ];
  });
  const namespaces = [...new Set(entries.map(({ entry }) => entry.key.namespace))];
  const sets = [...new Set(entries.map(({ entry }) => entry.key.set ?? 'none'))];
  const text = `${kinds.join(', ')} in namespace ${namespaces.slice(0, 3).join(', ')}, set ${sets.slice(0, 5).join(', ')}${sets.length > 5 ? ' …' : ''}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function countsOf(entries: readonly ReadEntry[]): JsonObject {
  const counts: Record<string, number> = {};
  for (const { entry } of entries) {
    const place = `${entry.kind} ${entry.key.namespace}/${entry.key.set ?? ''}`;
    if (Object.keys(counts).length < 50 || place in counts) counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}

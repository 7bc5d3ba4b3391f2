import { z } from 'zod';
import { cursorFor, positionOf } from '../../kit/cursor.ts';
import { defineTool } from '../../kit/define-tool.ts';
import { maxTextBytes } from '../../kit/limits.ts';
import { ToolError } from '../../kit/tool-error.ts';
import type { BatchEntry } from '../connection/connection.ts';
import type { AerospikeServices } from '../services.ts';
import { BinNames, Json, Namespace, SetName, listOf, maxBatch } from '../values/names.ts';
import { fitBins } from '../values/fit.ts';
import { keyedText } from '../values/record-text.ts';
import type { TypedJson } from '../values/typed-json.ts';

/** Read first; then as many as should still fit, since what does not is read again by the next page. */
const keysAtFirst = 200;

const Found = z.object({ key: Json, bins: z.record(z.string(), Json), generation: z.int() });

export const batchGet = defineTool({
  name: 'aerospike_batch_get',
  title: 'Get many records',
  description: 'Up to 5,000 records by key; an entry may be {key, namespace?, set?, bins?}.',
  toolset: 'records',
  effect: 'read',
  example: { namespace: 'test', set: 'users', keys: ['u1', 'u2', { set: 'orders', key: 7, bins: ['total'] }] },
  input: z.object({
    namespace: Namespace.optional(),
    set: SetName.optional(),
    keys: listOf(Json, maxBatch),
    bins: BinNames.optional(),
    cursor: z.string().max(200).optional(),
  }),
  output: z.object({
    records: z.array(Found),
    /** Keys without a record. */
    missing: z.array(Json),
    failures: z.array(z.object({ key: Json, reason: z.string() })),
    truncated: z.boolean(),
    next: z.string().optional(),
  }),
  text: ({ records, missing, failures, next }) =>
    [
      `${records.length} found, ${missing.length} missing${failures.length > 0 ? `, ${failures.length} failed` : ''}`,
      ...records.map(keyedText),
      ...(missing.length > 0 ? [`Missing: ${missing.map((key) => JSON.stringify(key)).join(', ')}`] : []),
      ...failures.map(({ key, reason }) => `Failed: ${JSON.stringify(key)}: ${reason}`),
      ...(next === undefined ? [] : [`More: call again with cursor "${next}".`]),
    ].join('\n'),
  async run({ namespace, set, keys, bins, cursor }, { connection }: AerospikeServices, context) {
    const shared = { namespace, set, bins };
    const scope = ['batch', namespace ?? null, set ?? null, keys, bins ?? null];
    const records: z.input<typeof Found>[] = [];
    const missing: TypedJson[] = [];
    const failures: { key: TypedJson; reason: string }[] = [];
    let bytes = 0;
    const start = positionOf(cursor, scope, 0);
    let position = start;
    let atOnce = keysAtFirst;
    while (position < keys.length && bytes < maxTextBytes) {
      const first = position;
      const part = keys.slice(first, first + atOnce).map((entry, index) => readEntry(entry, first + index, shared));
      const outcomes = await connection.batch(part, context);
      for (const [index, outcome] of outcomes.entries()) {
        const key = part[index]?.key.key ?? null;
        const record = outcome.ok ? outcome.record : null;
        const row = record ? { key, bins: fitBins(record.bins), generation: record.generation } : null;
        bytes += Buffer.byteLength(JSON.stringify(row ?? key)) + 1;
        // One always fits.
        if (bytes > maxTextBytes && records.length + missing.length + failures.length > 0) break;
        if (!outcome.ok) failures.push({ key, reason: outcome.message });
        else if (row) records.push(row);
        else missing.push(key);
        position += 1;
      }
      const perKey = bytes / Math.max(1, position - start);
      atOnce = Math.max(1, Math.ceil((maxTextBytes - bytes) / perKey));
    }
    const isMore = position < keys.length;
    return {
      records,
      missing,
      failures,
      truncated: isMore,
      ...(isMore ? { next: cursorFor(scope, position) } : {}),
    };
  },
});

interface Shared {
  namespace: string | undefined;
  set: string | undefined;
  bins: string[] | undefined;
}

const Entry = z.strictObject({
  key: Json,
  namespace: Namespace.optional(),
  set: SetName.optional(),
  bins: BinNames.optional(),
});

/** A key, or an object with one and with what differs from the rest. A key that is an object has a `$` member. */
function readEntry(entry: TypedJson, index: number, shared: Shared): BatchEntry {
  const isEntry = typeof entry === 'object' && entry !== null && !Array.isArray(entry) && 'key' in entry;
  // Most are bare keys, for which a schema would cost more than reading the record.
  const own = isEntry
    ? Entry.safeParse(entry)
    : { success: true as const, data: { key: entry } as z.output<typeof Entry> };
  if (!own.success) {
    const issue = own.error.issues[0];
    throw wrongEntry(index, `${issue?.path.join('.') ?? ''} ${issue?.message ?? 'does not fit'}`.trim());
  }
  const namespace = own.data.namespace ?? shared.namespace;
  if (namespace === undefined) throw wrongEntry(index, 'has no namespace, and there is none for all');
  const set = own.data.set ?? shared.set ?? null;
  return { kind: 'get', key: { namespace, set, key: own.data.key }, bins: own.data.bins ?? shared.bins ?? null };
}

const wrongEntry = (index: number, what: string): ToolError =>
  new ToolError(
    'invalid-input',
    `Entry ${index + 1} of keys: ${what}.`,
    'An entry is a key, or {"key": …, "namespace": …, "set": …, "bins": […]}.',
  );

import { z } from 'zod';
import { cursorOf } from '../../kit/cursor.ts';
import { defineTool } from '../../kit/define-tool.ts';
import { maxTextBytes } from '../../kit/limits.ts';
import type { AerospikeServices } from '../services.ts';
import { BinNames, Json, JsonBins, Namespace, SetName, listOf, maxBatch } from '../values/names.ts';
import { fitBins } from '../values/fit.ts';
import { keyedText } from '../values/record-text.ts';
import type { TypedJson } from '../values/typed-json.ts';
import { askedKeys } from './asked-keys.ts';

/** Read first; then as many as should still fit, since what does not is read again by the next page. */
const keysAtFirst = 200;

const Found = z.object({ key: Json, bins: JsonBins, generation: z.int() });

export const batchGet = defineTool({
  name: 'aerospike_batch_get',
  title: 'Get many records',
  description:
    'Up to 5,000 records by key; an entry may be {key, namespace?, set?, bins?}. A cursor goes on without keys.',
  toolset: 'records',
  effect: 'read',
  example: { namespace: 'test', set: 'users', keys: ['u1', 'u2', { set: 'orders', key: 7, bins: ['total'] }] },
  input: z.object({
    namespace: Namespace.optional(),
    set: SetName.optional(),
    keys: listOf(Json, maxBatch).optional(),
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
      ...(next === undefined ? [] : [`More: call again with only cursor "${next}".`]),
    ].join('\n'),
  async run(asked, { connection, keyMemory }: AerospikeServices, context) {
    const { keys, place } = askedKeys(asked, keyMemory);
    const [start, expected] = place ?? [0, keysAtFirst];
    const records: z.input<typeof Found>[] = [];
    const missing: TypedJson[] = [];
    const failures: { key: TypedJson; reason: string }[] = [];
    let bytes = 0;
    let position = start;
    let atOnce = expected;
    // The last few that might still fit are not worth a request of their own.
    while (position < keys.entries.length && bytes < 0.9 * maxTextBytes) {
      const part = keys.entries.slice(position, position + atOnce);
      const outcomes = await connection.batch(part, context);
      for (const [index, outcome] of outcomes.entries()) {
        const key = part[index]?.key.key ?? null;
        const record = outcome.ok ? outcome.record : null;
        const row = record ? { key, bins: fitBins(record.bins), generation: record.generation } : null;
        const failure = outcome.ok ? null : { key, reason: outcome.message };
        const size = Buffer.byteLength(JSON.stringify(row ?? failure ?? key)) + 1;
        // One always fits.
        if (bytes + size > maxTextBytes && position > start) {
          bytes = maxTextBytes;
          break;
        }
        bytes += size;
        if (failure) failures.push(failure);
        else if (row) records.push(row);
        else missing.push(key);
        position += 1;
      }
      atOnce = Math.max(1, Math.ceil(((maxTextBytes - bytes) * (position - start)) / Math.max(1, bytes)));
    }
    const isMore = position < keys.entries.length;
    return {
      records,
      missing,
      failures,
      truncated: isMore,
      ...(isMore ? { next: cursorOf(keys.id, [position, position - start]) } : {}),
    };
  },
});

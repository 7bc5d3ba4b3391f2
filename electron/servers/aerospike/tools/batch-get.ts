import { z } from 'zod';
import { cursorOf } from '../../kit/cursor.ts';
import { defineTool } from '../../kit/define-tool.ts';
import { maxTextBytes } from '../../kit/limits.ts';
import { sizeOnLeaving } from '../../kit/text-safety.ts';
import { ToolError } from '../../kit/tool-error.ts';
import type { BatchOutcome } from '../connection/connection.ts';
import type { AerospikeServices } from '../services.ts';
import { BinNames, Json, JsonBins, Namespace, SetName, listOf, maxBatch } from '../values/names.ts';
import { fitBins } from '../values/fit.ts';
import { showAsked } from '../values/record-key.ts';
import { keyedText } from '../values/record-text.ts';
import type { TypedJson } from '../values/typed-json.ts';
import { askedKeys, rememberKeys } from './asked-keys.ts';

/** Read first; then as many as should still fit, since what does not is read again by the next page. */
const keysAtFirst = 100;
/** However small the records are that were found: the next ones may have a megabyte each. */
const mostAtOnce = 500;

const Found = z.object({ key: Json, bins: JsonBins, generation: z.int() });

export const batchGet = defineTool({
  name: 'aerospike_batch_get',
  title: 'Get many records',
  description:
    'Up to 5,000 records by key; an entry may be {key, namespace?, set?, bins?}. A cursor takes the place of keys.',
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
    /** The cluster stopped answering before the page was full. */
    partial: z.boolean().optional(),
  }),
  text: ({ records, missing, failures, next, partial }) =>
    [
      `${records.length} found, ${missing.length} missing${failures.length > 0 ? `, ${failures.length} failed` : ''}`,
      ...records.map(keyedText),
      ...(missing.length > 0 ? [`Missing: ${missing.map((key) => JSON.stringify(key)).join(', ')}`] : []),
      ...failures.map(({ key, reason }) => `Failed: ${JSON.stringify(key)}: ${reason}`),
      ...(partial
        ? ['This is what was read before the cluster stopped answering, or the profile’s rate was used up.']
        : []),
      ...(next === undefined ? [] : [`More: call again with cursor "${next}" in place of keys.`]),
    ].join('\n'),
  async run(asked, { connection, keyMemory }: AerospikeServices, context) {
    const { keys, place } = askedKeys(asked, keyMemory);
    const [start, expected] = place ?? [0, keysAtFirst];
    const page = createPage();
    let position = start;
    let isPartial = false;
    while (position < keys.entries.length && !page.isFull()) {
      const part = keys.entries.slice(position, position + page.roomFor(expected));
      try {
        for (const [index, outcome] of (await connection.batch(part, context)).entries()) {
          if (!page.add(showAsked(part[index]?.key.key ?? null), outcome)) break;
          position += 1;
        }
      } catch (error) {
        // What was read is worth having; the next page tells why, if it is so still.
        if (position === start || !(error instanceof ToolError) || !notNow.includes(error.code)) throw error;
        isPartial = true;
        break;
      }
    }
    const isMore = position < keys.entries.length;
    if (isMore) rememberKeys(keys, keyMemory);
    return {
      ...page.rows,
      truncated: isMore,
      ...(isMore ? { next: cursorOf(keys.id, [position, page.roomAnew(expected)]) } : {}),
      ...(isPartial ? { partial: true } : {}),
    };
  },
});

const notNow: readonly string[] = ['timed-out', 'unreachable', 'rate-limited'];

interface Rows {
  records: z.input<typeof Found>[];
  missing: TypedJson[];
  failures: { key: TypedJson; reason: string }[];
}

/** One answer while it fills. */
function createPage() {
  const rows: Rows = { records: [], missing: [], failures: [] };
  let bytes = 0;
  let found = 0;
  let isCut = false;
  /** How many records fit into so many bytes, as those found here do. */
  const fitting = (room: number, expected: number): number =>
    rows.records.length === 0
      ? expected
      : Math.min(mostAtOnce, Math.max(1, Math.ceil((room * rows.records.length) / found)));
  return {
    rows,
    // The last few that might still fit are not worth a request of their own.
    isFull: () => isCut || bytes >= 0.9 * maxTextBytes,
    roomFor: (expected: number) => fitting(maxTextBytes - bytes, expected),
    roomAnew: (expected: number) => fitting(maxTextBytes, expected),
    /** False: it does not fit any more. The first one always does. */
    add(key: TypedJson, outcome: BatchOutcome): boolean {
      const record = outcome.ok ? outcome.record : null;
      const row = record ? { key, bins: fitBins(record.bins), generation: record.generation } : null;
      const failure = outcome.ok ? null : { key, reason: outcome.message };
      const size = sizeOnLeaving(row ?? failure ?? key) + 1;
      isCut = bytes > 0 && bytes + size > maxTextBytes;
      if (isCut) return false;
      bytes += size;
      if (row) {
        found += size;
        rows.records.push(row);
      } else if (failure) rows.failures.push(failure);
      else rows.missing.push(key);
      return true;
    },
  };
}

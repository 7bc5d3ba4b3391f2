import { z } from 'zod';
import { defineTool } from '../../kit/define-tool.ts';
import { ToolError } from '../../kit/tool-error.ts';
import type { AerospikeServices } from '../services.ts';
import { fitBins } from '../values/fit.ts';
import { recordText } from '../values/record-text.ts';
import { BinNames, Json, JsonBins, Namespace, SetName } from '../values/names.ts';
import type { TypedJson } from '../values/typed-json.ts';

/** A missing record is an answer, not an error: a model asks in order to know, and goes on either way. */
export const getRecord = defineTool({
  name: 'aerospike_get_record',
  title: 'Get a record',
  description: 'One record by key. `found` is false when there is none.',
  toolset: 'records',
  effect: 'read',
  example: { namespace: 'test', set: 'users', key: 'u1', bins: ['name', 'age'] },
  input: z.object({
    namespace: Namespace,
    set: SetName.optional(),
    key: Json.describe('text, integer, {$int}, {$bytes} or {$digest}'),
    bins: BinNames.describe('default all; [] for metadata').optional(),
    offset: z
      .int()
      .refine((offset) => offset >= 0, 'must not be negative')
      .describe('of one bin: its JSON from this character on, where it is $omitted')
      .optional(),
  }),
  output: z.object({
    found: z.boolean(),
    bins: JsonBins.optional(),
    generation: z.int().optional(),
    /** Null: never expires. */
    ttlSeconds: z.int().nullable().optional(),
    /** A bin was too large to show. */
    truncated: z.boolean().optional(),
    note: z.string().optional(),
    /** Of the bin's JSON text, and where the next part begins (null at the end). Parts fit together if generations are one. */
    part: z.object({ json: z.string(), next: z.int().nullable() }).optional(),
  }),
  text: ({ found, bins = {}, generation = 0, ttlSeconds = null, note, part }) => {
    if (!found) return 'There is no such record.';
    if (part)
      return `${part.json}\ngeneration ${generation}${part.next === null ? '' : `, more at offset ${part.next}`}`;
    return [recordText({ bins, generation, ttlSeconds }), ...(note === undefined ? [] : [note])].join('\n');
  },
  async run({ namespace, set, key, bins, offset }, { connection }: AerospikeServices, context) {
    const [bin] = bins ?? [];
    if (offset !== undefined && (bin === undefined || bins?.length !== 1)) {
      throw new ToolError('invalid-input', 'offset is for one bin.', 'Name it alone in bins.');
    }
    const record = await connection.get({ namespace, set: set ?? null, key }, bins ?? null, context);
    if (record === null) return { found: false };
    const { generation, ttlSeconds } = record;
    if (offset !== undefined && bin !== undefined) {
      return { found: true, generation, ttlSeconds, part: partOf(record.bins[bin], offset) };
    }
    const shown = fitBins(record.bins);
    const omitted = Object.keys(shown).filter((name) => shown[name] !== record.bins[name]);
    const [first] = omitted;
    if (first === undefined) return { found: true, bins: shown, generation, ttlSeconds };
    const note = `Too large to show: ${omitted.map((name) => JSON.stringify(name)).join(', ')}. Read one in parts: call again with bins [${JSON.stringify(first)}] and offset 0.`;
    return { found: true, bins: shown, generation, ttlSeconds, truncated: true, note };
  },
});

/** In characters; with their escapes and as UTF-8 these fit into any answer. */
const partLength = 8_000;

function partOf(value: TypedJson | undefined, offset: number): { json: string; next: number | null } {
  if (value === undefined) throw new ToolError('not-found', 'There is no such bin.', 'Read the record without bins.');
  const text = JSON.stringify(value);
  const end = offset + partLength;
  // A character of two halves stays whole.
  const isHalf = /[\uD800-\uDBFF]/.test(text.charAt(end - 1));
  const next = isHalf ? end - 1 : end;
  return { json: text.slice(offset, next), next: next < text.length ? next : null };
}

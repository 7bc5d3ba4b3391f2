import { z } from 'zod';
import { defineTool } from '../../kit/define-tool.ts';
import { safeText } from '../../kit/text-safety.ts';
import { ToolError } from '../../kit/tool-error.ts';
import type { AerospikeServices } from '../services.ts';
import { fitBins } from '../values/fit.ts';
import { noteOnOmitted } from '../values/omissions.ts';
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
      .describe('JSON of the one bin named, else of all, from this character on: for what is $omitted')
      .optional(),
  }),
  output: z.object({
    found: z.boolean(),
    bins: JsonBins.optional(),
    generation: z.int().optional(),
    /** Null: never expires. */
    ttlSeconds: z.int().nullable().optional(),
    /** Not everything could be shown. */
    truncated: z.boolean().optional(),
    note: z.string().optional(),
    /** Of the JSON text, and where the next part begins (null at the end). Parts fit together if generations are one. */
    part: z.object({ json: z.string(), next: z.int().nullable() }).optional(),
  }),
  text: ({ found, bins = {}, generation = 0, ttlSeconds = null, note, part }) => {
    if (!found) return 'There is no such record.';
    if (part)
      return `${part.json}\ngeneration ${generation}${part.next === null ? '' : `, more at offset ${part.next}`}`;
    return [recordText({ bins, generation, ttlSeconds }), ...(note === undefined ? [] : [note])].join('\n');
  },
  async run({ namespace, set, key, bins, offset }, { connection }: AerospikeServices, context) {
    const record = await connection.get({ namespace, set: set ?? null, key }, bins ?? null, context);
    if (record === null) return { found: false };
    const { generation, ttlSeconds } = record;
    if (offset !== undefined) {
      const [bin] = bins?.length === 1 ? bins : [];
      const part = partOf(bin === undefined ? record.bins : Object.entries(record.bins)[0]?.[1], offset);
      return { found: true, generation, ttlSeconds, part };
    }
    const shown = fitBins(record.bins);
    const note = noteOnOmitted(record.bins, shown);
    return { found: true, bins: shown, generation, ttlSeconds, ...(note === null ? {} : { truncated: true, note }) };
  },
});

/** In characters; with their escapes and as UTF-8 these fit into any answer, the fewer ones if all must be spelt out. */
const partLength = 8_000;
const spelledLength = 3_000;

function partOf(value: TypedJson | undefined, offset: number): { json: string; next: number | null } {
  if (value === undefined) throw new ToolError('not-found', 'There is no such bin.', 'Read the record without bins.');
  const text = JSON.stringify(value);
  const isSpelled = Buffer.byteLength(safeText(text.slice(offset, offset + partLength))) > 3 * partLength;
  const end = offset + (isSpelled ? spelledLength : partLength);
  // A character of two halves stays whole.
  const isHalf = /[\uD800-\uDBFF]/.test(text.charAt(end - 1));
  const next = isHalf ? end - 1 : end;
  return { json: text.slice(offset, next), next: next < text.length ? next : null };
}

import { z } from 'zod';
import { defineTool } from '../../kit/define-tool.ts';
import type { AerospikeServices } from '../services.ts';
import { fitBins } from '../values/fit.ts';
import { recordText } from '../values/record-text.ts';
import { BinNames, Json, Namespace, SetName } from '../values/names.ts';

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
  }),
  output: z.object({
    found: z.boolean(),
    bins: z.record(z.string(), Json).optional(),
    generation: z.int().optional(),
    /** Null: never expires. */
    ttlSeconds: z.int().nullable().optional(),
  }),
  text: ({ found, bins = {}, generation = 0, ttlSeconds = null }) =>
    found ? recordText({ bins, generation, ttlSeconds }) : 'There is no such record.',
  async run({ namespace, set, key, bins }, { connection }: AerospikeServices, context) {
    const record = await connection.get({ namespace, set: set ?? null, key }, bins ?? null, context);
    if (record === null) return { found: false };
    const { generation, ttlSeconds } = record;
    return { found: true, bins: fitBins(record.bins), generation, ttlSeconds };
  },
});

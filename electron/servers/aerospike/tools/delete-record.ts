import { z } from 'zod';
import { defineTool } from '../../kit/define-tool.ts';
import { ToolError } from '../../kit/tool-error.ts';
import type { AerospikeServices } from '../services.ts';
import { Json, Namespace, SetName } from '../values/names.ts';
import { agreedDurability, durabilityOf } from './durability.ts';
import { Generation, generationPlan, place } from './writing.ts';

export const deleteRecord = defineTool({
  name: 'aerospike_delete_record',
  title: 'Delete a record',
  description: 'Deletes one record by key.',
  toolset: 'records',
  role: 'read-write',
  effect: 'destroy',
  isIdempotent: true,
  example: { namespace: 'test', set: 'users', key: 'u1', generation: 3 },
  input: z.object({
    namespace: Namespace,
    set: SetName.optional(),
    key: Json,
    generation: Generation.optional(),
    durable: z.boolean().meta({ description: 'leave a tombstone; default: if strongly consistent' }).optional(),
  }),
  output: z.object({ deleted: z.boolean() }),
  text: ({ deleted }) => (deleted ? 'Deleted.' : 'There was no such record.'),
  async plan({ namespace, set, key, generation, durable }, services: AerospikeServices, context) {
    const target = { namespace, set: set ?? null, key };
    const now = await generationPlan(target, generation, services, context);
    const [isDurable = false] = await durabilityOf(services.connection, [{ namespace, durable }], context);
    const what = now.state === 'new' ? `Delete ${place(target)}, which is not there` : `DELETE ${place(target)}`;
    return {
      effect: 'destroy',
      sentence: isDurable ? `${what}; durably, leaving a tombstone` : what,
      preview: { ...now.preview, namespace, set: set ?? null, key, durable: isDurable },
    };
  },
  async run({ namespace, set, key, durable }, { connection }: AerospikeServices, context) {
    const target = { namespace, set: set ?? null, key };
    const how = await agreedDurability(context.plan, { namespace, durable }, connection, context);
    const generation = context.plan?.preview.generation;
    // What was shown is what is deleted: the record as it was then, or none.
    if (typeof generation === 'number')
      return { deleted: await connection.remove(target, { generation, ...how }, context) };
    if ((await connection.get(target, [], context)) === null) return { deleted: false };
    throw new ToolError('changed', 'The record was written since it was looked for.', 'Call the tool again.');
  },
});

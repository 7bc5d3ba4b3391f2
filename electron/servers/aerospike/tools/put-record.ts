import { z } from 'zod';
import { defineTool } from '../../kit/define-tool.ts';
import type { AerospikeServices } from '../services.ts';
import { Json, JsonBins, Namespace, SetName } from '../values/names.ts';
import { Generation, TimeToLive, generationPlan, place, shortPreview, writePolicy } from './writing.ts';

export const putRecord = defineTool({
  name: 'aerospike_put_record',
  title: 'Write a record',
  description: 'Writes bins of one record; other bins stay unless mode says replace. A bin of null is removed.',
  toolset: 'records',
  role: 'read-write',
  effect: 'write',
  input: z.object({
    namespace: Namespace,
    set: SetName.optional(),
    key: Json,
    bins: JsonBins,
    ttl: TimeToLive.optional(),
    generation: Generation.optional(),
    mode: z.enum(['update', 'create', 'replace', 'update-only', 'replace-only']).optional(),
  }),
  output: z.object({ written: z.boolean() }),
  text: () => 'Written.',
  async plan({ namespace, set, key, bins, ttl, generation, mode }, services: AerospikeServices, context) {
    const target = { namespace, set: set ?? null, key };
    const names = Object.keys(bins);
    const { preview, state } = await generationPlan(target, generation, services, context);
    const verb = mode === 'replace' || mode === 'replace-only' ? 'Replace' : state === 'new' ? 'Create' : 'Change';
    return {
      effect: 'write',
      sentence: `${verb} ${place(target)}: ${names.length} ${names.length === 1 ? 'bin' : 'bins'}`,
      preview: shortPreview({
        ...preview,
        namespace,
        set: set ?? null,
        key,
        bins,
        ttl: ttl ?? 'namespace-default',
        mode: mode ?? 'update',
      }),
    };
  },
  async run({ namespace, set, key, bins, ttl, generation, mode }, { connection }: AerospikeServices, context) {
    const how = writePolicy({ ttl, generation, exists: mode });
    await connection.put({ namespace, set: set ?? null, key }, bins, how, context);
    return { written: true };
  },
});

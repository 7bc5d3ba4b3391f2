import { z } from 'zod';
import { defineTool } from '../../kit/define-tool.ts';
import { changesSomething } from '../connection/operations.ts';
import type { AerospikeServices } from '../services.ts';
import { Json, JsonBins, Namespace, SetName, listOf, maxOperations } from '../values/names.ts';
import { fitBins } from '../values/fit.ts';
import { recordText } from '../values/record-text.ts';
import { takingOfSteps } from './losses.ts';
import { OperationArgument, readOperation } from './operation-argument.ts';
import { Generation, TimeToLive, asAgreed, losingPlan, place, shortPreview, writePolicy } from './writing.ts';

export const operate = defineTool({
  name: 'aerospike_operate',
  title: 'Change a record in steps',
  description: 'Runs steps on one record at once, all or none; read steps answer.',
  toolset: 'records',
  role: 'read-write',
  effect: 'destroy',
  example: {
    namespace: 'test',
    set: 'users',
    key: 'u1',
    operations: [
      { op: 'add', bin: 'visits', value: 1 },
      { op: 'read', bin: 'visits' },
    ],
  },
  input: z.object({
    namespace: Namespace,
    set: SetName.optional(),
    key: Json,
    operations: listOf(OperationArgument, maxOperations),
    ttl: TimeToLive.optional(),
    generation: Generation.optional(),
  }),
  output: z.object({
    bins: JsonBins,
    generation: z.int(),
    ttlSeconds: z.int().nullable(),
  }),
  text: recordText,
  async plan({ namespace, set, key, operations, ttl, generation }, services: AerospikeServices, context) {
    const target = { namespace, set: set ?? null, key };
    const steps = operations.map(readOperation);
    const taking = takingOfSteps(steps, ttl ?? 'keep');
    const { preview, losses, effect } = await losingPlan(target, taking, generation, services, context);
    const names = [...new Set(steps.map(({ op }) => op))].join(', ');
    const what = `${place(target)}: ${steps.length} ${steps.length === 1 ? 'step' : 'steps'} (${names})`;
    const isChange = changesSomething(steps);
    return {
      effect: isChange ? effect : 'read',
      sentence: isChange ? [`Change ${what}`, ...losses].join('; ') : `Read ${what}`,
      preview: shortPreview({ ...preview, namespace, set: set ?? null, key, operations: steps, ttl: ttl ?? 'keep' }),
    };
  },
  async run({ namespace, set, key, operations, ttl, generation }, services: AerospikeServices, context) {
    const target = { namespace, set: set ?? null, key };
    const steps = operations.map(readOperation);
    const asked = writePolicy({ ttl: ttl ?? 'keep', generation });
    const taking = takingOfSteps(steps, ttl ?? 'keep');
    const how = changesSomething(steps) ? await asAgreed(asked, taking, target, services, context) : asked;
    const record = await services.connection.operate(target, steps, how, context);
    const { bins, ttlSeconds } = record;
    return { bins: fitBins(bins), generation: record.generation, ttlSeconds };
  },
});

import { z } from 'zod';
import { defineTool } from '../../kit/define-tool.ts';
import { ToolError } from '../../kit/tool-error.ts';
import type { Ttl, WritePolicy } from '../connection/connection.ts';
import type { AerospikeServices } from '../services.ts';
import { Json, JsonBins, Namespace, SetName } from '../values/names.ts';
import type { Bins } from '../values/typed-json.ts';
import { takingOfPut, type Taking } from './losses.ts';
import { Generation, TimeToLive, asAgreed, losingPlan, place, shortPreview, writePolicy } from './writing.ts';

export const putRecord = defineTool({
  name: 'aerospike_put_record',
  title: 'Write a record',
  description: 'Writes bins of one record; other bins stay unless mode says replace. A bin of null is removed.',
  toolset: 'records',
  role: 'read-write',
  effect: 'destroy',
  example: {
    namespace: 'test',
    set: 'users',
    key: 'u1',
    bins: { name: 'Ada', visits: 3, score: { $double: 4 } },
    ttl: 'keep',
  },
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
    assertNoneRemoved(bins, mode);
    const taking = takingOf(bins, ttl, mode);
    const { preview, state, losses, effect } = await losingPlan(target, taking, generation, services, context);
    assertMode(mode, state);
    const verb = state === 'new' ? 'Create' : taking.isWhole ? 'Replace' : 'Change';
    const what = `${verb} ${place(target)}: ${names.length} ${names.length === 1 ? 'bin' : 'bins'}`;
    return {
      effect,
      sentence: [what, ...losses].join('; '),
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
  async run({ namespace, set, key, bins, ttl, generation, mode }, services: AerospikeServices, context) {
    const target = { namespace, set: set ?? null, key };
    const asked = writePolicy({ ttl, generation, exists: mode });
    const how = await asAgreed(asked, takingOf(bins, ttl, mode), target, services, context);
    await services.connection.put(target, bins, how, context);
    return { written: true };
  },
});

const takingOf = (bins: Bins, ttl: Ttl = 'namespace-default', mode?: WritePolicy['exists']): Taking =>
  takingOfPut(bins, { ttl, isWhole: mode === 'replace' || mode === 'replace-only' });

/** A server refuses it, and says no more than that it does. */
function assertNoneRemoved(bins: Bins, mode: WritePolicy['exists'] = 'update'): void {
  const removed = Object.keys(bins).find((name) => bins[name] === null);
  if (removed === undefined || !mode.startsWith('replace')) return;
  throw new ToolError(
    'invalid-input',
    `Bin ${JSON.stringify(removed)} is null, which removes it; mode ${mode} removes every bin that is not given.`,
    'Leave it out, or write with mode update.',
  );
}

/** What the server would refuse after a person's yes is refused before the question. */
function assertMode(mode: WritePolicy['exists'] = 'update', state: 'new' | 'there'): void {
  if (mode === 'create' && state === 'there') {
    throw new ToolError('changed', 'The record exists already.', 'Read it first, or write with mode update.');
  }
  if ((mode === 'update-only' || mode === 'replace-only') && state === 'new') {
    throw new ToolError(
      'not-found',
      `There is no such record, and mode ${mode} makes none.`,
      'Check namespace, set and key; a record may have expired.',
    );
  }
}

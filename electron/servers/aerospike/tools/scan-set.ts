import { z } from 'zod';
import { defineTool } from '../../kit/define-tool.ts';
import { sampleStretches } from '../connection/pages.ts';
import { setFacts } from '../connection/set-facts.ts';
import { partitionCount } from '../connection/slots.ts';
import type { AerospikeServices } from '../services.ts';
import { BinNames, Namespace, SetName } from '../values/names.ts';
import { listRecords, listedText, recordPageInput, recordPageOutput } from './listing.ts';

/** In place of a set's name: a whole namespace is never scanned because a name was forgotten. */
const everySet = '*';

export const scanSet = defineTool({
  name: 'aerospike_scan_set',
  title: 'Scan a set',
  description: 'Records of a set in no order, page by page.',
  toolset: 'records',
  effect: 'read',
  example: { namespace: 'test', set: 'users', bins: ['name'], samplePercent: 5 },
  input: z.object({
    namespace: Namespace,
    set: SetName.describe('"*" for every set'),
    bins: BinNames.optional(),
    samplePercent: z.number().gt(0).max(100).optional(),
    ...recordPageInput,
  }),
  output: z.object(recordPageOutput),
  text: (output) => listedText('Records', output),
  async run({ namespace, set, bins, samplePercent = 100, limit, cursor }, services: AerospikeServices, context) {
    const where = { namespace, set: set === everySet ? null : set };
    // Only sizes the first request: a silent cluster is not waited for twice, and that request tells what is wrong.
    const timeoutMs = services.profile.timeoutMs / 4;
    const facts = await setFacts(services.connection, where, { signal: context.signal, timeoutMs }).catch(() => null);
    const query = {
      what: { ...where, bins: bins ?? null, filter: null },
      stretches: sampleStretches(samplePercent),
      density: facts === null ? null : facts.objects / partitionCount,
    };
    const scope = ['scan', namespace, set, samplePercent];
    return await listRecords(query, { scope, cursor, limit }, services, context);
  },
});

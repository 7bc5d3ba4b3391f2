import { z } from 'zod';
import { defineTool, type ToolContext } from '../../kit/define-tool.ts';
import { ToolError } from '../../kit/tool-error.ts';
import { everyPartition } from '../connection/pages.ts';
import type { AerospikeServices } from '../services.ts';
import { BinName, BinNames, IndexName, Json, Namespace, SetName } from '../values/names.ts';
import { indexesOf, type IndexFacts } from './index-facts.ts';
import { readFilter, typeOf, type ReadFilter } from './index-filter.ts';
import { listRecords, listedText, recordPageInput, recordPageOutput } from './listing.ts';

export const queryRecords = defineTool({
  name: 'aerospike_query_records',
  title: 'Query records',
  description: 'Records that a secondary index finds. Filter: equal, begin and end, within (region) or point.',
  toolset: 'records',
  effect: 'read',
  example: { namespace: 'test', set: 'users', filter: { bin: 'age', begin: 30, end: 39 }, limit: 20 },
  input: z.object({
    namespace: Namespace,
    set: SetName.optional(),
    // Strict: a filter that is not understood must never become no filter.
    filter: z.strictObject({
      bin: BinName,
      equal: Json.optional(),
      begin: Json.optional(),
      end: Json.optional(),
      within: Json.describe('GeoJSON').optional(),
      point: Json.optional(),
      in: z.enum(['list', 'map-keys', 'map-values']).optional(),
    }),
    index: IndexName.optional(),
    bins: BinNames.optional(),
    ...recordPageInput,
  }),
  output: z.object({ index: z.string(), ...recordPageOutput }),
  text: (output) => listedText(`Found by ${output.index}`, output),
  async run({ namespace, set, filter, index, bins, limit, cursor }, services: AerospikeServices, context) {
    const where = { namespace, set: set ?? null };
    const read = readFilter(filter);
    const used = await suitableIndex(where, read, index, services, context);
    const query = { what: { ...where, bins: bins ?? null, filter: read }, stretches: everyPartition, density: null };
    const scope = ['query', namespace, set ?? null, filter];
    return { index: used.name, ...(await listRecords(query, { scope, cursor, limit }, services, context)) };
  },
});

/**
 * The index that the server will use. It chooses by set, bin, type and collection: that of the set, else the one of the
 * whole namespace, whose records of other sets it leaves out.
 */
async function suitableIndex(
  { namespace, set }: { namespace: string; set: string | null },
  filter: ReadFilter,
  name: string | undefined,
  { connection }: AerospikeServices,
  context: ToolContext,
): Promise<IndexFacts> {
  const type = typeOf(filter);
  const all = await indexesOf(connection, namespace, context);
  const fits =
    (of: string | null) =>
    (index: IndexFacts): boolean =>
      index.set === of &&
      index.bin === filter.bin &&
      index.type === type &&
      index.collection === filter.collection &&
      index.isPlain;
  const what = `a ${type} index on bin ${JSON.stringify(filter.bin)}${filter.collection === 'none' ? '' : ` (${filter.collection})`}`;
  const where = set === null ? `namespace ${namespace} without a set` : `set ${set}`;
  if (name !== undefined && !all.some((index) => index.name === name)) {
    throw new ToolError('not-found', 'There is no index of that name in the namespace.', 'List the indexes.');
  }
  const found = all.find(fits(set)) ?? all.find(fits(null));
  if (!found || (name !== undefined && found.name !== name)) {
    throw new ToolError(
      'invalid-input',
      name === undefined ? `There is no index for this filter.` : `The index ${name} does not fit this filter.`,
      `It needs ${what} of ${where}: create one with aerospike_create_index, or use aerospike_scan_set.`,
    );
  }
  if (!found.isReady) {
    throw new ToolError('rate-limited', `The index ${found.name} is still being built.`, 'Try again when it is done.');
  }
  return found;
}

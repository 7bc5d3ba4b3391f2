import { aerospikeOffers } from './aerospike/offers.ts';
import { aerospikeTools } from './aerospike/tools/index.ts';
import { akamaiTools } from './akamai/tools/index.ts';
import { catalogueEntry } from './kit/catalogue-entry.ts';

/**
 * A program of the build: prints the catalogue (core/gateway/catalogue.ts) as one JSON object on stdout, tools by
 * provider id in the order of their registry. The host reads the file and imports no tool code.
 */
const catalogue = {
  akamai: {
    instructions: '',
    tools: akamaiTools.map((tool) => catalogueEntry(tool)),
    resources: [],
    prompts: [],
    completions: null,
  },
  aerospike: {
    instructions: aerospikeOffers.instructions,
    tools: aerospikeTools.map((tool) => catalogueEntry(tool)),
    resources: aerospikeOffers.resources,
    prompts: aerospikeOffers.prompts,
    completions: {
      tool: 'aerospike_complete',
      context: ['namespace', 'set'],
      kinds: aerospikeOffers.completions,
    },
  },
};
process.stdout.write(`${JSON.stringify(catalogue, null, 2)}\n`);

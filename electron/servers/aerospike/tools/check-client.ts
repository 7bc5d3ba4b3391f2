import { z } from 'zod';
import { defineTool } from '../../kit/define-tool.ts';
import { loadClient } from '../connection/load-client.ts';

/** For the doctor: does the official client load on this machine? Reaches no cluster. */
export const checkClient = defineTool({
  name: 'aerospike_check_client',
  title: 'Check the client library',
  description: 'Loads the Aerospike client and says whether that worked.',
  toolset: 'cluster',
  effect: 'read',
  internal: true,
  input: z.object({}),
  output: z.object({ loads: z.boolean() }),
  text: () => 'The Aerospike client library loads on this machine.',
  async run() {
    await loadClient();
    return { loads: true };
  },
});

import { z } from 'zod';
import { defineTool } from '../../kit/define-tool.ts';
import { ToolError } from '../../kit/tool-error.ts';
import { lostText, reachShown, readReach } from '../ops/reach.ts';
import type { AerospikeServices } from '../services.ts';
import { ModuleName } from '../values/names.ts';
import { fileName, findModule, modulesOf } from './udf-modules.ts';

export const removeUdf = defineTool({
  name: 'aerospike_remove_udf',
  title: 'Remove a UDF module',
  description: 'Removes a UDF module.',
  toolset: 'udfs',
  role: 'admin',
  effect: 'destroy',
  example: { module: 'visits' },
  input: z.object({ module: ModuleName }),
  output: z.object({ removed: z.boolean() }),
  text: () => 'The module is removed.',
  async plan({ module }, { connection }: AerospikeServices, context) {
    const found = findModule(await modulesOf(connection, context), module);
    const reach = await readReach(connection, context);
    return {
      effect: 'destroy',
      sentence: `REMOVE UDF module ${found.module} from the whole cluster; calls of its functions fail from then on${lostText(reach)}`,
      preview: { module: found.module, hash: found.hash, ...reachShown(reach) },
    };
  },
  async run({ module }, { connection }: AerospikeServices, context) {
    const found = findModule(await modulesOf(connection, context), module);
    if (found.hash !== context.plan?.preview.hash) {
      throw new ToolError('changed', `The module ${found.module} is another one by now.`, 'Call the tool again.');
    }
    await connection.removeUdf(fileName(module), context);
    return { removed: true };
  },
});

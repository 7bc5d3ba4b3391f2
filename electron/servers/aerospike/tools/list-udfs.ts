import { z } from 'zod';
import { defineTool } from '../../kit/define-tool.ts';
import { table } from '../../kit/table.ts';
import type { AerospikeServices } from '../services.ts';
import { modulesOf } from './udf-modules.ts';

export const listUdfs = defineTool({
  name: 'aerospike_list_udfs',
  title: 'List UDF modules',
  description: 'The registered UDF modules.',
  toolset: 'udfs',
  role: 'admin',
  effect: 'read',
  input: z.object({}),
  output: z.object({ modules: z.array(z.object({ module: z.string(), hash: z.string() })) }),
  text: ({ modules }) => table('UDF modules', modules, ['module', 'hash']),
  async run(_input, { connection }: AerospikeServices, context) {
    return { modules: await modulesOf(connection, context) };
  },
});

import { z } from 'zod';
import { defineTool } from '../../kit/define-tool.ts';
import { safeLine } from '../../kit/text-safety.ts';
import { ToolError } from '../../kit/tool-error.ts';
import type { AerospikeServices } from '../services.ts';
import { FunctionName, Json, ModuleName, Namespace, SetName } from '../values/names.ts';
import { luaName } from './batch-argument.ts';
import { agreedDurability, isDurableIn } from './durability.ts';
import { findModule, modulesOf } from './udf-modules.ts';
import { place, shortPreview } from './writing.ts';

/** The client gives a UDF's answer without its types, and a model must not write back what it only took for one. */
export const inexact =
  'A UDF’s answer has no types: a whole number may be a double, a text GeoJSON, a key of a map a number.';

export const executeUdf = defineTool({
  name: 'aerospike_execute_udf',
  title: 'Run a UDF on a record',
  description: 'Runs a UDF on one record and returns its answer.',
  toolset: 'udfs',
  role: 'admin',
  effect: 'destroy',
  example: { namespace: 'test', set: 'users', key: 'u1', module: 'visits', function: 'add', args: [1] },
  input: z.object({
    namespace: Namespace,
    set: SetName.optional(),
    key: Json,
    module: ModuleName,
    function: FunctionName,
    args: z.array(Json).optional(),
  }),
  output: z.object({ result: Json, note: z.string() }),
  text: ({ result, note }) => `${JSON.stringify(result)}\n${note}`,
  async plan({ namespace, set, key, module, function: name, args = [] }, { connection }: AerospikeServices, context) {
    const { hash } = findModule(await modulesOf(connection, context), module);
    const target = { namespace, set: set ?? null, key };
    const durable = await isDurableIn(namespace, connection, context);
    return {
      effect: 'destroy',
      sentence: `RUN CODE that may change or delete${durable ? ' (durably, leaving a tombstone)' : ''}: UDF ${luaName(module)}.${name}(${safeLine(JSON.stringify(args).slice(1, -1), 80)}) on ${place(target)}`,
      preview: shortPreview({
        namespace,
        set: set ?? null,
        key,
        module: luaName(module),
        function: name,
        args,
        hash,
        durable,
      }),
    };
  },
  async run({ namespace, set, key, module, function: name, args = [] }, { connection }: AerospikeServices, context) {
    const { hash } = findModule(await modulesOf(connection, context), module);
    if (hash !== context.plan?.preview.hash) {
      throw new ToolError('changed', 'The module is another one by now.', 'Call the tool again.');
    }
    const how = await agreedDurability(context.plan, { namespace }, connection, context);
    const call = { module: luaName(module), function: name, args, ...how };
    const result = await connection.apply({ namespace, set: set ?? null, key }, call, context);
    return { result, note: inexact };
  },
});

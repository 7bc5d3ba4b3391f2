import { z } from 'zod';
import { defineTool } from '../../kit/define-tool.ts';
import { safeValue } from '../../kit/text-safety.ts';
import { ToolError } from '../../kit/tool-error.ts';
import { isAll, lostText, partialNote, reachShown, readReach } from '../ops/reach.ts';
import type { AerospikeServices } from '../services.ts';
import { ModuleName } from '../values/names.ts';
import { describeModule, fileName, modulesOf, spread } from './udf-modules.ts';

/** As much as a person can be shown: what they cannot read is not registered. A preview has 64 KiB. */
const maxCodeBytes = 56 * 1024;
const LuaCode = z
  .string()
  .min(1, 'must not be empty')
  .refine((code) => Buffer.byteLength(code) <= maxCodeBytes, `must have at most ${maxCodeBytes / 1024} kB`)
  .refine((code) => !code.includes('\0'), 'must not contain NUL');

export const registerUdf = defineTool({
  name: 'aerospike_register_udf',
  title: 'Register a UDF module',
  description: 'Registers Lua code under a name, replacing what is there.',
  toolset: 'udfs',
  role: 'admin',
  effect: 'destroy',
  example: {
    module: 'visits',
    code: 'function add(rec, n) rec.visits = rec.visits + n; aerospike:update(rec); return rec.visits end',
  },
  input: z.object({ module: ModuleName, code: LuaCode }),
  output: z.object({
    module: z.string(),
    /** As aerospike_list_udfs tells it, and as it was shown to who agreed. */
    hash: z.string().nullable(),
    /** False also where not every node is seen. */
    isOnEveryNode: z.boolean(),
    note: z.string().optional(),
  }),
  text: ({ module, isOnEveryNode, note }) =>
    `${module} is registered${isOnEveryNode ? '' : ', and not yet seen on every node'}.${note === undefined ? '' : ` ${note}`}`,
  async plan({ module, code }, { connection }: AerospikeServices, context) {
    const name = fileName(module);
    const now = (await modulesOf(connection, context)).find((known) => known.module === name);
    const facts = describeModule(name, code);
    const functions = facts.functions.length === 0 ? 'no functions' : `functions ${facts.functions.join(', ')}`;
    const concern = facts.concerns.length === 0 ? '' : `; it uses ${facts.concerns.join(' ')}`;
    const reach = await readReach(connection, context);
    const preview = { module: name, ...facts, replaces: now?.hash ?? null, ...reachShown(reach), code };
    if (Buffer.byteLength(JSON.stringify(safeValue(preview))) > maxPreviewBytes) throw tooLong();
    return {
      effect: now ? 'destroy' : 'write',
      sentence: `${now ? 'REPLACE' : 'Register'} UDF module ${name} on the whole cluster (${facts.bytes.toLocaleString('en')} bytes, ${functions}${concern})${lostText(reach)}`,
      preview,
    };
  },
  async run({ module, code }, { connection }: AerospikeServices, context) {
    const name = fileName(module);
    const hashNow = (await modulesOf(connection, context)).find((known) => known.module === name)?.hash ?? null;
    if (hashNow !== (context.plan?.preview.replaces ?? null)) {
      throw new ToolError('changed', `The module ${name} is another one by now.`, 'Call the tool again.');
    }
    await connection.registerUdf({ name, code }, context);
    // The server spreads it in the background.
    for (let tries = 1; ; tries += 1) {
      const { isEverywhereSeen, hash = null, reach } = await spread(connection, name, context);
      if (isEverywhereSeen || tries === 20) {
        const { note } = partialNote(reach, 'whether the others have it is not known');
        const said = note === undefined ? {} : { note };
        return { module: name, hash, isOnEveryNode: isEverywhereSeen && isAll(reach), ...said };
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  },
});

/** Line ends and quotes take two bytes in it, what cannot be seen more. */
const maxPreviewBytes = 62 * 1024;

const tooLong = (): ToolError =>
  new ToolError(
    'too-large',
    'This code is too long for a person to be shown all of it, so it is not registered.',
    'Register it in several modules.',
  );

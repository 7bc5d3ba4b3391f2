import { z } from 'zod';
import type { JsonObject } from '../../../core/workers/protocol.ts';
import { defineTool } from '../../kit/define-tool.ts';
import { ToolError } from '../../kit/tool-error.ts';
import { statusError } from '../connection/driver-error.ts';
import { replicasOf } from '../connection/set-facts.ts';
import { infoCommand } from '../info/command.ts';
import { numberIn, parsePairs } from '../info/parse.ts';
import { assertStill } from '../ops/pinned.ts';
import type { AerospikeServices } from '../services.ts';
import { IndexName, Namespace } from '../values/names.ts';
import { indexesOf, type IndexFacts } from './index-facts.ts';

export const dropIndex = defineTool({
  name: 'aerospike_drop_index',
  title: 'Remove an index',
  description: 'Removes a secondary index; records stay.',
  toolset: 'indexes',
  role: 'admin',
  effect: 'destroy',
  example: { namespace: 'test', index: 'users_age' },
  input: z.object({ namespace: Namespace, index: IndexName }),
  output: z.object({ dropped: z.boolean() }),
  text: () => 'The index is removed.',
  async plan({ namespace, index }, { connection }: AerospikeServices, context) {
    const facts = find(await indexesOf(connection, namespace, context), index);
    const command = infoCommand('sindex-stat', { ns: namespace, indexname: index });
    const stats = await connection.info(command, 'all', context);
    const counted = stats.map((answer) => (answer.ok ? (numberIn(parsePairs(answer.text), 'entries') ?? 0) : 0));
    const copies = counted.reduce((sum, count) => sum + count, 0);
    const entries = Math.round(copies / (await replicasOf(connection, namespace, context)));
    const what = facts.expression === null ? `bin ${facts.bin}` : 'an expression';
    const where = facts.inside === null ? '' : ' (inside of its value)';
    const on = `${facts.type}, ${what}${facts.collection === 'none' ? '' : ` (${facts.collection})`}${where} of ${facts.set === null ? 'every set' : `set ${facts.set}`}`;
    return {
      effect: 'destroy',
      sentence: `REMOVE INDEX ${index} (${on}) in namespace ${namespace}: ${entries.toLocaleString('en')} entries; queries on that bin fail until it is created again`,
      preview: { namespace, index, fact: factOf(facts), entries },
    };
  },
  async run({ namespace, index }, { connection }: AerospikeServices, context) {
    const facts = find(await indexesOf(connection, namespace, context), index);
    assertStill(context.plan, 'fact', factOf(facts));
    const command = infoCommand('sindex-delete', {
      ns: namespace,
      ...(facts.set === null ? {} : { set: facts.set }),
      indexname: index,
    });
    const [answer] = await connection.info(command, 'any', context);
    if (!answer?.ok) throw statusError(answer?.code ?? 9);
    return { dropped: true };
  },
});

function find(indexes: readonly IndexFacts[], name: string): IndexFacts {
  const found = indexes.find((index) => index.name === name);
  if (found) return found;
  throw new ToolError('not-found', `There is no index ${name} in that namespace.`, 'List the indexes.');
}

/** Everything that makes it this index and no other of its name. */
const factOf = ({ set, bin, type, collection, inside, expression }: IndexFacts): JsonObject => ({
  ...{ set, bin, type, in: collection },
  ...{ inside, expression },
});

import { z } from 'zod';
import type { JsonObject } from '../../../core/workers/protocol.ts';
import { defineTool, type ToolContext } from '../../kit/define-tool.ts';
import { ToolError } from '../../kit/tool-error.ts';
import { statusError } from '../connection/driver-error.ts';
import { countEntries } from '../connection/set-facts.ts';
import { indexNamespaceParameter, readBuilds } from '../info/builds.ts';
import { infoCommand } from '../info/command.ts';
import { assertStill } from '../ops/pinned.ts';
import { lostText, reachShown, readReach, seenText, tally, without, type Reach } from '../ops/reach.ts';
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
    const { entries, reach } = await size({ namespace, index }, connection, context);
    const what = facts.expression === null ? `bin ${facts.bin}` : 'an expression';
    const where = facts.inside === null ? '' : ' (inside of its value)';
    const on = `${facts.type}, ${what}${facts.collection === 'none' ? '' : ` (${facts.collection})`}${where} of ${facts.set === null ? 'every set' : `set ${facts.set}`}`;
    return {
      effect: 'destroy',
      sentence: `REMOVE INDEX ${index} (${on}) in namespace ${namespace}: ${entries.text} entries${lostText(reach)}; queries on that bin fail until it is created again`,
      preview: { namespace, index, fact: factOf(facts), ...entries.shown, ...reachShown(reach) },
    };
  },
  async run({ namespace, index }, { connection }: AerospikeServices, context) {
    const facts = find(await indexesOf(connection, namespace, context), index);
    assertStill(context.plan, 'fact', factOf(facts));
    const { reach } = await size({ namespace, index }, connection, context);
    assertStill(context.plan, 'seen', seenText(reach));
    const command = infoCommand('sindex-delete', {
      [indexNamespaceParameter(await readBuilds(connection, context))]: namespace,
      ...(facts.set === null ? {} : { set: facts.set }),
      indexname: index,
    });
    const [answer] = await connection.info(command, 'any', context);
    if (!answer?.ok) throw statusError(answer?.code ?? 9);
    return { dropped: true };
  },
});

async function size(
  target: { namespace: string; index: string },
  connection: AerospikeServices['connection'],
  context: ToolContext,
): Promise<{ entries: ReturnType<typeof tally>; reach: Reach }> {
  const [counted, seen] = await Promise.all([
    countEntries(connection, target, context),
    readReach(connection, context),
  ]);
  const reach = without(seen, counted.silent);
  return { entries: tally('entries', counted, reach), reach };
}

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

import { z } from 'zod';
import { defineTool, type ToolContext } from '../../kit/define-tool.ts';
import { safeLine } from '../../kit/text-safety.ts';
import { ToolError } from '../../kit/tool-error.ts';
import type { Connection } from '../connection/connection.ts';
import { statusError } from '../connection/driver-error.ts';
import { setFacts } from '../connection/set-facts.ts';
import { lostText, partialNote, reachShown, readReach, silentIn, tally, without } from '../ops/reach.ts';
import { indexBinParameter, indexNamespaceParameter, readBuilds } from '../info/builds.ts';
import { infoCommand, type InfoCommand } from '../info/command.ts';
import { numberIn, parsePairs } from '../info/parse.ts';
import type { AerospikeServices } from '../services.ts';
import { BinName, IndexName, Namespace, SetName, identifier } from '../values/names.ts';
import { collectionWord, indexesOf } from './index-facts.ts';

/** How long a call stays with an index that is being built; then it says how far it is. */
const waitMs = 15_000;

const Input = z.object({
  namespace: Namespace,
  set: SetName.optional(),
  index: IndexName,
  bin: BinName,
  type: z.enum(['numeric', 'string', 'blob', 'geo2dsphere']),
  in: z.enum(['list', 'map-keys', 'map-values']).optional(),
});

export const createIndex = defineTool({
  name: 'aerospike_create_index',
  title: 'Create an index',
  description: 'Creates a secondary index on a bin.',
  toolset: 'indexes',
  role: 'admin',
  effect: 'write',
  example: { namespace: 'test', set: 'users', index: 'users_age', bin: 'age', type: 'numeric' },
  input: Input,
  output: z.object({
    /** On the nodes that are seen. */
    state: z.enum(['ready', 'building']),
    loadPercent: z.number(),
    note: z.string().optional(),
  }),
  text: ({ state, loadPercent, note }) =>
    `${state === 'ready' ? 'The index is ready.' : `The index is being built (${loadPercent} %).`}${note === undefined ? '' : ` ${note}`}`,
  async plan(request, { connection }: AerospikeServices, context) {
    // What cannot be sent is refused before a person is asked.
    createCommand(request, []);
    const { namespace, set, index, bin, type, in: collection = 'none' } = request;
    const [all, facts, seen] = await Promise.all([
      indexesOf(connection, namespace, context),
      setFacts(connection, { namespace, set: set ?? null }, context),
      readReach(connection, context),
    ]);
    const same = all.find(
      (other) =>
        other.name === index ||
        (other.isPlain &&
          other.bin === bin &&
          other.set === (set ?? null) &&
          other.type === type &&
          other.collection === collection),
    );
    if (same) {
      throw new ToolError(
        'changed',
        same.name === index ? `There is already an index ${index}.` : `The index ${same.name} does the same already.`,
        'List the indexes.',
      );
    }
    const where = set === undefined ? `namespace ${namespace}` : `set ${set} in namespace ${namespace}`;
    const reach = without(seen, facts?.silent ?? []);
    const records = facts === null ? null : tally('records', facts, reach);
    const size = records === null ? '' : `, ${records.text} records to read`;
    return {
      effect: 'write',
      sentence: `Create ${type} index ${index} on bin ${bin}${collection === 'none' ? '' : ` (${collection})`} of ${where}${size}${lostText(reach)}`,
      preview: {
        ...{ namespace, set: set ?? null, index, bin, type, in: collection },
        ...(records?.shown ?? { records: null }),
        ...reachShown(reach),
      },
    };
  },
  async run(request, { connection }: AerospikeServices, context) {
    const builds = await readBuilds(connection, context);
    const command = createCommand(request, builds);
    const [answer] = await connection.info(command, 'any', context);
    if (!answer?.ok) throw statusError(answer?.code ?? 9);
    return await whenLoaded(request, builds, connection, context);
  },
});

/** Throws `invalid-input` for a set or bin that an info command cannot name. */
function createCommand(
  { namespace, set, index, bin, type, in: collection }: z.output<typeof Input>,
  builds: readonly string[],
): InfoCommand {
  // A comma would make another type of it, and a slash is none of a bin's in any command.
  if (!identifier.test(bin)) {
    const message = `An index can only be created on a bin named by letters, digits, _, $, - and .; ${safeLine(bin, 15)} is not.`;
    throw new ToolError('invalid-input', message, 'Store the value in a bin with another name.');
  }
  return infoCommand('sindex-create', {
    [indexNamespaceParameter(builds)]: namespace,
    ...(set === undefined ? {} : { set }),
    indexname: index,
    ...(collection === undefined ? {} : { indextype: collectionWord[collection] }),
    ...(indexBinParameter(builds) === 'bin' ? { bin, type } : { indexdata: `${bin},${type}` }),
  });
}

async function whenLoaded(
  { namespace, index }: { namespace: string; index: string },
  builds: readonly string[],
  connection: Pick<Connection, 'info'>,
  context: ToolContext,
): Promise<{ state: 'ready' | 'building'; loadPercent: number; note?: string }> {
  const untilMs = performance.now() + waitMs;
  const command = infoCommand('sindex-stat', { [indexNamespaceParameter(builds)]: namespace, indexname: index });
  for (;;) {
    const answers = await connection.info(command, 'all', context);
    const silent = silentIn(answers);
    // A node that has not heard of it yet is at the very beginning; one that says nothing is not waited for.
    const loads = answers
      .filter(({ node }) => !silent.includes(node))
      .map((answer) => (answer.ok ? (numberIn(parsePairs(answer.text), 'load_pct') ?? 0) : 0));
    const loadPercent = loads.length === 0 ? 0 : Math.min(...loads);
    const isReady = loadPercent >= 100;
    if (isReady || loads.length === 0 || performance.now() > untilMs) {
      const { note } = partialNote(
        await readReach(connection, context, silent),
        'whether the others have it is not known',
      );
      return { state: isReady ? 'ready' : 'building', loadPercent, ...(note === undefined ? {} : { note }) };
    }
    context.progress(loadPercent, 100, `${loadPercent} % built`);
    context.signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

import { z } from 'zod';
import { defineTool, type ToolContext } from '../../kit/define-tool.ts';
import { ToolError } from '../../kit/tool-error.ts';
import { setFacts } from '../connection/set-facts.ts';
import type { AerospikeServices } from '../services.ts';
import { Namespace, identifier } from '../values/names.ts';

/** Narrower than where records are read: the name goes into a command that deletes. */
const TruncatedSet = z.string().min(1, 'must not be empty').max(63).regex(identifier, 'is no set name');

export const truncateSet = defineTool({
  name: 'aerospike_truncate_set',
  title: 'Delete all records of a set',
  description: 'Deletes every record of a set written before now.',
  toolset: 'records',
  role: 'admin',
  effect: 'destroy',
  example: { namespace: 'test', set: 'events' },
  input: z.object({ namespace: Namespace, set: TruncatedSet }),
  output: z.object({
    /** How many there were when a person was asked. */
    records: z.int(),
    /** Still there a moment later: written since, or not yet removed. */
    remaining: z.int().nullable(),
  }),
  text: ({ records, remaining }) =>
    `Truncated: ${records} records were there${remaining ? `, ${remaining} are there now (written since, or being removed)` : ''}.`,
  async plan({ namespace, set }, { connection }: AerospikeServices, context) {
    const facts = await setFacts(connection, { namespace, set }, context);
    if (facts === null) {
      throw new ToolError('not-found', `There is no set ${set} in namespace ${namespace}.`, 'List the sets.');
    }
    const { objects, nodes } = facts;
    return {
      effect: 'destroy',
      sentence: `DELETE ALL ${objects.toLocaleString('en')} RECORDS of set ${set} in namespace ${namespace} (${nodes} ${nodes === 1 ? 'node' : 'nodes'})`,
      // Records written after this moment are not what a person agreed to.
      preview: { namespace, set, records: objects, nodes, before: new Date().toISOString() },
    };
  },
  async run({ namespace, set }, { connection }: AerospikeServices, context) {
    const { before, records } = context.plan?.preview ?? {};
    const beforeMs = typeof before === 'string' ? Date.parse(before) : NaN;
    if (Number.isNaN(beforeMs) || typeof records !== 'number') throw unplanned();
    await connection.truncate({ namespace, set, beforeMs }, context).catch(clockAhead);
    return { records, remaining: await remainingAfter({ namespace, set }, connection, context) };
  },
});

/** The server removes in the background; it is looked at until nothing is left, or for a moment. */
async function remainingAfter(
  target: { namespace: string; set: string },
  connection: AerospikeServices['connection'],
  context: ToolContext,
): Promise<number | null> {
  let left: number | null = null;
  for (let tries = 0; tries < 10; tries += 1) {
    left = (await setFacts(connection, target, context))?.objects ?? 0;
    if (left === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return left;
}

function clockAhead(error: unknown): never {
  if (error instanceof ToolError && error.code === 'invalid-input') {
    throw new ToolError(
      'clock-skew',
      'The server does not take this moment: this machine’s clock is probably ahead of it.',
      'Set the clock, or wait as long as it is ahead and call the tool again.',
    );
  }
  throw error;
}

const unplanned = (): ToolError =>
  new ToolError('refused', 'Nobody has agreed to this.', 'Call the tool again; a person is asked.');

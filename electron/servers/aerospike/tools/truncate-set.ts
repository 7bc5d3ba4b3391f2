import { z } from 'zod';
import { defineTool, type ToolContext } from '../../kit/define-tool.ts';
import { ToolError } from '../../kit/tool-error.ts';
import { countRecords, type Counted } from '../connection/set-facts.ts';
import { assertStill } from '../ops/pinned.ts';
import {
  isAll,
  lostText,
  partialNote,
  reachShown,
  readReach,
  seenText,
  tally,
  without,
  type Reach,
} from '../ops/reach.ts';
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
    /** How many there were when a person was asked; at least, where nodes were not seen. */
    records: z.int(),
    /** Still there a moment later: written since, or not yet removed. Null where nodes are not seen. */
    remaining: z.int().nullable(),
    note: z.string().optional(),
  }),
  text: ({ records, remaining, note }) =>
    `Truncated: ${note === undefined ? '' : 'at least '}${records} records were there${remaining ? `, ${remaining} are there now (written since, or being removed)` : ''}.${note === undefined ? '' : ` ${note}`}`,
  async plan({ namespace, set }, { connection }: AerospikeServices, context) {
    const { counted, reach } = await look({ namespace, set }, connection, context);
    const { text, shown } = tally('records', counted, reach);
    return {
      effect: 'destroy',
      // The server deletes on every node, also where nobody could count.
      sentence: isAll(reach)
        ? `DELETE ALL ${text} RECORDS of set ${set} in namespace ${namespace} (${reach.size} ${reach.size === 1 ? 'node' : 'nodes'})`
        : `DELETE ALL RECORDS of set ${set} in namespace ${namespace}: ${text} records${lostText(reach)}`,
      preview: {
        ...{ namespace, set, ...shown, nodes: reach.size, ...reachShown(reach) },
        // Records written after this moment are not what a person agreed to.
        before: new Date().toISOString(),
      },
    };
  },
  async run({ namespace, set }, { connection }: AerospikeServices, context) {
    const { before, records, recordsAtLeast = records } = context.plan?.preview ?? {};
    const beforeMs = typeof before === 'string' ? Date.parse(before) : NaN;
    if (Number.isNaN(beforeMs) || typeof recordsAtLeast !== 'number') throw unplanned();
    const { reach } = await look({ namespace, set }, connection, context);
    // Who agreed to "at least so many" did not see what another node would have told.
    assertStill(context.plan, 'seen', seenText(reach));
    await connection.truncate({ namespace, set, beforeMs }, context).catch(clockAhead);
    const { note } = partialNote(reach, 'what is left on the others is not known');
    if (note !== undefined) return { records: recordsAtLeast, remaining: null, note };
    return { records: recordsAtLeast, remaining: await remainingAfter({ namespace, set }, connection, context) };
  },
});

interface Target {
  namespace: string;
  set: string;
}

async function look(
  target: Target,
  connection: AerospikeServices['connection'],
  context: ToolContext,
): Promise<{ counted: Counted; reach: Reach }> {
  const [counted, seen] = await Promise.all([
    countRecords(connection, target, context),
    readReach(connection, context),
  ]);
  const reach = without(seen, counted.silent);
  if (counted.holders > 0) return { counted, reach };
  const { namespace, set } = target;
  throw isAll(reach)
    ? new ToolError('not-found', `There is no set ${set} in namespace ${namespace}.`, 'List the sets.')
    : new ToolError(
        'unreachable',
        `None of the nodes that answered has a set ${set} in namespace ${namespace}${lostText(reach)}.`,
        'Try again when every node can be reached.',
      );
}

/** The server removes in the background; it is looked at until nothing is left, or for a moment. */
async function remainingAfter(
  target: Target,
  connection: AerospikeServices['connection'],
  context: ToolContext,
): Promise<number | null> {
  for (let tries = 1; ; tries += 1) {
    const { objects, silent } = await countRecords(connection, target, context);
    if (silent.length > 0) return null;
    if (objects === 0 || tries === 10) return objects;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
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

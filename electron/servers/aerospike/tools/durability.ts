import type { Plan } from '../../../core/workers/protocol.ts';
import type { ToolContext } from '../../kit/define-tool.ts';
import { ToolError } from '../../kit/tool-error.ts';
import type { Connection } from '../connection/connection.ts';
import { infoCommand } from '../info/command.ts';
import { parsePairs } from '../info/parse.ts';
import { readEditions } from '../ops/editions.ts';
import { assertStill } from '../ops/pinned.ts';

/** Something that may delete, and what the caller wants of it; undefined for what the namespace needs. */
export interface Deleting {
  namespace: string;
  durable?: boolean | undefined;
}

/**
 * Of each, whether it leaves a tombstone in place of what it deletes: where the caller wants it so, or where the namespace
 * is strongly consistent and takes nothing else. Throws `refused` for what the server would refuse after a person's yes.
 */
export async function durabilityOf(
  connection: Pick<Connection, 'info'>,
  deleting: readonly Deleting[],
  context: ToolContext,
): Promise<boolean[]> {
  const needs = new Map<string, 'durable' | 'either' | 'none'>();
  for (const name of new Set(deleting.map(({ namespace }) => namespace))) {
    const [answer] = await connection.info(infoCommand('namespace', [name]), 'any', context);
    // A node that does not tell is left to answer for itself: it refuses what it does not take.
    const facts = answer?.ok ? parsePairs(answer.text) : new Map<string, string>();
    const isStrong = facts.get('strong-consistency') === 'true';
    const isEither = facts.get('strong-consistency-allow-expunge') === 'true';
    needs.set(name, isStrong ? (isEither ? 'either' : 'durable') : 'none');
  }
  const isWished = deleting.some(({ namespace, durable }) => durable === true && needs.get(namespace) === 'none');
  if (isWished) await assertEnterprise(connection, context);
  return deleting.map(({ namespace, durable }) => {
    const need = needs.get(namespace);
    if (durable === false && need === 'durable') throw notDurable(namespace);
    return durable ?? need !== 'none';
  });
}

/** Of a change that has no say in it. */
export async function isDurableIn(
  namespace: string,
  connection: Pick<Connection, 'info'>,
  context: ToolContext,
): Promise<boolean> {
  return (await durabilityOf(connection, [{ namespace }], context))[0] === true;
}

/** The same, looked at anew as it runs: the plan's preview has it as `durable`. Throws `changed`. */
export async function agreedDurability(
  plan: Plan | null,
  deleting: Deleting,
  connection: Pick<Connection, 'info'>,
  context: ToolContext,
): Promise<{ durableDelete?: true }> {
  const [isDurable = false] = await durabilityOf(connection, [deleting], context);
  assertStill(plan, 'durable', isDurable);
  return isDurable ? { durableDelete: true } : {};
}

async function assertEnterprise(connection: Pick<Connection, 'info'>, context: ToolContext): Promise<void> {
  const [edition = ''] = (await readEditions(connection, 'any', context)).byNode.values();
  if (!/community/i.test(edition)) return;
  throw new ToolError(
    'refused',
    'Only Aerospike Enterprise deletes durably (with a tombstone); this is a Community server.',
    'Leave durable out: the record is deleted, but can come back if a node restarts without its index.',
  );
}

const notDurable = (namespace: string): ToolError =>
  new ToolError(
    'refused',
    `Namespace ${namespace} is strongly consistent: it takes only durable deletes.`,
    'Leave durable out, or give true.',
  );

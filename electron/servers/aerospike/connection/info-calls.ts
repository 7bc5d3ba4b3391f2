import type { InfoCommand } from '../info/command.ts';
import { ToolError } from '../../kit/tool-error.ts';
import type { ClusterNode, InfoAnswer } from './connection.ts';
import { driverError, isSilence, statusOf, timedOut } from './driver-error.ts';
import type { Open } from './session.ts';

/** What the client's buffer holds, with the byte that ends it; beyond it a command would be cut in silence. */
const maxCommandBytes = 254;

export const nodesOf = ({ client }: Open): ClusterNode[] =>
  client.getNodes().map(({ name, address }) => ({ id: name, address }));

interface Limits {
  timeoutMs: number;
  /** Of one call with all its questions. */
  signal: AbortSignal;
}

/**
 * Nodes that let a question of a call wait in vain, with what was said of it then. The call's other questions wait for
 * them no more: most tools ask several, and each would take its whole time again.
 */
const silentNodes = new WeakMap<AbortSignal, Map<string, InfoAnswer>>();

/**
 * One info command, asked node by node: the client's own way of asking all cuts commands at 50 bytes. A node that does
 * not answer is an answer that says so; only when none is known at all is it an error.
 */
export async function askNodes(
  open: Open,
  command: InfoCommand,
  from: 'any' | 'all' | { node: string },
  limits: Limits,
): Promise<InfoAnswer[]> {
  if (Buffer.byteLength(command) > maxCommandBytes) {
    throw new ToolError('invalid-input', 'The names are too long together for one request.', 'Use shorter names.');
  }
  const all = nodesOf(open);
  if (all.length === 0) throw new ToolError('unreachable', 'No node of the cluster is up.', 'Try again in a moment.');
  if (from === 'all') return await Promise.all(all.map((node) => ask(open, command, node, limits)));
  if (from === 'any') return await askAny(open, command, all, limits);
  const node = all.find(({ id }) => id === from.node);
  if (!node) throw new ToolError('not-found', 'There is no such node in the cluster now.', 'List the nodes.');
  return [await ask(open, command, node, limits)];
}

/**
 * The first that answers: a node that is just going away must not fail what another can tell. After the first one, which
 * has all the time, the others share as much again.
 */
async function askAny(
  open: Open,
  command: InfoCommand,
  [first, ...others]: readonly ClusterNode[],
  limits: Limits,
): Promise<InfoAnswer[]> {
  if (!first) return [];
  let answer = await ask(open, command, first, limits);
  const share = { ...limits, timeoutMs: Math.ceil(limits.timeoutMs / Math.max(1, others.length)) };
  for (const node of others) {
    const isNodesFault = !answer.ok && isSilence(answer.code);
    if (!isNodesFault) break;
    answer = await ask(open, command, node, share);
  }
  return [answer];
}

async function ask(
  open: Open,
  command: InfoCommand,
  { id }: ClusterNode,
  { timeoutMs, signal }: Limits,
): Promise<InfoAnswer> {
  const { driver, client } = open;
  const silent = silentNodes.get(signal) ?? new Map<string, InfoAnswer>();
  silentNodes.set(signal, silent);
  const before = silent.get(id);
  if (before) return before;
  try {
    const reply = await client.infoNode(command, { name: id }, new driver.InfoPolicy({ timeout: timeoutMs }));
    return answerOf(id, reply);
  } catch (error) {
    // The client turns some of the server's own errors into its own, with the server's code.
    const code = statusOf(error) ?? -1;
    const answer = { node: id, ok: false as const, code, message: driverError(error).message };
    if (code === timedOut) silent.set(id, answer);
    return answer;
  }
}

/** `command⇥text⏎`, or `ERROR:code:text` and `FAIL:code:text` in the text's place. */
function answerOf(node: string, reply: string): InfoAnswer {
  const text = reply.slice(reply.indexOf('\t') + 1).replace(/\n+$/, '');
  // Statistics begin with `failed_best_practices`, so the word has to end.
  const refusal = /^(?:ERROR|FAIL)(?::(\d*)(?::(.*))?)?$/is.exec(text);
  if (!refusal) return { node, ok: true, text };
  const [, code = '', message = ''] = refusal;
  return { node, ok: false, code: Number(code) || 1, message: message.trim() };
}

import type { InfoCommand } from '../info/command.ts';
import { ToolError } from '../../kit/tool-error.ts';
import type { ClusterNode, InfoAnswer } from './connection.ts';
import { driverError, statusOf } from './driver-error.ts';
import type { Open } from './session.ts';

/** What the client's buffer holds, with the byte that ends it; beyond it a command would be cut in silence. */
const maxCommandBytes = 254;

export const nodesOf = ({ client }: Open): ClusterNode[] =>
  client.getNodes().map(({ name, address }) => ({ id: name, address }));

/**
 * One info command, asked node by node: the client's own way of asking all cuts commands at 50 bytes. A node that does
 * not answer is an answer that says so; only when none is known at all is it an error.
 */
export async function askNodes(
  open: Open,
  command: InfoCommand,
  from: 'any' | 'all' | { node: string },
  timeoutMs: number,
): Promise<InfoAnswer[]> {
  if (Buffer.byteLength(command) > maxCommandBytes) {
    throw new ToolError('invalid-input', 'The names are too long together for one request.', 'Use shorter names.');
  }
  const all = nodesOf(open);
  if (all.length === 0) throw new ToolError('unreachable', 'No node of the cluster is up.', 'Try again in a moment.');
  if (from === 'all') return await Promise.all(all.map((node) => ask(open, command, node, timeoutMs)));
  if (from === 'any') return await askAny(open, command, all, timeoutMs);
  const node = all.find(({ id }) => id === from.node);
  if (!node) throw new ToolError('not-found', 'There is no such node in the cluster now.', 'List the nodes.');
  return [await ask(open, command, node, timeoutMs)];
}

/** The first that answers: a node that is just going away must not fail what another can tell. */
async function askAny(
  open: Open,
  command: InfoCommand,
  nodes: readonly ClusterNode[],
  timeoutMs: number,
): Promise<InfoAnswer[]> {
  let answers: InfoAnswer[] = [];
  for (const node of nodes) {
    const answer = await ask(open, command, node, timeoutMs);
    answers = [answer];
    const isNodesFault = !answer.ok && (answer.code < 0 || answer.code === 9);
    if (!isNodesFault) break;
  }
  return answers;
}

async function ask(open: Open, command: InfoCommand, { id }: ClusterNode, timeoutMs: number): Promise<InfoAnswer> {
  const { driver, client } = open;
  try {
    const reply = await client.infoNode(command, { name: id }, new driver.InfoPolicy({ timeout: timeoutMs }));
    return answerOf(id, reply);
  } catch (error) {
    // The client turns some of the server's own errors into its own, with the server's code.
    return { node: id, ok: false, code: statusOf(error) ?? -1, message: driverError(error).message };
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

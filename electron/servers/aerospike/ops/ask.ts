import type { CallLimits, Connection } from '../connection/connection.ts';
import { isSilence } from '../connection/driver-error.ts';
import type { InfoCommand } from '../info/command.ts';
import { ToolError } from '../../kit/tool-error.ts';
import { safeLine } from '../../kit/text-safety.ts';
import { refusalIn } from './parse.ts';

/** What the nodes said to one command. A refusal inside an answer's text counts as one. */
export interface Answers {
  /** Text by node id. */
  byNode: ReadonlyMap<string, string>;
  refused: readonly Refusal[];
  /** Of those that refused, the nodes that said nothing at all. */
  silent: readonly string[];
}

export interface Refusal {
  node: string;
  /** Of the server: 4 unknown, 20 no such namespace, 25 enterprise only, 201 no index; 0 when it gave none. */
  code: number;
  message: string;
}

/** What a code means for an info command; the client's words for the same code are about records. */
const words: Readonly<Record<number, string>> = {
  2: 'there is none (any more)',
  4: 'this command or argument is not known to it',
  20: 'it has no such namespace',
  25: 'only the Enterprise edition has this',
  81: 'the user’s roles do not allow it',
  201: 'it has no such index',
};

export const codes = { unknown: 4, noNamespace: 20, enterpriseOnly: 25, noRight: 81, noIndex: 201 } as const;

/** Asks the nodes and sorts their answers; throws only when the cluster cannot be reached or the call has ended. */
export async function ask(
  connection: Pick<Connection, 'info'>,
  command: InfoCommand,
  from: 'any' | 'all' | { node: string },
  context: CallLimits,
): Promise<Answers> {
  const byNode = new Map<string, string>();
  const refused: Refusal[] = [];
  for (const answer of await connection.info(command, from, context)) {
    // Some empty answers come without the tab that ends the command, which then looks like the answer.
    const text = answer.ok && answer.text !== command ? answer.text : '';
    const refusal = answer.ok ? refusalIn(text) : { code: answer.code, message: answer.message };
    if (answer.ok && refusal === null) byNode.set(answer.node, text);
    else {
      const { code = 0, message = '' } = refusal ?? {};
      refused.push({ node: answer.node, code, message: words[code] ?? safeLine(message, 200).replace(/\.+$/, '') });
    }
  }
  const silent = refused.flatMap(({ node, code }) => (isSilence(code) ? [node] : []));
  // What none of them says anything about must not look like there being none of it.
  const isOfAll = from === 'any' || from === 'all';
  if (isOfAll && byNode.size === 0 && refused.length > 0 && silent.length === refused.length) throw nobodyAnswered();
  return { byNode, refused, silent };
}

export const nobodyAnswered = (): ToolError =>
  new ToolError('unreachable', 'No node of the cluster answered.', 'Try again in a moment.');

/** True when no node answered and one said that only the Enterprise edition has this. */
export const isEnterpriseOnly = ({ byNode, refused }: Answers): boolean =>
  byNode.size === 0 && refused.some(({ code }) => code === codes.enterpriseOnly);

/** Like `ask`, where no answer at all is the caller's failure. */
export async function askOrFail(...question: Parameters<typeof ask>): Promise<Answers> {
  const answers = await ask(...question);
  if (answers.byNode.size > 0) return answers;
  const [first] = answers.refused;
  if (!first) throw nobodyAnswered();
  throw new ToolError(
    'upstream',
    `The cluster refused this: ${first.message} (code ${first.code}).`,
    'This release or edition may not have it.',
  );
}

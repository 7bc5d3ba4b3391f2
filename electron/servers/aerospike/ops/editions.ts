import type { CallLimits, Connection } from '../connection/connection.ts';
import { infoCommand } from '../info/command.ts';
import { ask, type Answers } from './ask.ts';
import { pairs } from './parse.ts';

/** `Aerospike Community Edition` by node. Since 8.1.1 a part of `release`; `edition` is for nodes before it. */
export async function readEditions(
  connection: Pick<Connection, 'info'>,
  from: 'any' | 'all',
  context: CallLimits,
): Promise<Pick<Answers, 'byNode' | 'silent'>> {
  const { byNode, refused, silent } = await ask(connection, infoCommand('release'), from, context);
  const told = new Map([...byNode].map(([node, text]) => [node, pairs(text).get('edition') ?? '']));
  const asked = [...told.keys(), ...refused.map(({ node }) => node)].filter(
    (node) => !silent.includes(node) && (told.get(node) ?? '') === '',
  );
  const older = await Promise.all(asked.map((node) => ask(connection, infoCommand('edition'), { node }, context)));
  return {
    byNode: new Map([...told, ...older.flatMap((answers) => [...answers.byNode])]),
    silent: [...silent, ...older.flatMap((answers) => answers.silent)],
  };
}

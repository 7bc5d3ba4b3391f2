import type { CallLimits } from '../connection/connection.ts';
import { indexNamespaceParameter, readBuilds } from '../info/builds.ts';
import { infoCommand } from '../info/command.ts';
import { ask, type Answers } from './ask.ts';
import type { Read } from './cluster.ts';
import { indexFigures, indexList, type IndexFigures } from './indexes.ts';
import { IndexName } from './names.ts';
import { pairs } from './parse.ts';
import type { OpsServices } from './services.ts';

/** The secondary indexes of a namespace as each node has them, without figures. 6.x answers for all namespaces. */
export async function readIndexes(
  { connection }: OpsServices,
  namespace: string,
  context: CallLimits,
): Promise<Read<IndexFigures[]>> {
  const { byNode, silent } = await ask(connection, infoCommand('sindex-list', { namespace }), 'all', context);
  const indexes = (text: string): IndexFigures[] => indexList(text).filter((index) => index.namespace === namespace);
  return { byNode: new Map([...byNode].map(([node, text]) => [node, indexes(text)])), silent };
}

/** The same with entries, memory and how far each is built: one question per index. */
export async function withFigures(
  { connection }: OpsServices,
  { byNode, silent }: Read<IndexFigures[]>,
  context: CallLimits,
): Promise<Read<IndexFigures[]>> {
  const names = new Map([...byNode.values()].flat().map((index) => [`${index.namespace}/${index.name}`, index]));
  const asked = [...names].filter(([, { name }]) => IndexName.safeParse(name).success);
  const parameter = indexNamespaceParameter(asked.length === 0 ? [] : await readBuilds(connection, context));
  const answers = new Map<string, Answers>();
  for (let at = 0; at < asked.length; at += 8) {
    await Promise.all(
      asked.slice(at, at + 8).map(async ([key, { namespace, name }]) => {
        const command = infoCommand('sindex-stat', { [parameter]: namespace, indexname: name });
        answers.set(key, await ask(connection, command, 'all', context));
      }),
    );
  }
  const figures = (node: string, index: IndexFigures): IndexFigures => {
    const text = answers.get(`${index.namespace}/${index.name}`)?.byNode.get(node);
    return text === undefined ? index : { ...index, ...indexFigures(pairs(text)) };
  };
  return {
    byNode: new Map([...byNode].map(([node, indexes]) => [node, indexes.map((index) => figures(node, index))])),
    silent: [...silent, ...[...answers.values()].flatMap((answer) => answer.silent)],
  };
}

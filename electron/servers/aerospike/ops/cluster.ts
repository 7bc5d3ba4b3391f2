import { ToolError } from '../../kit/tool-error.ts';
import type { CallLimits } from '../connection/connection.ts';
import { infoCommand } from '../info/command.ts';
import { ask, nobodyAnswered, type Answers } from './ask.ts';
import { isNamespaceName } from './names.ts';
import { list, noFacts, pairs, records, type Facts } from './parse.ts';
import { assertInScope, isInScope, type OpsServices } from './services.ts';
import { setFigures, type SetFigures } from './statistics.ts';

/** One node as it described itself. */
export interface NodeSnapshot {
  id: string;
  address: string;
  build: string;
  edition: string;
  statistics: Facts;
  /** Statistics and configuration of each namespace that the profile may see. */
  namespaces: ReadonlyMap<string, Facts>;
}

/** The whole cluster at one time, as far as it answered. */
export interface Snapshot {
  nodes: NodeSnapshot[];
  /** Nodes that are known and did not answer. */
  missing: string[];
  isPartial: boolean;
  /** In scope, in the order of the server. */
  namespaces: string[];
}

/** Asks every node what it is and what it holds. `only`: this namespace alone, `not-found` if there is none. */
export async function takeSnapshot(services: OpsServices, context: CallLimits, only?: string): Promise<Snapshot> {
  const { connection, profile } = services;
  if (only !== undefined) assertInScope(profile, only);
  const [known, statistics, builds, editions, listed] = await Promise.all([
    connection.nodes(context),
    ask(connection, infoCommand('statistics'), 'all', context),
    ask(connection, infoCommand('build'), 'all', context),
    ask(connection, infoCommand('edition'), 'all', context),
    ask(connection, infoCommand('namespaces'), 'all', context),
  ]);
  const present = [...new Set([...listed.byNode.values()].flatMap((text) => list(text)))].filter(
    (name) => isNamespaceName(name) && isInScope(profile, name),
  );
  if (only !== undefined && !present.includes(only)) throw unknownNamespace(only, present);
  const namespaces = only === undefined ? present : [only];
  const described = await eachNamespace(namespaces, (name) =>
    ask(connection, infoCommand('namespace', [name]), 'all', context),
  );
  const ids = [...new Set([...known.map(({ id }) => id), ...statistics.byNode.keys()])];
  const nodes = ids
    .filter((id) => statistics.byNode.has(id))
    .map((id): NodeSnapshot => {
      const held = namespaces.map((name) => [name, factsOf(described.get(name), id)] as const);
      return {
        id,
        address: known.find((node) => node.id === id)?.address ?? '',
        build: builds.byNode.get(id) ?? '',
        edition: editions.byNode.get(id) ?? '',
        statistics: pairs(statistics.byNode.get(id) ?? ''),
        // A node without the namespace answers `type=unknown`.
        namespaces: new Map(held.filter(([, facts]) => facts.size > 0 && facts.get('type') !== 'unknown')),
      };
    });
  if (nodes.length === 0) throw nobodyAnswered();
  const missing = ids.filter((id) => !statistics.byNode.has(id));
  return { nodes, missing, isPartial: missing.length > 0, namespaces };
}

/** The sets of `namespace`, per node. */
export async function readSets(
  { connection }: OpsServices,
  namespace: string,
  context: CallLimits,
): Promise<Map<string, SetFigures[]>> {
  const { byNode } = await ask(connection, infoCommand('sets', [namespace]), 'all', context);
  return new Map(
    [...byNode].map(([node, text]) => [
      node,
      records(text).flatMap((facts) => {
        const figures = setFigures(facts);
        return figures?.namespace === namespace ? [figures] : [];
      }),
    ]),
  );
}

/** Few at a time: a cluster may have dozens of namespaces, and each question goes to every node. */
export async function eachNamespace<T>(
  names: readonly string[],
  question: (name: string) => Promise<T>,
): Promise<Map<string, T>> {
  const answers = new Map<string, T>();
  for (let at = 0; at < names.length; at += 4) {
    const group = names.slice(at, at + 4);
    const answered = await Promise.all(group.map(async (name) => [name, await question(name)] as const));
    for (const [name, answer] of answered) answers.set(name, answer);
  }
  return answers;
}

const factsOf = (answers: Answers | undefined, node: string): Facts => {
  const text = answers?.byNode.get(node);
  return text === undefined ? noFacts : pairs(text);
};

export const unknownNamespace = (name: string, present: readonly string[]): ToolError =>
  new ToolError(
    'not-found',
    `There is no namespace "${name}".`,
    present.length === 0 ? 'This profile may see none.' : `There is: ${present.join(', ')}.`,
  );

export function nodeOf(snapshot: Pick<Snapshot, 'nodes' | 'missing'>, id: string): NodeSnapshot {
  const found = snapshot.nodes.find((node) => node.id === id || node.address === id);
  if (found) return found;
  const isSilent = snapshot.missing.includes(id);
  throw new ToolError(
    isSilent ? 'unreachable' : 'not-found',
    isSilent ? `The node ${id} did not answer.` : `There is no node "${id}".`,
    `Nodes that answered: ${snapshot.nodes.map((node) => node.id).join(', ')}.`,
  );
}

/** What a listing says when it is not whole. */
export const partialNote = ({ missing }: Pick<Snapshot, 'missing'>): { partial?: boolean; note?: string } =>
  missing.length === 0
    ? {}
    : { partial: true, note: `Partial: no answer from ${missing.join(', ')}; totals leave their share out.` };

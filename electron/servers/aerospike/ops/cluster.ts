import { ToolError } from '../../kit/tool-error.ts';
import type { CallLimits } from '../connection/connection.ts';
import { infoCommand } from '../info/command.ts';
import { ask, codes, nobodyAnswered, type Answers } from './ask.ts';
import { readEditions } from './editions.ts';
import { isNamespaceName } from './names.ts';
import { figure, list, pairs, records, type Facts } from './parse.ts';
import { isAll, reachOf, type Reach } from './reach.ts';
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
  /** Those of the cluster's that it says it has not. */
  lacks: readonly string[];
}

/** The whole cluster at one time, as far as it answered. */
export interface Snapshot {
  nodes: NodeSnapshot[];
  /** Nodes that are known and left one of the questions without an answer: half of what a node has is nothing to add up. */
  missing: string[];
  reach: Reach;
  /** Nodes are missing, or the client cannot reach all that there are. */
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
    readEditions(connection, 'all', context),
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
  const ids = [...known.map(({ id }) => id), ...statistics.byNode.keys()];
  const counts = [...statistics.byNode.values()].map((text) => figure(pairs(text).get('cluster_size')) ?? 0);
  const reach = reachOf(ids, counts, [
    ...ids.filter((id) => !statistics.byNode.has(id)),
    ...[builds, editions, listed, ...described.values()].flatMap(({ silent }) => silent),
  ]);
  const nodes = [...statistics.byNode]
    .filter(([id]) => !reach.silent.includes(id))
    .map(([id, text]): NodeSnapshot => {
      const held = namespaces.map((name) => [name, heldBy(id, described.get(name))] as const);
      return {
        id,
        address: known.find((node) => node.id === id)?.address ?? '',
        build: builds.byNode.get(id) ?? '',
        edition: editions.byNode.get(id) ?? '',
        statistics: pairs(text),
        namespaces: new Map(held.flatMap(([name, facts]) => (typeof facts === 'string' ? [] : [[name, facts]]))),
        lacks: held.flatMap(([name, facts]) => (facts === 'lacks it' ? [name] : [])),
      };
    });
  if (nodes.length === 0) throw nobodyAnswered();
  return { nodes, missing: reach.silent, reach, isPartial: !isAll(reach), namespaces };
}

/** What a node says of a namespace. One without it answers `type=unknown`, or refuses with a code for that. */
function heldBy(node: string, answers: Answers | undefined): Facts | 'lacks it' | 'says nothing' {
  const facts = pairs(answers?.byNode.get(node) ?? '');
  const code = answers?.refused.find((refusal) => refusal.node === node)?.code;
  if (facts.get('type') === 'unknown' || code === codes.noNamespace) return 'lacks it';
  return facts.size > 0 ? facts : 'says nothing';
}

/** What was read of each node, and which gave no answer. */
export interface Read<T> {
  byNode: Map<string, T>;
  silent: readonly string[];
}

/** The sets of `namespace`, per node. */
export async function readSets(
  { connection }: OpsServices,
  namespace: string,
  context: CallLimits,
): Promise<Read<SetFigures[]>> {
  const { byNode, silent } = await ask(connection, infoCommand('sets', [namespace]), 'all', context);
  const sets = (text: string): SetFigures[] =>
    records(text).flatMap((facts) => {
      const figures = setFigures(facts);
      return figures?.namespace === namespace ? [figures] : [];
    });
  return { byNode: new Map([...byNode].map(([node, text]) => [node, sets(text)])), silent };
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

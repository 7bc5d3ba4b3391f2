import type { CallLimits } from '../connection/connection.ts';
import { infoCommand } from '../info/command.ts';
import { ask } from '../ops/ask.ts';
import { namespaceParameter } from '../info/builds.ts';
import { eachNamespace, readSets, takeSnapshot, type Read, type Snapshot } from '../ops/cluster.ts';
import { withoutPaths } from '../ops/config.ts';
import { isAll, without } from '../ops/reach.ts';
import type { IndexFigures } from '../ops/indexes.ts';
import type { Job } from '../ops/jobs.ts';
import { ParameterName } from '../ops/names.ts';
import { list, pairs, records, type Facts } from '../ops/parse.ts';
import { readIndexes, withFigures } from '../ops/read-indexes.ts';
import { readJobs } from '../ops/read-jobs.ts';
import type { OpsServices } from '../ops/services.ts';
import type { SetFigures } from '../ops/statistics.ts';
import { racks, roster, udfs, type Rack, type Roster, type Udf } from '../ops/topology.ts';

type ByNode<T> = ReadonlyMap<string, T>;

/** Everything that the rules look at. */
export interface HealthSnapshot extends Snapshot {
  config: { service: ByNode<Facts>; network: ByNode<Facts>; security: ByNode<Facts> };
  /** Configuration of each namespace, by node. */
  namespaceConfig: ReadonlyMap<string, ByNode<Facts>>;
  sets: ReadonlyMap<string, ByNode<readonly SetFigures[]>>;
  indexes: ReadonlyMap<string, ByNode<readonly IndexFigures[]>>;
  udfs: ByNode<readonly Udf[]>;
  /** Names of the practices that a node does not follow. */
  bestPractices: ByNode<readonly string[]>;
  /** What the server's own health check found; none unless it is switched on. */
  outliers: ByNode<readonly Facts[]>;
  jobs: readonly Job[];
  rosters: ReadonlyMap<string, Roster>;
  racks: ReadonlyMap<string, readonly Rack[]>;
  xdr: readonly { node: string; destination: string; namespace: string; facts: Facts }[];
}

/** Some 20 questions to each node, plus 6 for each namespace; what a release does not know stays empty. */
export async function takeHealthSnapshot(services: OpsServices, context: CallLimits): Promise<HealthSnapshot> {
  const snapshot = await takeSnapshot(services, context);
  const { connection } = services;
  /** Nodes that answered at first, and not every question afterwards. */
  const late = new Set<string>();
  const read = async <T>(command: Parameters<typeof ask>[1], parse: (text: string) => T): Promise<ByNode<T>> => {
    const { byNode, silent } = await ask(connection, command, 'all', context);
    for (const node of silent) late.add(node);
    return new Map([...byNode].map(([node, text]) => [node, parse(text)]));
  };
  const kept = <T>({ byNode, silent }: Read<T>): ByNode<T> => {
    for (const node of silent) late.add(node);
    return byNode;
  };
  const config = (place: string): Promise<ByNode<Facts>> =>
    read(infoCommand('get-config', { context: place }), (text) => withoutPaths(pairs(text)));
  const named = namespaceParameter(snapshot.nodes.map(({ build }) => build));
  const [service, network, security, modules, practices, outliers, { jobs, reach }] = await Promise.all([
    config('service'),
    config('network'),
    config('security'),
    read(infoCommand('udf-list'), udfs),
    read(infoCommand('best-practices'), failedPractices),
    read(infoCommand('health-outliers'), (text) => records(text)),
    readJobs(services, context),
  ]);
  const each = <T>(question: (name: string) => Promise<T>): Promise<Map<string, T>> =>
    eachNamespace(snapshot.namespaces, question);
  const ofOne = async <T>(verb: 'roster' | 'racks', name: string, parse: (text: string) => T): Promise<T | null> => {
    const { byNode } = await ask(connection, infoCommand(verb, { namespace: name }), 'any', context);
    return [...byNode.values()].map(parse)[0] ?? null;
  };
  const [namespaceConfig, sets, indexes, rosters, rackMap] = [
    await each((name) =>
      read(infoCommand('get-config', { context: 'namespace', [named]: name }), (text) => withoutPaths(pairs(text))),
    ),
    await each(async (name) => kept(await readSets(services, name, context))),
    await each(async (name) => kept(await withFigures(services, await readIndexes(services, name, context), context))),
    await each((name) => ofOne('roster', name, roster)),
    await each((name) => ofOne('racks', name, racks)),
  ];
  const whole = without(snapshot.reach, [...late, ...reach.silent]);
  return {
    ...snapshot,
    reach: whole,
    missing: whole.silent,
    isPartial: !isAll(whole),
    config: { service, network, security },
    namespaceConfig,
    sets,
    indexes,
    udfs: modules,
    bestPractices: practices,
    outliers: new Map([...outliers].map(([node, found]) => [node, found.filter((facts) => inScope(facts, snapshot))])),
    jobs,
    rosters: present(rosters),
    racks: present(rackMap),
    xdr: await readXdr(services, snapshot.namespaces, context),
  };
}

/** `failed_best_practices=none` or names with commas. */
const failedPractices = (text: string): string[] =>
  list(pairs(text).get('failed_best_practices') ?? '', ',').filter((name) => name !== 'none');

const inScope = (facts: Facts, { namespaces }: Snapshot): boolean => {
  const namespace = facts.get('namespace');
  return namespace === undefined || namespaces.includes(namespace);
};

const present = <T>(map: ReadonlyMap<string, T | null>): Map<string, T> =>
  new Map([...map].flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])));

async function readXdr(
  { connection }: OpsServices,
  namespaces: readonly string[],
  context: CallLimits,
): Promise<HealthSnapshot['xdr']> {
  const { byNode } = await ask(connection, infoCommand('get-config', { context: 'xdr' }), 'any', context);
  const destinations = list(pairs([...byNode.values()][0] ?? '').get('dcs') ?? '', ',').filter(
    (name) => ParameterName.safeParse(name).success,
  );
  const found: HealthSnapshot['xdr'][number][] = [];
  for (const destination of destinations) {
    for (const namespace of namespaces) {
      const command = infoCommand('get-stats', { context: 'xdr', dc: destination, namespace });
      const answers = await ask(connection, command, 'all', context);
      for (const [node, text] of answers.byNode) found.push({ node, destination, namespace, facts: pairs(text) });
    }
  }
  return found;
}

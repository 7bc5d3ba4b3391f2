import { z } from 'zod';
import { defineTool, type ToolContext } from '../../kit/define-tool.ts';
import { table } from '../../kit/table.ts';
import { infoCommand } from '../info/command.ts';
import { ask, isEnterpriseOnly } from '../ops/ask.ts';
import { eachNamespace, takeSnapshot, type Snapshot } from '../ops/cluster.ts';
import { NamespaceName } from '../ops/names.ts';
import { flag, noFacts } from '../ops/parse.ts';
import { partialNote, without } from '../ops/reach.ts';
import type { OpsServices } from '../ops/services.ts';
import { lines, partialShape } from '../ops/shapes.ts';
import { count, namespaceFigures, sum } from '../ops/statistics.ts';
import { partitionsHeld, peers, racks, roster } from '../ops/topology.ts';
import { AmountShape } from '../ops/shapes.ts';
import { amount } from '../ops/parse.ts';

const NamespaceTopology = z.object({
  namespace: z.string(),
  effectiveReplicationFactor: z.number().nullable(),
  strongConsistency: z.boolean(),
  migrationsRemaining: AmountShape,
  unavailablePartitions: AmountShape,
  deadPartitions: AmountShape,
  racks: z.array(z.object({ id: z.int(), nodes: z.array(z.string()) })),
  roster: z
    .object({ active: z.array(z.string()), pending: z.array(z.string()), observed: z.array(z.string()) })
    .nullable(),
});
const Held = z.object({ node: z.string(), namespace: z.string(), master: z.int(), replicas: z.int() });

export const topology = defineTool({
  name: 'aerospike_topology',
  title: 'Topology',
  description: 'Racks, rosters, peers, partitions by node, migrations.',
  toolset: 'cluster',
  role: 'read-only',
  effect: 'read',
  example: { namespace: 'test' },
  input: z.object({ namespace: NamespaceName.optional() }),
  output: z.object({
    namespaces: z.array(NamespaceTopology),
    partitions: z.array(Held),
    /** Whom each node knows. */
    peers: z.array(z.object({ node: z.string(), knows: z.array(z.string()) })),
    ...partialShape,
  }),
  async run({ namespace }, services: OpsServices, context) {
    const snapshot = await takeSnapshot(services, context, namespace);
    const [maps, known] = await Promise.all([
      ask(services.connection, infoCommand('partition-info'), 'all', context),
      ask(services.connection, infoCommand('peers-clear-std'), 'all', context),
    ]);
    const enterprise = await eachNamespace(snapshot.namespaces, (name) => enterpriseFacts(services, name, context));
    const isCommunity = [...enterprise.values()].some((facts) => facts.isEnterpriseOnly);
    const { note, ...partial } = partialNote(without(snapshot.reach, [...maps.silent, ...known.silent]));
    const notes = [note, isCommunity ? 'Community edition: it has no racks and rosters.' : ''];
    const said = notes.filter((text) => text !== undefined && text !== '').join(' ');
    return {
      namespaces: snapshot.namespaces.map((name) => ({
        ...namespaceTopology(snapshot, name),
        racks: enterprise.get(name)?.racks ?? [],
        roster: enterprise.get(name)?.roster ?? null,
      })),
      partitions: [...maps.byNode].flatMap(([node, text]) =>
        [...partitionsHeld(text)].flatMap(([name, held]) =>
          snapshot.namespaces.includes(name) ? [{ node, namespace: name, ...held }] : [],
        ),
      ),
      peers: [...known.byNode].map(([node, text]) => ({ node, knows: peers(text) })),
      ...partial,
      ...(said === '' ? {} : { note: said }),
    };
  },
  text: ({ namespaces, partitions, peers: known, note }) =>
    lines(
      table(
        'Namespaces',
        namespaces.map((row) => ({
          ...row,
          racks: row.racks.map(({ id, nodes }) => `${id}: ${nodes.join(' ')}`),
          roster: row.roster?.active.join(' '),
          pending: sameNodes(row.roster?.active, row.roster?.pending) ? null : row.roster?.pending.join(' '),
        })),
        [
          'namespace',
          'effectiveReplicationFactor',
          'strongConsistency',
          'migrationsRemaining',
          'unavailablePartitions',
          'deadPartitions',
          'racks',
          'roster',
          'pending',
        ],
      ),
      table('Partitions', partitions, Held.keyof().options),
      `Peers: ${known.map(({ node, knows }) => `${node} knows ${knows.join(' ') || 'none'}`).join('; ')}`,
      note,
    ),
});

const sameNodes = (a: readonly string[] = [], b: readonly string[] = []): boolean =>
  [...a].sort().join() === [...b].sort().join();

function namespaceTopology(
  { nodes }: Snapshot,
  namespace: string,
): Omit<z.input<typeof NamespaceTopology>, 'racks' | 'roster'> {
  const held = nodes.map((node) => node.namespaces.get(namespace) ?? noFacts).filter((facts) => facts.size > 0);
  const figures = held.map(namespaceFigures);
  const most = (name: string): bigint => sum(held.map((facts) => count(facts, [name])));
  return {
    namespace,
    effectiveReplicationFactor: figures[0]?.effectiveReplicationFactor ?? null,
    strongConsistency: flag(held[0]?.get('strong-consistency')) ?? false,
    migrationsRemaining: amount(sum(figures.map(({ migrationsRemaining }) => migrationsRemaining))),
    unavailablePartitions: amount(most('unavailable_partitions')),
    deadPartitions: amount(most('dead_partitions')),
  };
}

async function enterpriseFacts({ connection }: OpsServices, namespace: string, context: ToolContext) {
  const [rackAnswers, rosterAnswers] = await Promise.all([
    ask(connection, infoCommand('racks', { namespace }), 'any', context),
    ask(connection, infoCommand('roster', { namespace }), 'any', context),
  ]);
  return {
    isEnterpriseOnly: isEnterpriseOnly(rackAnswers) || isEnterpriseOnly(rosterAnswers),
    racks: [...rackAnswers.byNode.values()].flatMap(racks),
    roster: [...rosterAnswers.byNode.values()].map(roster)[0] ?? null,
  };
}

import { z } from 'zod';
import { defineTool } from '../../kit/define-tool.ts';
import { table } from '../../kit/table.ts';
import { infoCommand } from '../info/command.ts';
import { ask } from '../ops/ask.ts';
import { takeSnapshot, type NodeSnapshot } from '../ops/cluster.ts';
import { figure, flag } from '../ops/parse.ts';
import { partialNote } from '../ops/reach.ts';
import type { OpsServices } from '../ops/services.ts';
import { lines, partialShape } from '../ops/shapes.ts';
import { namespaceFigures } from '../ops/statistics.ts';

export const NodeRow = z.object({
  node: z.string(),
  address: z.string(),
  build: z.string(),
  uptimeSeconds: z.number().nullable(),
  connections: z.number().nullable(),
  freeMemoryPct: z.number().nullable(),
  /** 100 is one core; the server adds them up. */
  cpuPctOfOneCore: z.number().nullable(),
  isPrincipal: z.boolean(),
  /** False: this node sees the cluster in pieces. */
  integrity: z.boolean().nullable(),
});

export const clusterInfo = defineTool({
  name: 'aerospike_cluster_info',
  title: 'Cluster',
  description: 'Nodes, builds, edition and cohesion.',
  toolset: 'cluster',
  role: 'read-only',
  effect: 'read',
  input: z.object({}),
  output: z.object({
    name: z.string(),
    /** As the nodes say, also of those that are not seen. */
    size: z.int(),
    edition: z.string(),
    /** All nodes are seen, and have one key and integrity. */
    isWhole: z.boolean(),
    /** Those that are seen have not. */
    isSplit: z.boolean(),
    isMigrating: z.boolean(),
    namespaces: z.array(z.string()),
    nodes: z.array(NodeRow),
    ...partialShape,
  }),
  async run(_input, services: OpsServices, context) {
    const [snapshot, names] = await Promise.all([
      takeSnapshot(services, context),
      ask(services.connection, infoCommand('cluster-name'), 'any', context),
    ]);
    const { nodes } = snapshot;
    const keys = new Set(nodes.map(({ statistics }) => statistics.get('cluster_key')));
    const isSplit =
      keys.size > 1 || nodes.some(({ statistics }) => flag(statistics.get('cluster_integrity')) === false);
    const figures = nodes.flatMap(({ namespaces }) => [...namespaces.values()].map(namespaceFigures));
    return {
      name: [...names.byNode.values()][0] ?? '',
      size: snapshot.reach.size,
      edition: shortEdition(nodes),
      isWhole: !isSplit && !snapshot.isPartial,
      isSplit,
      isMigrating: figures.some(({ migrationsRemaining }) => migrationsRemaining > 0n),
      namespaces: snapshot.namespaces,
      nodes: nodes.map(nodeRow),
      ...partialNote(snapshot.reach),
    };
  },
  text: ({ name, size, edition, isSplit, isMigrating, namespaces, nodes, note }) =>
    lines(
      `Cluster ${name === '' || name === 'null' ? '(no name)' : name}: ${size} nodes, ${edition}${isSplit ? ', NOT WHOLE' : ''}${isMigrating ? ', migrating' : ''}; namespaces ${namespaces.join(', ')}`,
      table('Nodes', nodes, NodeRow.keyof().options),
      note,
    ),
});

export const shortEdition = (nodes: readonly NodeSnapshot[]): string =>
  [...new Set(nodes.map(({ edition }) => edition.replace(/^Aerospike /, '').replace(/ Edition$/, '')))].join(' and ');

export const nodeRow = ({ id, address, build, statistics }: NodeSnapshot): z.input<typeof NodeRow> => ({
  node: id,
  address,
  build,
  uptimeSeconds: figure(statistics.get('uptime')),
  connections: figure(statistics.get('client_connections')),
  freeMemoryPct: figure(statistics.get('system_free_mem_pct')),
  cpuPctOfOneCore: figure(statistics.get('system_total_cpu_pct')),
  isPrincipal: statistics.get('cluster_principal') === id || statistics.get('paxos_principal') === id,
  integrity: flag(statistics.get('cluster_integrity')),
});

import { hotSpots, operations } from '../../ops/thresholds.ts';
import { figure } from '../../ops/parse.ts';
import { acrossNodesRule, clusterRule, type NamespaceView, type Rule } from '../rule.ts';

const isMoving = (held: readonly NamespaceView[]): boolean =>
  held.some(({ figures }) => figures.migrationsRemaining > 0n);
const spotText = (spots: ReturnType<typeof hotSpots>): string | null =>
  spots.length === 0
    ? null
    : spots.map(({ node, value, mean }) => `${node} ${Math.round(value)}, others ${Math.round(mean)}`).join('; ');

/** Nodes are meant to carry the same. */
export const balanceRules: readonly Rule[] = [
  acrossNodesRule({
    id: 'objects-unbalanced',
    title: 'Records are unevenly spread',
    severity: 'warning',
    why: 'The fullest node decides when the namespace is full.',
    act: 'See whether nodes differ in racks or were added lately; consider prefer-uniform-balance.',
    see(_namespace, held) {
      const counts = held.map(({ node, figures }) => ({ node: node.id, count: Number(figures.masterObjects) }));
      const mean = counts.reduce((total, { count }) => total + count, 0) / counts.length;
      if (held.length < 2 || mean < 10_000 || isMoving(held)) return null;
      const far = counts.filter(({ count }) => Math.abs(count - mean) > mean * 0.3);
      return far.length === 0
        ? null
        : `${far.map(({ node, count }) => `${node} ${count}`).join(', ')}; mean ${Math.round(mean)}`;
    },
  }),
  acrossNodesRule({
    id: 'copies-differ',
    title: 'Copies and originals differ in number',
    severity: 'info',
    why: 'Without migrations there should be as many of each copy as of the originals.',
    act: 'Compare with the log for migrations that failed.',
    see(_namespace, held) {
      const total = (pick: (view: NamespaceView) => bigint): number =>
        Number(held.reduce((sum, view) => sum + pick(view), 0n));
      const copies = (held[0]?.figures.effectiveReplicationFactor ?? 1) - 1;
      const [master, prole] = [
        total(({ figures }) => figures.masterObjects),
        total(({ figures }) => figures.proleObjects),
      ];
      if (copies < 1 || master < 10_000 || isMoving(held)) return null;
      const share = Math.abs(prole / copies - master) / master;
      return share > 0.05 ? `${master} originals, ${Math.round(prole / copies)} of each copy` : null;
    },
  }),
  acrossNodesRule({
    id: 'operations-hot-spot',
    title: 'One node gets far more operations',
    severity: 'warning',
    why: 'Hot keys or a hot set make one node the limit of all.',
    act: 'Look at fail_key_busy and latencies on it; spread hot keys.',
    see(_namespace, held) {
      // Counters run since start, so they are compared per second of each node's own uptime.
      const rates = held.map(({ node, facts }) => {
        const uptime = Math.max(1, figure(node.statistics.get('uptime')) ?? 1);
        return { node: node.id, value: operations(facts) / uptime };
      });
      return spotText(hotSpots('operations', rates, 100));
    },
  }),
  clusterRule({
    id: 'connections-hot-spot',
    title: 'One node has far more connections',
    severity: 'info',
    why: 'Clients should hold about as many to each node.',
    act: 'See whether all clients reach all nodes.',
    see: ({ nodes }) =>
      spotText(
        hotSpots(
          'connections',
          nodes.map(({ id, statistics }) => ({ node: id, value: figure(statistics.get('client_connections')) ?? 0 })),
          200,
        ),
      ),
  }),
  clusterRule({
    id: 'processor-hot-spot',
    title: 'One node’s processors are far busier',
    severity: 'warning',
    why: 'Nodes share the work evenly unless keys are hot or something else runs on the host.',
    act: 'See what runs there (aerospike_list_jobs, aerospike_latencies, the host itself).',
    // The server adds its cores up and does not say how many they are, so only nodes can be compared.
    see: ({ nodes }) =>
      spotText(
        hotSpots(
          'processor',
          nodes.map(({ id, statistics }) => ({ node: id, value: figure(statistics.get('system_total_cpu_pct')) ?? 0 })),
          100,
        ),
      ),
  }),
  acrossNodesRule({
    id: 'capacities-differ',
    title: 'Nodes have different capacity',
    severity: 'warning',
    why: 'Data is spread evenly, so the smallest node is full first.',
    act: 'Give the namespace the same storage everywhere.',
    see(_namespace, held) {
      const sizes = held.map(({ node, figures }) => [node.id, figures.dataTotalBytes?.toString()] as const);
      const known = sizes.filter(([, size]) => size !== undefined);
      if (new Set(known.map(([, size]) => size)).size <= 1) return null;
      return known.map(([node, size]) => `${node}=${size ?? ''}`).join(', ');
    },
  }),
];

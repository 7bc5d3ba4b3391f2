import { acrossNodesRule, type NamespaceView, type Rule } from '../rule.ts';

/** How many copies of each record there are, and were meant to be. */
export const copiesRules: readonly Rule[] = [
  acrossNodesRule({
    id: 'fewer-copies-than-wanted',
    title: 'Fewer copies than configured',
    severity: 'warning',
    why: 'There are not enough nodes to hold every copy.',
    act: 'Add nodes, or lower replication-factor.',
    see(_namespace, held, { reach: { size } }) {
      const { now, wanted, nodes } = copies(held, size);
      return now !== null && now < wanted && nodes < wanted ? `${now} of ${wanted}` : null;
    },
  }),
  acrossNodesRule({
    id: 'copies-not-in-force',
    title: 'The configured number of copies is not in force',
    severity: 'warning',
    why: 'A replication-factor that was set counts after a recluster only, or when a node has come or gone.',
    act: 'Recluster (asadm: manage recluster) at a quiet time, or set it back.',
    see(_namespace, held, { reach: { size } }) {
      const { now, wanted, nodes } = copies(held, size);
      const isSo = now === null || wanted === Infinity || now === Math.min(wanted, nodes) || now === wanted;
      return isSo ? null : `replication-factor=${wanted}, effective_replication_factor=${now}`;
    },
  }),
  acrossNodesRule({
    id: 'one-copy',
    title: 'Only one copy of each record',
    severity: 'warning',
    why: 'When a node is lost, its records are lost with it.',
    act: 'Set replication-factor to 2 and recluster, unless this is a cache.',
    see: (_namespace, held) =>
      held.length > 1 && held[0]?.figures.effectiveReplicationFactor === 1 ? 'effective_replication_factor=1' : null,
  }),
  acrossNodesRule({
    id: 'nodes-equal-copies',
    title: 'No node to spare',
    severity: 'info',
    why: 'With as many copies as nodes, a lost node’s copies have nowhere to go until it is back.',
    act: 'Have at least one node more than copies.',
    see(_namespace, held, { reach: { size } }) {
      const factor = held[0]?.figures.effectiveReplicationFactor ?? 0;
      return factor > 1 && size === factor ? `${size} nodes, ${factor} copies` : null;
    },
  }),
];

/**
 * How many copies are in force, how many the nodes want together (the least of them counts), and how many nodes there are
 * to hold one.
 */
function copies(held: readonly NamespaceView[], size: number): { now: number | null; wanted: number; nodes: number } {
  const [first] = held;
  return {
    now: first?.number('effective_replication_factor') ?? null,
    wanted: Math.min(...held.map(({ figures }) => figures.replicationFactor ?? Infinity)),
    nodes: (first?.number('ns_cluster_size') ?? size) - (first?.number('nodes_quiesced') ?? 0),
  };
}

import {
  isEnterprise,
  acrossNodesRule,
  clusterRule,
  disagreement,
  namespaceRule,
  nodeRule,
  type Rule,
} from '../rule.ts';
import { flag } from '../../ops/parse.ts';
import type { HealthSnapshot } from '../snapshot.ts';

const compare = ({ nodes }: HealthSnapshot, name: string): string | null =>
  disagreement(nodes.map(({ id, statistics }) => [id, statistics.get(name)] as const));

/** Whether the nodes are one cluster and hold every partition. */
export const clusterRules: readonly Rule[] = [
  clusterRule({
    id: 'node-silent',
    title: 'A node does not answer',
    severity: 'critical',
    why: 'It may be down, overloaded or cut off; figures leave its share out.',
    act: 'Look at the machine, its log and the network.',
    see: ({ missing }) => (missing.length > 0 ? missing.join(', ') : null),
  }),
  nodeRule({
    id: 'cluster-integrity',
    title: 'The cluster is not whole',
    severity: 'critical',
    why: 'The node and its neighbours do not agree on who belongs to the cluster.',
    act: 'Look at heartbeat and fabric connections between the nodes.',
    see: ({ node }) => (flag(node.statistics.get('cluster_integrity')) === false ? 'cluster_integrity=false' : null),
  }),
  clusterRule({
    id: 'cluster-keys-differ',
    title: 'Nodes are in different clusters',
    severity: 'critical',
    why: 'Each part answers for itself: data written to both may be lost when they join.',
    act: 'Repair the network between them; check heartbeat addresses.',
    see: (snapshot) => compare(snapshot, 'cluster_key'),
  }),
  clusterRule({
    id: 'cluster-sizes-differ',
    title: 'Nodes count the cluster differently',
    severity: 'critical',
    why: 'The cluster is split, or changing at this moment.',
    act: 'Look again in a minute; then check heartbeats.',
    see: (snapshot) => compare(snapshot, 'cluster_size'),
  }),
  clusterRule({
    id: 'nodes-unseen',
    title: 'Not every node of the cluster is seen',
    severity: 'warning',
    why: 'What is told here leaves the others out, and clients may not reach them either.',
    act: 'Check access addresses and firewalls.',
    see({ reach: { size, seen, silent } }) {
      const known = seen + silent.length;
      return size > known ? `${known} of ${size} nodes` : null;
    },
  }),
  clusterRule({
    id: 'principals-differ',
    title: 'Nodes follow different principals',
    severity: 'critical',
    why: 'The principal decides who is in the cluster; two of them are two clusters.',
    act: 'Repair the network between the nodes.',
    see: (snapshot) => compare(snapshot, 'cluster_principal'),
  }),
  nodeRule({
    id: 'duplicate-node-ids',
    title: 'Two nodes have one id',
    severity: 'critical',
    why: 'Neither can be told from the other, and both are excluded.',
    act: 'Give each node its own node-id.',
    see({ node }) {
      const duplicates = node.statistics.get('cluster_duplicate_nodes');
      return duplicates === undefined || duplicates === 'null' || duplicates === '' ? null : duplicates;
    },
  }),
  clusterRule({
    id: 'builds-differ',
    title: 'Nodes run different releases',
    severity: 'warning',
    why: 'That is meant for the time of a rolling upgrade only.',
    act: 'Finish the upgrade.',
    see: ({ nodes }) => disagreement(nodes.map(({ id, build }) => [id, build] as const)),
  }),
  clusterRule({
    id: 'restarted-lately',
    title: 'A node was restarted lately',
    severity: 'info',
    why: 'If nobody did it, it crashed; its counters begin anew.',
    act: 'Look at its log for the reason.',
    see({ nodes }) {
      const uptimes = nodes.map(({ id, statistics }) => ({ id, uptime: Number(statistics.get('uptime') ?? 0) }));
      const longest = Math.max(...uptimes.map(({ uptime }) => uptime));
      const fresh = uptimes.filter(({ uptime }) => uptime < 3600 && longest > 86_400);
      return fresh.length === 0 ? null : fresh.map(({ id, uptime }) => `${id} up ${uptime} s`).join(', ');
    },
  }),
  nodeRule({
    id: 'quiesced',
    title: 'A node is quiesced',
    severity: 'info',
    why: 'It has given its partitions away and is ready to be taken out.',
    act: 'Finish the maintenance, or undo it with quiesce-undo and recluster.',
    see: ({ node }) =>
      [...node.namespaces.values()].some((facts) => flag(facts.get('effective_is_quiesced')) === true)
        ? 'effective_is_quiesced=true'
        : null,
  }),
  namespaceRule({
    id: 'dead-partitions',
    title: 'Dead partitions',
    severity: 'critical',
    why: 'Nodes that held them restarted uncleanly: strong consistency refuses their data.',
    act: 'Bring all roster nodes back; revive only after weighing what may be lost.',
    see: ({ number }) =>
      (number('dead_partitions') ?? 0) > 0 ? `${number('dead_partitions') ?? ''} partitions` : null,
  }),
  namespaceRule({
    id: 'unavailable-partitions',
    title: 'Unavailable partitions',
    severity: 'critical',
    why: 'Reads and writes of their records fail until their nodes are back.',
    act: 'Bring the missing roster nodes back.',
    see: ({ number }) =>
      (number('unavailable_partitions') ?? 0) > 0 ? `${number('unavailable_partitions') ?? ''} partitions` : null,
  }),
  acrossNodesRule({
    id: 'migrating',
    title: 'Data is migrating',
    severity: 'info',
    why: 'Until it ends, copies are incomplete and load is higher.',
    act: 'Wait before taking another node out.',
    see(_namespace, held) {
      const remaining = held.reduce((total, { figures }) => total + figures.migrationsRemaining, 0n);
      return remaining > 0n ? `${remaining} partitions remain` : null;
    },
  }),
  namespaceRule({
    id: 'migrations-stuck',
    title: 'Migrations do not move',
    severity: 'warning',
    why: 'Partitions wait to be copied and none is being copied.',
    act: 'Look at migrate-threads, migrate-max-num-incoming and the log.',
    see({ figures, number, node }) {
      const active = (number('migrate_tx_partitions_active') ?? 0) + (number('migrate_rx_partitions_active') ?? 0);
      const calm = Number(node.statistics.get('time_since_rebalance') ?? 0);
      return figures.migrationsRemaining > 0n && active === 0 && calm > 600
        ? `${figures.migrationsRemaining} remain, none active, ${calm} s since the last rebalance`
        : null;
    },
  }),
  acrossNodesRule({
    id: 'namespace-not-everywhere',
    title: 'A namespace is missing on nodes',
    severity: 'warning',
    why: 'Nodes without it hold none of its data, and the others hold more.',
    act: 'Configure the namespace on every node.',
    // Only where a node says so: one that was late with its answer may have it.
    see(namespace, _held, { nodes }) {
      const lacking = nodes.filter(({ lacks }) => lacks.includes(namespace)).map(({ id }) => id);
      return lacking.length > 0 ? `not on ${lacking.join(', ')}` : null;
    },
  }),
  clusterRule({
    id: 'community-cluster-size',
    title: 'At the size of the Community edition',
    severity: 'info',
    why: 'A Community cluster takes at most 8 nodes.',
    act: 'Plan for larger nodes or the Enterprise edition.',
    see: ({ nodes }) =>
      nodes.length >= 8 && nodes.every((node) => node.edition !== '' && !isEnterprise(node))
        ? `${nodes.length} nodes`
        : null,
  }),
  {
    id: 'best-practices',
    title: 'The host does not follow the server’s best practices',
    severity: 'warning',
    why: 'The server checks its host at start: kernel settings, limits, memory.',
    act: 'Set what is named (swappiness, min-free-kbytes, thp-…, …) and restart the node.',
    check: ({ bestPractices }) =>
      [...bestPractices].flatMap(([node, failed]) => (failed.length > 0 ? [{ node, saw: failed.join(', ') }] : [])),
  },
  {
    id: 'server-outliers',
    title: 'The server’s own health check names outliers',
    severity: 'warning',
    why: 'A node or device behaves unlike the others: reconnects, proxies, slow devices.',
    act: 'Look at what it names.',
    check: ({ outliers }) =>
      [...outliers].flatMap(([node, found]) =>
        found.length === 0
          ? []
          : [
              {
                node,
                saw: found
                  .slice(0, 4)
                  .map((facts) => `${facts.get('id') ?? '?'}: ${facts.get('reason') ?? '?'}`)
                  .join('; '),
              },
            ],
      ),
  },
];

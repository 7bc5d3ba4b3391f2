import { effectiveReplication, migrationsLeft, ownersOf, type Cluster, type ClusterNode } from './cluster.ts';
import { counted } from './counters.ts';
import { namespaceStatistics } from './names-namespace.ts';
import { nodeStatistics } from './names-node.ts';
import { epochMs, isExpired, partitionCount, partitionOf, type Namespace, type StoredRecord } from './store.ts';

/** Statistics as one node tells them: the quiet server's, with the live state and then a test's wishes laid over. */
export function statisticsOf(cluster: Cluster, node: ClusterNode): Map<string, string> {
  const { counters } = node;
  const live = [...cluster.namespaces.values()].map((namespace) => shareOf(cluster, node, namespace));
  const up = cluster.nodes.filter(({ isUp }) => isUp);
  return laid(nodeStatistics, node.overrides.get('service'), {
    cluster_size: up.length,
    cluster_key: cluster.key,
    cluster_generation: cluster.generation,
    cluster_principal: up.at(-1)?.id ?? '',
    paxos_principal: up.at(-1)?.id ?? '',
    failed_best_practices: false,
    uptime: seconds(cluster.now() - node.startedMs),
    time_since_rebalance: seconds(cluster.now() - cluster.rebalancedMs),
    objects: live.reduce((sum, { master, prole }) => sum + master + prole, 0),
    client_connections: node.connections,
    client_connections_opened: counters.opened,
    client_connections_closed: counters.closed,
    info_complete: counters.infoRequests,
    deprecated_requests: counters.deprecated,
    batch_index_initiate: counters.batches,
    batch_index_complete: counters.batches,
    long_queries_active: cluster.jobs.size,
    migrate_partitions_remaining: [...cluster.namespaces.values()].reduce(
      (sum, namespace) => sum + 2 * migrationsLeft(cluster, namespace),
      0,
    ),
  });
}

export function namespaceStatisticsOf(cluster: Cluster, node: ClusterNode, namespace: Namespace): Map<string, string> {
  const { master, prole, bytes } = shareOf(cluster, node, namespace);
  const { used, usedPercent, total, isStopped, isHigh } = fillOf(node, namespace, bytes);
  const objects = master + prole;
  const tombstones = tombstonesOf(cluster, node, namespace);
  const lost = lostPartitions(cluster, namespace);
  const own = Object.fromEntries(counted.map((name) => [name, node.counters.get(namespace.name, name)]));
  return laid(namespaceStatistics, node.overrides.get(`namespace/${namespace.name}`), {
    ...own,
    ns_cluster_size: cluster.nodes.filter(({ isUp }) => isUp).length,
    effective_replication_factor: effectiveReplication(cluster, namespace),
    objects,
    master_objects: master,
    prole_objects: prole,
    tombstones: tombstones.master + tombstones.prole,
    master_tombstones: tombstones.master,
    prole_tombstones: tombstones.prole,
    dead_partitions: lost,
    unavailable_partitions: lost,
    stop_writes: isStopped,
    hwm_breached: isHigh,
    current_time: seconds(cluster.now() - epochMs),
    non_expirable_objects: recordsOn(cluster, node, namespace).filter(
      (record) => record.voidTime === 0 && !isExpired(record, cluster.now()),
    ).length,
    truncate_lut: namespace.truncatedMs === 0 ? 0 : namespace.truncatedMs - epochMs,
    index_used_bytes: objects * 64,
    sindex_used_bytes: namespace.indexes.size * 16_777_216,
    data_total_bytes: total,
    data_used_bytes: used,
    data_used_pct: usedPercent,
    data_avail_pct: Math.max(0, 99 - usedPercent),
    client_lang_write_success: node.counters.get(namespace.name, 'client_udf_complete'),
    migrate_fresh_partitions: partitionCount,
    migrate_tx_partitions_remaining: migrationsLeft(cluster, namespace),
    migrate_rx_partitions_remaining: migrationsLeft(cluster, namespace),
  });
}

const seconds = (ms: number): number => Math.floor(ms / 1000);

function laid(
  quiet: readonly (readonly [string, string])[],
  wished: ReadonlyMap<string, string> | undefined,
  live: Readonly<Record<string, string | number | boolean>>,
): Map<string, string> {
  const all = new Map(quiet);
  for (const [name, value] of Object.entries(live)) all.set(name, String(value));
  for (const [name, value] of wished ?? []) all.set(name, value);
  return all;
}

/** What of a namespace lies on a node. Its bytes are its share of the records, since sizes are counted for all. */
export function shareOf(
  cluster: Cluster,
  node: ClusterNode,
  namespace: Namespace,
): { master: number; prole: number; bytes: number } {
  let master = 0;
  let prole = 0;
  for (const [id, partition] of namespace.partitions.entries()) {
    if (!partition || partition.size === 0) continue;
    const replica = ownersOf(cluster, namespace, id).indexOf(node);
    if (replica === 0) master += partition.size;
    else if (replica > 0) prole += partition.size;
  }
  const bytes = namespace.objects === 0 ? 0 : Math.round((namespace.bytes * (master + prole)) / namespace.objects);
  return { master, prole, bytes };
}

function tombstonesOf(cluster: Cluster, node: ClusterNode, namespace: Namespace): { master: number; prole: number } {
  const replicas = [...namespace.tombstones.keys()].map((digest) =>
    ownersOf(cluster, namespace, partitionOf(Buffer.from(digest, 'latin1'))).indexOf(node),
  );
  return {
    master: replicas.filter((replica) => replica === 0).length,
    prole: replicas.filter((replica) => replica > 0).length,
  };
}

export interface Fill {
  used: number;
  total: number;
  usedPercent: number;
  /** Writes are refused with code 8. */
  isStopped: boolean;
  /** Above the mark from which the server evicts. */
  isHigh: boolean;
}

/** How full a namespace is on a node, against the marks in its configuration. */
export function fillOf(node: ClusterNode, namespace: Namespace, bytes: number): Fill {
  const config = node.config.namespaces.get(namespace.name);
  const setting = (name: string): number => Number(config?.get(name) ?? 0);
  const total = setting('storage-engine.data-size');
  const used = bytes + Math.round(namespace.ballast * total);
  const usedPercent = total === 0 ? 0 : Math.floor((used * 100) / total);
  const stopAt = setting('storage-engine.stop-writes-used-pct');
  const evictAt = setting('storage-engine.evict-used-pct');
  const wished = node.overrides.get(`namespace/${namespace.name}`)?.get('stop_writes');
  return {
    used,
    total,
    usedPercent,
    isStopped: wished === 'true' || (wished === undefined && stopAt > 0 && usedPercent >= stopAt),
    isHigh: evictAt > 0 && usedPercent >= evictAt,
  };
}

/** Partitions that nobody has now; with replicas there are none as long as a node is up. */
function lostPartitions(cluster: Cluster, namespace: Namespace): number {
  let lost = 0;
  if (cluster.nodes.every(({ isUp }) => isUp)) return 0;
  for (let id = 0; id < partitionCount; id += 1) if (ownersOf(cluster, namespace, id).length === 0) lost += 1;
  return lost;
}

/** Masters and copies that lie on a node. */
export const recordsOn = (cluster: Cluster, node: ClusterNode, namespace: Namespace): StoredRecord[] =>
  namespace.partitions.flatMap((partition, id) =>
    partition && partition.size > 0 && ownersOf(cluster, namespace, id).includes(node) ? [...partition.values()] : [],
  );

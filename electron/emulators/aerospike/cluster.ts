import { createHash } from 'node:crypto';
import { defaultConfig, type NodeConfig } from './config.ts';
import { createCounters, type Counters } from './counters.ts';
import { createNamespace, partitionCount, type Namespace } from './store.ts';
import type { Users } from './users.ts';

export type Edition = 'community' | 'enterprise';

/** What one node has of its own. */
export interface ClusterNode {
  id: string;
  index: number;
  port: number;
  isUp: boolean;
  startedMs: number;
  /** Where clients are sent; null for the address it listens on. */
  advertised: { host: string; port: number } | null;
  config: NodeConfig;
  counters: Counters;
  /** Statistics that a test wants to see: by context (`service`, `namespace/test`, `set/test/users`, `sindex/test/i`). */
  overrides: Map<string, Map<string, string>>;
  connections: number;
  userAgents: Map<string, number>;
}

export interface Job {
  id: bigint;
  namespace: string;
  set: string;
  index: string;
  progressPercent: number;
  startedMs: number;
}

export interface UdfModule {
  name: string;
  source: string;
}

/** All that the nodes share: one store, as if replication took no time. */
export interface Cluster {
  edition: Edition;
  build: string;
  name: string;
  nodes: ClusterNode[];
  namespaces: Map<string, Namespace>;
  modules: Map<string, UdfModule>;
  jobs: Map<bigint, Job>;
  /** Null where security is off. */
  users: Users | null;
  isTls: boolean;
  tlsName: string;
  /** Rises with every change of who owns what, and of who is there. */
  generation: number;
  key: string;
  rebalancedMs: number;
  busyKeys: Set<string>;
  /** Its clock, which a test may move. */
  now(): number;
}

export interface ClusterPlan {
  edition: Edition;
  build: string;
  nodes: number;
  namespaces: readonly { name: string; replicationFactor: number; config?: Readonly<Record<string, string>> }[];
  users: Users | null;
  isTls: boolean;
  tlsName: string;
  now: () => number;
}

export function createCluster(plan: ClusterPlan): Cluster {
  const names = plan.namespaces.map(({ name }) => name);
  const nodes = Array.from({ length: plan.nodes }, (_, index): ClusterNode => {
    const config = defaultConfig(plan, index);
    return {
      id: `BB9${index.toString(16).toUpperCase().padStart(2, '0')}0A0CA1`,
      index,
      port: 0,
      isUp: true,
      startedMs: plan.now(),
      advertised: null,
      config,
      counters: createCounters(names),
      overrides: new Map(),
      connections: 0,
      userAgents: new Map(),
    };
  });
  const cluster: Cluster = {
    edition: plan.edition,
    build: plan.build,
    name: 'chatelaine-demo',
    nodes,
    namespaces: new Map(
      plan.namespaces.map(({ name, replicationFactor }) => [name, createNamespace(name, replicationFactor)]),
    ),
    modules: new Map(),
    jobs: new Map(),
    users: plan.users,
    isTls: plan.isTls,
    tlsName: plan.tlsName,
    generation: 1,
    key: '',
    rebalancedMs: plan.now(),
    busyKeys: new Set(),
    now: plan.now,
  };
  rebalance(cluster);
  return cluster;
}

/** A node came or went: generations and the cluster's key change, as clients and operators look for. */
export function rebalance(cluster: Cluster): void {
  cluster.generation += 1;
  cluster.rebalancedMs = cluster.now();
  const up = cluster.nodes.filter(({ isUp }) => isUp).map(({ id }) => id);
  const digest = createHash('sha256').update(`${cluster.generation} ${up.join()}`).digest('hex');
  cluster.key = digest.slice(0, 12).toUpperCase();
}

/** The nodes in the order in which they take a partition, whether up or not. */
function succession(cluster: Cluster, partition: number): ClusterNode[] {
  const { nodes } = cluster;
  // A partition's number scrambled, so that neighbours lie on different nodes and every node gets its share.
  const first = ((partition * 2654435761) >>> 16) % nodes.length;
  return [...nodes.slice(first), ...nodes.slice(0, first)];
}

/**
 * Who has a partition now, master first. With replicas the next node takes over; without, the partition has nobody
 * until its node is back.
 */
export function ownersOf(cluster: Cluster, namespace: Namespace, partition: number): ClusterNode[] {
  const order = succession(cluster, partition);
  if (namespace.replicationFactor === 1) return order.slice(0, 1).filter(({ isUp }) => isUp);
  return order.filter(({ isUp }) => isUp).slice(0, namespace.replicationFactor);
}

/** The bitmap of the partitions of which a node is the master (0), the first replica (1) and so on. */
export function ownershipMap(cluster: Cluster, namespace: Namespace, node: ClusterNode, replica: number): string {
  const bits = Buffer.alloc(partitionCount / 8);
  for (let id = 0; id < partitionCount; id += 1)
    if (ownersOf(cluster, namespace, id)[replica] === node) bits[id >> 3] = (bits[id >> 3] ?? 0) | (0x80 >> (id & 7));
  return bits.toString('base64');
}

export const effectiveReplication = (cluster: Cluster, namespace: Namespace): number =>
  Math.min(namespace.replicationFactor, cluster.nodes.filter(({ isUp }) => isUp).length);

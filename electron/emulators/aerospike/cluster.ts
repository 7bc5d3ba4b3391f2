import { createHash } from 'node:crypto';
import { defaultConfig, type NodeConfig } from './config.ts';
import { createCounters, type Counters } from './counters.ts';
import { createNamespace, partitionCount, type Namespace } from './store.ts';
import type { Users } from './users.ts';

export type Edition = 'community' | 'enterprise';

export interface Address {
  host: string;
  port: number;
}

/** What a node was shown at a login; each null where it was not sent. */
export interface LoginSeen {
  user: string | null;
  /** The clients' hash of the password. */
  hash: string | null;
  clearPassword: string | null;
  /** The common name in the client's certificate. */
  certificateName: string | null;
}

/** What one node has of its own. */
export interface ClusterNode {
  id: string;
  index: number;
  port: number;
  isUp: boolean;
  startedMs: number;
  /** Where clients are sent; null for the address it listens on. */
  advertised: Address | null;
  /** What it publishes for clients outside its network; null, as servers have it unless configured, for nothing. */
  alternate: Address | null;
  rackId: number;
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
  /** Until then partitions are still being copied, after nodes came or went. */
  migratingUntilMs: number;
  busyKeys: Set<string>;
  /** Told of every login before it is judged. */
  onLogin(seen: LoginSeen): void;
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
  onLogin: (seen: LoginSeen) => void;
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
      alternate: null,
      rackId: 0,
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
    migratingUntilMs: 0,
    busyKeys: new Set(),
    onLogin: plan.onLogin,
    now: plan.now,
  };
  announce(cluster);
  return cluster;
}

/** How long a change of nodes is followed by migrations. */
const migrationMs = 3000;

/** A node came or went: generations and the cluster's key change, and partitions are copied for a while. */
export function rebalance(cluster: Cluster): void {
  cluster.rebalancedMs = cluster.now();
  cluster.migratingUntilMs = cluster.rebalancedMs + migrationMs;
  announce(cluster);
}

/** Lets clients look again at who is there and where. */
export function announce(cluster: Cluster): void {
  cluster.generation += 1;
  const up = cluster.nodes.filter(({ isUp }) => isUp).map(({ id }) => id);
  const digest = createHash('sha256').update(`${cluster.generation} ${up.join()}`).digest('hex');
  cluster.key = digest.slice(0, 12).toUpperCase();
}

/** How many partitions of a namespace a node has still to send or receive. Without replicas nothing is copied. */
export function migrationsLeft(cluster: Cluster, namespace: Namespace): number {
  const leftMs = cluster.migratingUntilMs - cluster.now();
  if (leftMs <= 0 || namespace.replicationFactor === 1) return 0;
  return Math.ceil((leftMs / migrationMs) * (partitionCount / cluster.nodes.length));
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

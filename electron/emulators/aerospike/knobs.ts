import { announce, type Address, type Cluster, type ClusterNode, type Job } from './cluster.ts';

/** What a test may change about a cluster while it runs. Nodes are named by their index. */
export interface Knobs {
  /** Any statistic, by context: `service`, `namespace/NS`, `set/NS/SET`, `sindex/NS/NAME`, `best-practices`. Null puts it right again. */
  setStatistic(node: number, context: string, name: string, value: string | null): void;
  /** Any setting, without the server's checks: by context `service`, `network`, `security` or `namespace/NS`. */
  setConfig(node: number, context: string, name: string, value: string): void;
  /** Writes to the namespace are refused with code 8, as when it is full. */
  setStopWrites(namespace: string, isStopped: boolean): void;
  /** The part of its storage, from 0 to 1, that a namespace uses beside its records. */
  setFill(namespace: string, part: number): void;
  /** Another key than the others', and a cluster that says it is not whole. */
  setSplit(node: number, clusterKey: string): void;
  setClockSkew(node: number, milliseconds: number): void;
  setDeadPartitions(node: number, namespace: string, count: number): void;
  /** As during the copying that follows a change of nodes. */
  setMigrations(node: number, namespace: string, partitions: number): void;
  /** Below 100 the index is being built, and queries on it are refused. */
  setIndexLoad(namespace: string, index: string, percent: number): void;
  addJob(job: Partial<Job> & Pick<Job, 'id' | 'namespace'>): void;
  /** Writes to a record are refused as busy, by its digest in hex. */
  setBusy(digest: string, isBusy: boolean): void;
  /** Where clients are sent for a node in place of where it listens: to a proxy. Null for itself. */
  advertise(node: number, address: Address | null): void;
  /** Where clients outside the cluster's network are sent. Null for nowhere: the node publishes no such address. */
  advertiseAlternate(node: number, address: Address | null): void;
  setRack(node: number, rackId: number): void;
  /** Moves the clock, so that records expire. */
  advanceClock(milliseconds: number): void;
}

export function createKnobs(cluster: Cluster, clock: { offsetMs: number }): Knobs {
  const setStatistic: Knobs['setStatistic'] = (index, context, name, value) => {
    const node = cluster.nodes[index];
    if (!node) return;
    const own = node.overrides.get(context) ?? new Map<string, string>();
    node.overrides.set(context, own);
    if (value === null) own.delete(name);
    else own.set(name, value);
  };
  /** What clients look at again when the generations rise. */
  const change = (index: number, facts: Partial<ClusterNode>): void => {
    const node = cluster.nodes[index];
    if (!node) return;
    Object.assign(node, facts);
    announce(cluster);
  };
  return {
    setStatistic,
    setConfig: (index, context, name, value) => {
      const config = cluster.nodes[index]?.config;
      if (context === 'service' || context === 'network' || context === 'security') config?.[context].set(name, value);
      else config?.namespaces.get(context.replace(/^namespace\//, ''))?.set(name, value);
    },
    setStopWrites: (namespace, isStopped) => {
      for (const { index } of cluster.nodes)
        setStatistic(index, `namespace/${namespace}`, 'stop_writes', isStopped ? 'true' : null);
    },
    setFill: (name, part) => {
      const namespace = cluster.namespaces.get(name);
      if (namespace) namespace.ballast = part;
    },
    setSplit: (index, clusterKey) => {
      setStatistic(index, 'service', 'cluster_key', clusterKey);
      setStatistic(index, 'service', 'cluster_integrity', 'false');
    },
    setClockSkew: (index, milliseconds) =>
      setStatistic(index, 'service', 'cluster_clock_skew_ms', String(milliseconds)),
    setDeadPartitions: (index, namespace, count) =>
      setStatistic(index, `namespace/${namespace}`, 'dead_partitions', String(count)),
    setMigrations: (index, namespace, partitions) => {
      const value = partitions === 0 ? null : String(partitions);
      setStatistic(index, `namespace/${namespace}`, 'migrate_tx_partitions_remaining', value);
      setStatistic(index, `namespace/${namespace}`, 'migrate_rx_partitions_remaining', value);
      setStatistic(index, 'service', 'migrate_partitions_remaining', value);
    },
    setIndexLoad: (namespace, name, percent) => {
      const index = cluster.namespaces.get(namespace)?.indexes.get(name);
      if (index) index.loadPercent = percent;
    },
    addJob: (job) =>
      cluster.jobs.set(job.id, { set: '', index: '', progressPercent: 0, startedMs: cluster.now(), ...job }),
    setBusy: (digest, isBusy) => {
      if (isBusy) cluster.busyKeys.add(digest);
      else cluster.busyKeys.delete(digest);
    },
    advertise: (index, address) => change(index, { advertised: address }),
    advertiseAlternate: (index, address) => change(index, { alternate: address }),
    setRack: (index, rackId) => change(index, { rackId }),
    advanceClock: (milliseconds) => {
      clock.offsetMs += milliseconds;
    },
  };
}

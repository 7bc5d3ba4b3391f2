import { code, refuse } from './codes.ts';
import { effectiveReplication, ownersOf, ownershipMap, rebalance, type Cluster, type ClusterNode } from './cluster.ts';
import type { InfoCommands, InfoRequest } from './info-command.ts';
import { statisticsOf } from './statistics.ts';
import { partitionCount, type Namespace } from './store.ts';

/** Who is in the cluster, where clients find it, and who owns which partition. */
export const clusterCommands: InfoCommands = {
  'peers-generation': { answer: ({ cluster }) => String(cluster.generation) },
  'partition-generation': { answer: ({ cluster }) => String(cluster.generation) },
  'rebalance-generation': { answer: ({ cluster }) => String(cluster.generation) },
  'peers-clear-std': { answer: (request) => peers(request, false, address) },
  'peers-clear-alt': { answer: (request) => peers(request, false, alternate) },
  'peers-tls-std': { isEnterprise: true, answer: (request) => peers(request, true, address) },
  'peers-tls-alt': { isEnterprise: true, answer: (request) => peers(request, true, alternate) },
  'alumni-clear-std': { answer: (request) => peers(request, false, address) },
  'alumni-tls-std': { isEnterprise: true, answer: (request) => peers(request, true, address) },
  'service-clear-std': { answer: ({ cluster, node }) => (cluster.isTls ? '' : address(node)) },
  'service-clear-alt': { answer: ({ cluster, node }) => (cluster.isTls ? '' : alternate(node)) },
  'service-tls-std': { isEnterprise: true, answer: ({ cluster, node }) => (cluster.isTls ? address(node) : '') },
  'service-tls-alt': { isEnterprise: true, answer: ({ cluster, node }) => (cluster.isTls ? alternate(node) : '') },
  'admin-clear-std': { answer: () => '' },
  service: { isDeprecated: true, answer: ({ node }) => address(node) },
  services: { isDeprecated: true, answer: ({ cluster, node }) => others(cluster, node).map(address).join(';') },
  'services-alumni': {
    isDeprecated: true,
    answer: ({ cluster, node }) => others(cluster, node).map(address).join(';'),
  },
  endpoints: {
    answer: ({ node }) => `service.port=${node.port};service.addresses=127.0.0.1;service.access-port=${node.port}`,
  },
  partitions: { isDeprecated: true, answer: () => String(partitionCount) },
  replicas: { answer: ({ cluster, node, param }) => replicas(cluster, node, Number(param('max') ?? 0), true) },
  // Of older clients, without the regime; the masters' also without their number.
  'replicas-all': { isDeprecated: true, answer: ({ cluster, node }) => replicas(cluster, node, 0, false) },
  'replicas-master': {
    isDeprecated: true,
    answer: ({ cluster, node }) => replicas(cluster, node, 1, false).replace(/:1,/g, ':'),
  },
  'partition-info': { answer: partitionInfo },
  'cluster-stable': { answer: clusterStable },
  // The principal first.
  'get-sl': { answer: ({ cluster }) => ids(cluster).reverse().join() },
  recluster: { permission: 'service-ctrl', answer: recluster },
  roster: { isEnterprise: true, answer: (request) => perNamespace(request, () => rosterOf(request.cluster)) },
  racks: {
    isEnterprise: true,
    answer: (request) => perNamespace(request, () => racks(request.cluster)),
  },
  'rack-ids': {
    isEnterprise: true,
    answer: ({ cluster, node }) => [...cluster.namespaces.keys()].map((n) => `${n}:${node.rackId}`).join(';'),
  },
  quiesce: { isEnterprise: true, permission: 'service-ctrl', answer: () => 'ok' },
  'quiesce-undo': { isEnterprise: true, permission: 'service-ctrl', answer: () => 'ok' },
  'roster-set': { isEnterprise: true, permission: 'service-ctrl', answer: () => 'ok' },
  revive: { isEnterprise: true, permission: 'service-ctrl', answer: () => 'ok' },
  'xdr-dc-state': { isEnterprise: true, answer: () => '' },
  masking: { isEnterprise: true, permission: 'masking-admin', answer: () => '' },
  'masking-show': { isEnterprise: true, answer: () => '' },
};

const others = (cluster: Cluster, node: ClusterNode): ClusterNode[] =>
  cluster.nodes.filter((other) => other.isUp && other !== node);

const ids = (cluster: Cluster): string[] => cluster.nodes.filter(({ isUp }) => isUp).map(({ id }) => id);

function address({ advertised, port }: ClusterNode): string {
  return advertised ? `${advertised.host}:${advertised.port}` : `127.0.0.1:${port}`;
}

const alternate = ({ alternate: published }: ClusterNode): string =>
  published ? `${published.host}:${published.port}` : '';

/** `rack_1=A1,B1:rack_2=C1` */
function racks({ nodes }: Cluster): string {
  const members = new Map<number, string[]>();
  for (const { id, rackId } of nodes.filter(({ isUp }) => isUp))
    members.set(rackId, [...(members.get(rackId) ?? []), id]);
  return [...members].map(([rack, of]) => `rack_${rack}=${of.join()}`).join(':');
}

/** `generation,default port,[[node id,TLS name,[address]],…]`. A node without such an address is left out, as the server does. */
function peers({ cluster, node }: InfoRequest, isTls: boolean, addressOf: (node: ClusterNode) => string): string {
  const list = isTls === cluster.isTls ? others(cluster, node).filter((peer) => addressOf(peer) !== '') : [];
  const each = list.map((peer) => `[${peer.id},${isTls ? cluster.tlsName : ''},[${addressOf(peer)}]]`);
  return `${cluster.generation},${isTls ? 4333 : 3000},[${each.join(',')}]`;
}

function replicas(cluster: Cluster, node: ClusterNode, max: number, withRegime: boolean): string {
  return [...cluster.namespaces.values()]
    .map((namespace) => {
      const all = Math.max(1, effectiveReplication(cluster, namespace));
      const count = max > 0 ? Math.min(max, all) : all;
      const maps = Array.from({ length: count }, (_, index) => ownershipMap(cluster, namespace, node, index));
      return `${namespace.name}:${withRegime ? '0,' : ''}${[count, ...maps].join(',')}`;
    })
    .join(';');
}

const partitionColumns =
  'namespace:partition:state:n_replicas:replica:succession:n_dupl:working_master:proxy_dst:emigrates:lead_emigrates:' +
  'immigrates:records:tombstones:regime:tree_id:version:final_version';

/** The principal alone does so. Until then nodes go on as they agreed when the cluster last formed. */
function recluster({ cluster, node }: InfoRequest): string {
  const up = cluster.nodes.filter(({ isUp }) => isUp);
  if (node !== up.at(-1)) return 'ignored-by-non-principal';
  for (const namespace of cluster.namespaces.values()) {
    const wanted = up.map(({ config }) => Number(config.namespaces.get(namespace.name)?.get('replication-factor')));
    namespace.replicationFactor = Math.min(...wanted);
  }
  rebalance(cluster);
  return 'ok';
}

function partitionInfo({ cluster, node }: InfoRequest): string {
  const rows = [partitionColumns];
  for (const namespace of cluster.namespaces.values())
    for (let id = 0; id < partitionCount; id += 1) rows.push(partitionRow(cluster, namespace, node, id));
  return rows.join(';');
}

function partitionRow(cluster: Cluster, namespace: Namespace, node: ClusterNode, id: number): string {
  const owners = ownersOf(cluster, namespace, id);
  const replica = owners.indexOf(node);
  const [master] = owners;
  const records = replica === -1 ? 0 : (namespace.partitions[id]?.size ?? 0);
  const version = `${cluster.key.toLowerCase()}.0.${replica === 0 ? 'mp-' : '-p-'}`;
  const row = [namespace.name, id, replica === -1 ? 'A' : 'S', owners.length, replica, Math.max(0, replica), 0];
  return [...row, replica === 0 ? node.id : 0, master?.id ?? 0, 0, 0, 0, records, 0, 0, 1, version, version].join(':');
}

function clusterStable(request: InfoRequest): string {
  const { cluster, node, param } = request;
  const size = param('size');
  if (size !== undefined && !/^\d{1,3}$/.test(size)) refuse(code.parameter, 'bad size');
  if (size !== undefined && Number(size) !== ids(cluster).length)
    refuse(code.clusterKeyMismatch, 'cluster not specified size');
  if (param('namespace') !== undefined) request.namespace();
  const isMigrating = Number(statisticsOf(cluster, node).get('migrate_partitions_remaining')) > 0;
  if (isMigrating && param('ignore-migrations') !== 'true') refuse(code.clusterKeyMismatch, 'unstable cluster');
  return cluster.key;
}

function perNamespace(request: InfoRequest, answer: () => string): string {
  if (request.param('namespace') !== undefined) {
    request.namespace();
    return answer();
  }
  return [...request.cluster.namespaces.keys()].map((name) => `ns=${name}:${answer()}`).join(';');
}

const rosterOf = (cluster: Cluster): string => `roster=null:pending_roster=null:observed_nodes=${ids(cluster).join()}`;

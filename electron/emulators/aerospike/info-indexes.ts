import { code, refuse } from './codes.ts';
import { effectiveReplication, type Cluster } from './cluster.ts';
import type { InfoCommands, InfoRequest } from './info-command.ts';
import { entriesOf } from './query-index.ts';
import type { Index, Namespace } from './store.ts';

/** Secondary indexes: made, removed, listed. */
export const indexCommands: InfoCommands = {
  'sindex-create': { permission: 'sindex-admin', answer: create },
  'sindex-delete': {
    permission: 'sindex-admin',
    answer: ({ cluster, required }) => {
      const name = required('indexname');
      cluster.namespaces.get(required('namespace', 'ns'))?.indexes.delete(name);
      return 'ok';
    },
  },
  'sindex-exists': {
    permission: 'sindex-admin',
    answer: (request) => String(request.namespace('ns').indexes.has(request.required('indexname'))),
  },
  'sindex-list': { answer: (request) => list(request, request.param('namespace', 'ns') !== undefined) },
  sindex: {
    isDeprecated: true,
    answer: (request) => {
      const [name = '', index] = request.rest.split('/');
      const namespace = request.cluster.namespaces.get(name);
      if (name !== '' && !namespace) return 'ns_type=unknown';
      if (namespace && index !== undefined) return statistic(request, namespace, index);
      return told(namespace ? [namespace] : [...request.cluster.namespaces.values()]);
    },
  },
  'sindex-stat': {
    answer: (request) => {
      const index = request.required('indexname');
      return statistic(request, request.namespace('ns'), index);
    },
  },
};

const types = ['numeric', 'string', 'blob', 'geo2dsphere'] as const;
const collections = ['default', 'list', 'mapkeys', 'mapvalues'] as const;

function create(request: InfoRequest): string {
  const { cluster, param, required } = request;
  const name = required('indexname');
  const namespaceName = required('namespace', 'ns');
  const givenCollection = param('indextype')?.toLowerCase() ?? 'default';
  const data = param('indexdata')?.split(',');
  if (data) request.deprecated();
  const [dataBin, dataType] = data ?? [];
  const givenType = param('type') ?? dataType;
  const collection = collections.find((one) => one === givenCollection);
  if (!collection)
    return refuse(code.parameter, "bad 'indextype' - must be one of 'default', 'list', 'mapkeys', 'mapvalues'");
  if (givenType === undefined)
    return refuse(code.parameter, data ? "'indexdata' missing bin type" : "both 'indexdata' and 'type' are missing");
  const type = types.find((one) => one === givenType.toLowerCase());
  if (!type)
    return refuse(
      code.parameter,
      `bad ${data ? "'indexdata' bin type" : "'type'"} - must be one of 'numeric', 'string', 'blob', 'geo2dsphere'`,
    );
  const bin = param('bin') ?? dataBin;
  const expression = param('exp') ?? null;
  if (bin === undefined && expression === null) refuse(code.parameter, "both 'bin' and 'exp' are missing");
  if (bin !== undefined && bin.length > 15) refuse(code.parameter, "'indexdata' bin name too long");
  const index: Index = {
    name,
    set: param('set') ?? '',
    bin: bin ?? '',
    type,
    collection,
    context: param('context') ?? null,
    expression,
    loadPercent: 100,
  };
  keep(cluster, namespaceName, index);
  return 'ok';
}

/** The same definition again is fine, and so is a namespace that is not here; another one under the name is not. */
function keep(cluster: Cluster, namespaceName: string, index: Index): void {
  const namespace = cluster.namespaces.get(namespaceName);
  if (!namespace) return;
  const same = [...namespace.indexes.values()].find((other) => definition(other) === definition(index));
  const named = namespace.indexes.get(index.name);
  if (named && named !== same) refuse(code.indexFound, "'indexname' already exists with different definition");
  if (same) namespace.indexes.delete(same.name);
  namespace.indexes.set(index.name, index);
}

const definition = ({ set, bin, type, collection, context, expression }: Index): string =>
  JSON.stringify([set, bin, type, collection, context, expression]);

function list(request: InfoRequest, isOne: boolean): string {
  const all = [...request.cluster.namespaces.values()];
  if (!isOne) return told(all);
  const one = request.cluster.namespaces.get(request.required('namespace', 'ns'));
  // Each of the server's namespaces says so, one after the other.
  return one ? told([one]) : all.map(() => `ERROR:${code.namespace}:namespace not found on node`).join(';');
}

const told = (namespaces: readonly Namespace[]): string =>
  namespaces
    .flatMap(({ name, indexes }) =>
      [...indexes.values()].map((index) =>
        [
          `ns=${name}:indexname=${index.name}:set=${index.set || 'null'}:bin=${index.bin || 'null'}`,
          `type=${index.type}:indextype=${index.collection}:context=${index.context ?? 'null'}`,
          `exp=${index.expression ?? 'null'}:state=${index.loadPercent === 100 ? 'RW' : 'WO'}`,
        ].join(':'),
      ),
    )
    .join(';');

function statistic({ cluster, node }: InfoRequest, namespace: Namespace, name: string): string {
  const index = namespace.indexes.get(name);
  if (!index) return refuse(code.indexNotFound, 'no index');
  // Measured on 8.1.2: a node counts its copies too, so with two of each record on two nodes each tells all of them.
  const up = Math.max(1, cluster.nodes.filter(({ isUp }) => isUp).length);
  const copies = entriesOf(cluster, namespace, index) * effectiveReplication(cluster, namespace);
  const entries = Math.round(copies / up);
  const statistics: [string, string | number][] = [
    ['entries', entries],
    ['used_bytes', 16_777_216],
    ['entries_per_bval', entries === 0 ? 0 : 1],
    ['entries_per_rec', entries === 0 ? 0 : 1],
    ['load_pct', index.loadPercent],
    ['load_time', 1],
    ['stat_gc_recs', 0],
  ];
  const wished = node.overrides.get(`sindex/${namespace.name}/${name}`);
  return statistics.map(([key, value]) => `${key}=${wished?.get(key) ?? value}`).join(';');
}

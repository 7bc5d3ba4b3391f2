import { joined } from './config.ts';
import { histogramNames, type HistogramName } from './counters.ts';
import { code, refuse } from './codes.ts';
import type { InfoCommands, InfoRequest } from './info-command.ts';
import { olderNamespace, olderSet } from './older-names.ts';
import { namespaceStatisticsOf, recordsOn, statisticsOf } from './statistics.ts';
import { effectiveReplication } from './cluster.ts';
import { epochMs, storedBytes, type Namespace, type SetState } from './store.ts';

/** What is in the namespaces and sets, what was done, and how long it took. */
export const statisticCommands: InfoCommands = {
  statistics: { answer: ({ cluster, node }) => joined(statisticsOf(cluster, node)) },
  objects: { isDeprecated: true, answer: ({ cluster, node }) => statisticsOf(cluster, node).get('objects') ?? '0' },
  namespaces: { answer: ({ cluster }) => [...cluster.namespaces.keys()].join(';') },
  namespace: {
    answer: ({ cluster, node, rest }) => {
      const namespace = cluster.namespaces.get(rest);
      if (!namespace) return 'type=unknown';
      const statistics = olderNamespace(cluster.build, namespaceStatisticsOf(cluster, node, namespace));
      return joined([...statistics, ...(node.config.namespaces.get(rest) ?? [])]);
    },
  },
  sets: { answer: sets },
  latencies: { answer: latencies },
  histogram: { answer: histogram },
  'best-practices': {
    answer: ({ node }) => `failed_best_practices=${node.overrides.get('best-practices')?.get('failed') ?? 'none'}`,
  },
  'health-outliers': { answer: ({ node }) => node.overrides.get('health-outliers')?.get('outliers') ?? '' },
  'health-stats': { answer: () => '' },
  'index-pressure': { answer: ({ cluster }) => [...cluster.namespaces.keys()].map((name) => `${name}:0:0`).join(';') },
  'get-stats': {
    answer: ({ required }) => (required('context') === 'xdr' ? '' : refuse(code.parameter, 'unknown context')),
  },
};

function sets({ cluster, node, rest }: InfoRequest): string {
  const [name = '', set] = rest.split('/');
  const namespace = cluster.namespaces.get(name);
  if (rest !== '' && !namespace) return 'ns_type=unknown';
  const told = (one: Namespace, state: SetState): string => {
    // On one node lies its part of all copies.
    const part = effectiveReplication(cluster, one) / Math.max(1, cluster.nodes.filter(({ isUp }) => isUp).length);
    const wished = node.overrides.get(`set/${one.name}/${state.name}`) ?? new Map<string, string>();
    const pairs = setPairs(one, state, part).map(([key, value]): [string, string] => [key, wished.get(key) ?? value]);
    return `${olderSet(cluster.build, new Map(pairs))};`;
  };
  if (namespace && set !== undefined) {
    const state = namespace.sets.get(set);
    return state ? told(namespace, state) : '';
  }
  const all = namespace ? [namespace] : [...cluster.namespaces.values()];
  return all
    .flatMap((one) => [...one.sets.values()].map((state) => `ns=${one.name}:set=${state.name}:${told(one, state)}`))
    .join('');
}

function setPairs(namespace: Namespace, state: SetState, part: number): [string, string][] {
  const indexes = [...namespace.indexes.values()].filter(({ set }) => set === state.name).length;
  const tombstones = [...namespace.tombstones.values()].filter((set) => set === state.name).length;
  const config = (name: string, normally: string): [string, string] => [name, state.config.get(name) ?? normally];
  return [
    ['objects', String(Math.round(state.objects * part))],
    ['tombstones', String(Math.round(tombstones * part))],
    ['data_used_bytes', String(Math.round(state.bytes * part))],
    ['truncate_lut', String(state.truncatedMs === 0 ? 0 : state.truncatedMs - epochMs)],
    ['sindexes', String(indexes)],
    ['index_populating', 'false'],
    ['truncating', 'false'],
    config('default-read-touch-ttl-pct', '0'),
    config('default-ttl', '0'),
    config('disable-eviction', 'false'),
    config('enable-index', 'false'),
    config('stop-writes-count', '0'),
    config('stop-writes-size', '0'),
  ];
}

function latencies({ cluster, node, param }: InfoRequest): string {
  const wanted = param('hist');
  const perSecond = Math.max(1, (cluster.now() - node.startedMs) / 1000);
  const one = (namespace: string, name: HistogramName): string => {
    const buckets = node.counters.histogram(namespace, name);
    const title = namespace === '' ? name : `{${namespace}}-${name}`;
    const total = buckets.reduce((sum, count) => sum + count, 0);
    if (total === 0) return `${title}:`;
    let above = total;
    const percents = buckets.map((count) => ((100 * (above -= count)) / total).toFixed(2));
    return `${title}:msec,${(total / perSecond).toFixed(1)},${percents.join(',')}`;
  };
  if (wanted === undefined) {
    const names = histogramNames.filter((name) => name !== 'batch-index');
    const rest = [...cluster.namespaces.keys()].flatMap((namespace) => names.map((name) => one(namespace, name)));
    return [one('', 'batch-index'), ...rest].join(';');
  }
  const [, namespace = '', name = wanted] = /^\{(.*)\}-(.*)$/.exec(wanted) ?? [];
  const known = histogramNames.find((candidate) => candidate === name);
  if (!known || (namespace !== '' && !cluster.namespaces.has(namespace)))
    return refuse(code.parameter, 'bad hist name');
  return one(namespace, known);
}

const histogramTypes = ['ttl', 'object-size', 'object-size-linear'];

function histogram(request: InfoRequest): string {
  const namespace = request.namespace();
  const type = request.required('type');
  const set = request.param('set');
  if (set !== undefined && !namespace.sets.has(set)) refuse(code.parameter, 'unknown set name');
  const records = recordsOn(request.cluster, request.node, namespace).filter(
    (record) => set === undefined || record.set === set,
  );
  // None is made before there is a record.
  if (histogramTypes.includes(type) && records.length === 0) return '';
  const nowSeconds = (request.cluster.now() - epochMs) / 1000;
  switch (type) {
    case 'ttl':
      // What never expires is in the first bucket too, as on a real server.
      return linear(
        'seconds',
        records.map(({ voidTime }) => Math.max(0, voidTime - nowSeconds)),
      );
    case 'object-size-linear':
      return linear('bytes', records.map(storedBytes), 1_048_576, 1024);
    case 'object-size':
      return logarithmic(records.map(storedBytes));
    default:
      return refuse(code.parameter, 'unknown hist name');
  }
}

function linear(unit: string, values: readonly number[], width?: number, bucketCount = 100): string {
  const full = width ?? Math.max(100, Math.ceil(values.reduce((max, value) => Math.max(max, value), 0) / 100) * 100);
  const bucketWidth = full / bucketCount;
  const buckets = Array.from({ length: bucketCount }, () => 0);
  for (const value of values) {
    const bucket = Math.min(bucketCount - 1, Math.floor(value / bucketWidth));
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  return `units=${unit}:hist-width=${full}:bucket-width=${bucketWidth}:buckets=${buckets.join(',')}`;
}

/** `[64-128)=4:[128-256)=1306` and so on, only those with something in them. */
function logarithmic(values: readonly number[]): string {
  const counts = new Map<number, number>();
  for (const value of values) {
    const power = Math.floor(Math.log2(Math.max(1, value)));
    counts.set(power, (counts.get(power) ?? 0) + 1);
  }
  const size = (power: number): string => {
    const bytes = 2 ** power;
    return bytes >= 1_048_576 ? `${bytes / 1_048_576}M` : bytes >= 1024 ? `${bytes / 1024}K` : String(bytes);
  };
  const sorted = [...counts].sort(([left], [right]) => left - right);
  return ['units=bytes', ...sorted.map(([power, n]) => `[${size(power)}-${size(power + 1)})=${n}`)].join(':');
}

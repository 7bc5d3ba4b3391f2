import type { SetFigures } from './statistics.ts';
import { amount, figure, whole, type Amount, type Facts } from './parse.ts';
import { namespaceFigures, share } from './statistics.ts';

/** How near one node's namespace or set is to a limit of its own. */
export interface Nearness {
  /** What the server compares. */
  measure: string;
  value: Amount;
  limit: Amount;
  /** 100: the limit is reached. */
  reachedPct: number;
  /** What happens there. */
  effect: 'stop writes' | 'evict';
}

/** Limits that are switched on (not 0) and whose measure the release tells, under the names of 6.x to 8.x. */
export function namespaceThresholds(facts: Facts, statistics: Facts): Nearness[] {
  const figures = namespaceFigures(facts);
  const budget = figure(facts.get('indexes-memory-budget'));
  const freeMemory = figure(statistics.get('system_free_mem_pct'));
  const indexesPct = budget ? (Number(figures.indexBytes) / budget) * 100 : null;
  const limit = (name: string): number | null => figure(facts.get(name));
  return [
    upTo(
      'data used %',
      figures.dataUsedPct,
      limit('storage-engine.stop-writes-used-pct') ?? limit('storage-engine.max-used-pct'),
      'stop writes',
    ),
    downTo(
      'data available %',
      figures.dataAvailPct,
      limit('storage-engine.stop-writes-avail-pct') ?? limit('storage-engine.min-avail-pct'),
    ),
    upTo('memory used %', figures.memoryUsedPct, limit('stop-writes-pct'), 'stop writes'),
    upTo(
      'system memory used %',
      freeMemory === null ? null : 100 - freeMemory,
      limit('stop-writes-sys-memory-pct'),
      'stop writes',
    ),
    upTo('index memory % of budget', indexesPct, budget ? 100 : null, 'stop writes'),
    upTo(
      'data used %',
      figures.dataUsedPct,
      limit('storage-engine.evict-used-pct') ?? limit('high-water-disk-pct'),
      'evict',
    ),
    upTo('memory used %', figures.memoryUsedPct, limit('high-water-memory-pct'), 'evict'),
    upTo('index memory % of budget', indexesPct, limit('evict-indexes-memory-pct'), 'evict'),
  ].filter((nearness) => nearness !== null);
}

/** A set's own limits hold per node. */
export function setThresholds(set: SetFigures): Nearness[] {
  const objects: [string, bigint, bigint] = ['objects', set.objects + set.tombstones, set.stopWritesCount];
  const bytes: [string, bigint, bigint] = ['bytes', set.bytes, set.stopWritesBytes];
  return [objects, bytes].flatMap(([measure, value, limit]): Nearness[] => {
    const reachedPct = share(value, limit);
    return reachedPct === null
      ? []
      : [{ measure, value: amount(value), limit: amount(limit), reachedPct, effect: 'stop writes' }];
  });
}

function upTo(
  measure: string,
  value: number | null,
  limit: number | null,
  effect: Nearness['effect'],
): Nearness | null {
  if (value === null || limit === null || limit === 0) return null;
  return { measure, value: round(value), limit, reachedPct: round((value / limit) * 100), effect };
}

/** Space that runs out: all of it left is 0 %, the limit is 100 %. */
function downTo(measure: string, value: number | null, limit: number | null): Nearness | null {
  if (value === null || limit === null || limit === 0) return null;
  const reachedPct = round(((100 - value) / (100 - limit)) * 100);
  return { measure, value: round(value), limit, reachedPct, effect: 'stop writes' };
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** Nodes whose figure is far above the mean of the others: at least twice it, and enough to matter. */
export function hotSpots(
  measure: string,
  byNode: readonly { node: string; value: number }[],
  least: number,
): { measure: string; node: string; value: number; mean: number }[] {
  if (byNode.length < 2) return [];
  return byNode.flatMap(({ node, value }) => {
    const others = byNode.filter((other) => other.node !== node);
    const mean = others.reduce((total, other) => total + other.value, 0) / others.length;
    return value >= least && value >= 2 * mean ? [{ measure, node, value, mean: round(mean) }] : [];
  });
}

/** What clients asked this node to do, one by one and in batches, since it started. */
export const operations = (facts: Facts): number =>
  [
    'client_read_success',
    'client_read_not_found',
    'client_write_success',
    'client_delete_success',
    'client_udf_complete',
    'batch_sub_read_success',
    'batch_sub_read_not_found',
    'batch_sub_write_success',
    'batch_sub_delete_success',
    'batch_sub_udf_complete',
  ]
    .map((name) => Number(whole(facts.get(name)) ?? 0n))
    .reduce((total, value) => total + value, 0);

import { figure, list } from './parse.ts';

/** One histogram of one node over the server's last slice (its ticker-interval, 10 s unless configured). */
export interface Latency {
  /** `{orders}-read`, `batch-index`. */
  histogram: string;
  /** Null for histograms of the whole node. */
  namespace: string | null;
  unit: 'ms' | 'µs';
  opsPerSecond: number;
  /** Percent of operations that took longer than 2^index units. */
  over: readonly number[];
}

/**
 * `{orders}-read:msec,100.0,0.30,…;{orders}-write:;…`: histograms without a figure are of operations that have not
 * happened yet, and are left out. What cannot be read is left out too.
 */
export function latencies(text: string): Latency[] {
  return list(text).flatMap((entry): Latency[] => {
    // A namespace may hold no colon, so the last one ends the histogram's name.
    const at = entry.lastIndexOf(':');
    if (at < 1) return [];
    const histogram = entry.slice(0, at);
    const [unit, ...figures] = entry.slice(at + 1).split(',');
    const numbers = figures.map(figure).filter((value) => value !== null);
    const [opsPerSecond, ...over] = numbers;
    if ((unit !== 'msec' && unit !== 'usec') || opsPerSecond === undefined || numbers.length !== figures.length) {
      return [];
    }
    const namespace = /^\{([^}]*)\}/.exec(histogram)?.[1] ?? null;
    return [{ histogram, namespace, unit: unit === 'msec' ? 'ms' : 'µs', opsPerSecond, over }];
  });
}

/** Percent slower than `threshold` units, a power of two; 0 beyond what the server counts. */
export const overThreshold = ({ over }: Latency, threshold: number): number => over[Math.log2(threshold)] ?? 0;

/** The least threshold that at most one operation in a hundred exceeds: an upper bound for the 99th percentile. */
export function p99Bound({ over }: Latency): number | null {
  const at = over.findIndex((percent) => percent <= 1);
  return at === -1 ? null : 2 ** at;
}

/** Slices of one histogram as one: shares weigh as much as the operations they are of. */
export function joined(slices: readonly Latency[]): Latency | null {
  const [first] = slices;
  if (!first) return null;
  const operations = slices.reduce((total, { opsPerSecond }) => total + opsPerSecond, 0);
  const weighed = (at: number): number =>
    slices.reduce((total, { opsPerSecond, over }) => total + opsPerSecond * (over[at] ?? 0), 0);
  const rounded = (value: number): number => Math.round(value * 100) / 100;
  return {
    ...first,
    opsPerSecond: rounded(operations / slices.length),
    over: first.over.map((_, at) => (operations === 0 ? 0 : rounded(weighed(at) / operations))),
  };
}

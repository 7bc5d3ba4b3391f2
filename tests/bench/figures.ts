/** Median of samples; benchmarks quote this and the ratio to a baseline of the same run. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [sorted[middle - (sorted.length % 2 === 0 ? 1 : 0)], sorted[middle]];
  return (low + high) / 2;
}

export const percentile = (samples: readonly number[], share: number): number =>
  [...samples].sort((a, b) => a - b)[Math.min(samples.length - 1, Math.floor(samples.length * share))] ?? Number.NaN;

/** Takes turns, A B A B …, so that a machine that gets slower meanwhile slows both. */
export async function alternate(
  rounds: number,
  measures: Record<string, () => Promise<number>>,
): Promise<Record<string, number[]>> {
  const samples: Record<string, number[]> = Object.fromEntries(Object.keys(measures).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, measure] of Object.entries(measures)) samples[name]?.push(await measure());
  }
  return samples;
}

export async function timed(action: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await action();
  return performance.now() - startMs;
}

export const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} ms`;

/** One line of the report: what, the figure, the baseline or the aim beside it. */
export function row(what: string, figure: string, beside = ''): void {
  process.stdout.write(`${what.padEnd(46)} ${figure.padStart(14)}  ${beside}\n`);
}

import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { defineTool, type ToolContext } from '../../kit/define-tool.ts';
import { table } from '../../kit/table.ts';
import { ToolError } from '../../kit/tool-error.ts';
import { infoCommand } from '../info/command.ts';
import { askOrFail, type Answers } from '../ops/ask.ts';
import { joined, latencies as parse, overThreshold, p99Bound, type Latency } from '../ops/latencies.ts';
import { Filter, NodeId } from '../ops/names.ts';
import { partialNote, reachOf, readReach } from '../ops/reach.ts';
import { isInScope, type OpsServices } from '../ops/services.ts';
import { lines, partialShape } from '../ops/shapes.ts';

const Row = z.object({
  histogram: z.string(),
  node: z.string(),
  opsPerSecond: z.number(),
  /** `ms`, or `µs` where the node counts in microseconds. */
  unit: z.string(),
  /** Percent slower than so many units. */
  over1: z.number(),
  over8: z.number(),
  over64: z.number(),
  /** 99 of 100 were at most this slow; null beyond the histogram. */
  p99AtMost: z.number().nullable(),
});

const maxRows = 200;
/** The server's own slice unless it is configured otherwise (ticker-interval). */
const sliceSeconds = 10;

export const latencies = defineTool({
  name: 'aerospike_latencies',
  title: 'Latencies',
  description:
    'Ops/s and share of slow operations by node, of the last 10 s or the next `seconds`; `histogram` e.g. read.',
  toolset: 'cluster',
  role: 'read-only',
  effect: 'read',
  example: { histogram: 'read' },
  input: z.object({
    histogram: Filter.optional(),
    node: NodeId.optional(),
    seconds: z.int().min(10).max(120).optional(),
  }),
  output: z.object({
    latencies: z.array(Row),
    /** Histograms without an operation in the window. */
    idle: z.array(z.string()),
    ...partialShape,
  }),
  async run({ histogram = '', node, seconds = 0 }, { connection, profile }: OpsServices, context) {
    // Until 7.1 a command without a colon is not answered, so it is given a parameter that no release knows.
    const command = infoCommand('latencies', { v: '2' });
    const read = (): Promise<Answers> => askOrFail(connection, command, node === undefined ? 'all' : { node }, context);
    const samples = await slices(read, Math.floor(seconds / sliceSeconds), context);
    const refused = (samples.at(-1)?.refused ?? []).map((refusal) => refusal.node);
    const reach = node === undefined ? await readReach(connection, context, refused) : reachOf([node], [], refused);
    const all = overTime(samples);
    const visible = all.filter(({ namespace }) => namespace === null || isInScope(profile, namespace));
    const wanted = visible.filter((latency) => latency.histogram.includes(histogram));
    if (wanted.length === 0 && visible.length > 0) throw unknownHistogram(histogram, visible);
    const busy = wanted.filter(({ opsPerSecond }) => opsPerSecond > 0);
    const isBusy = new Set(busy.map((latency) => latency.histogram));
    return {
      latencies: busy.map(rowOf).sort(slowestFirst).slice(0, maxRows),
      idle: [...new Set(wanted.map((latency) => latency.histogram))].filter((name) => !isBusy.has(name)),
      ...partialNote(reach, 'nothing is told of the others'),
    };
  },
  text: ({ latencies: rows, idle, note }) =>
    lines(
      table('Latencies (% slower than 1, 8, 64 units)', rows, Row.keyof().options),
      idle.length > 0 && `No operations: ${idle.join(', ')}`,
      note,
    ),
});

/** What the server tells now, and again after each of `more` slices. */
async function slices(read: () => Promise<Answers>, more: number, context: ToolContext): Promise<Answers[]> {
  const samples = more === 0 ? [await read()] : [];
  for (let at = 1; at <= more; at += 1) {
    await wait(sliceSeconds * 1000, undefined, { signal: context.signal });
    context.progress(at, more, `Slice ${at} of ${more}`);
    samples.push(await read());
  }
  return samples;
}

function overTime(samples: readonly Answers[]): (Latency & { node: string })[] {
  const series = new Map<string, (Latency & { node: string })[]>();
  for (const [node, text] of samples.flatMap(({ byNode }) => [...byNode])) {
    for (const latency of parse(text)) {
      const key = `${node} ${latency.histogram}`;
      series.set(key, [...(series.get(key) ?? []), { node, ...latency }]);
    }
  }
  return [...series.values()].flatMap((of) => {
    const whole = joined(of);
    return whole === null ? [] : [{ node: of[0]?.node ?? '', ...whole }];
  });
}

const rowOf = (latency: Latency & { node: string }): z.input<typeof Row> => ({
  histogram: latency.histogram,
  node: latency.node,
  opsPerSecond: latency.opsPerSecond,
  unit: latency.unit,
  over1: overThreshold(latency, 1),
  over8: overThreshold(latency, 8),
  over64: overThreshold(latency, 64),
  p99AtMost: p99Bound(latency),
});

const slowestFirst = (a: z.input<typeof Row>, b: z.input<typeof Row>): number =>
  b.over64 - a.over64 || b.over8 - a.over8 || b.over1 - a.over1 || a.histogram.localeCompare(b.histogram);

const unknownHistogram = (name: string, known: readonly Latency[]): ToolError =>
  new ToolError(
    'not-found',
    `There is no histogram with "${name}" in its name.`,
    `There is: ${[...new Set(known.map(({ histogram }) => histogram))].slice(0, 30).join(', ')}.`,
  );

import { z } from 'zod';
import { defineTool } from '../../kit/define-tool.ts';
import { table } from '../../kit/table.ts';
import { eachNamespace, readSets, takeSnapshot, type Snapshot } from '../ops/cluster.ts';
import { NamespaceName } from '../ops/names.ts';
import { figure } from '../ops/parse.ts';
import { partialNote, without } from '../ops/reach.ts';
import type { OpsServices } from '../ops/services.ts';
import { AmountShape, lines, partialShape } from '../ops/shapes.ts';
import { namespaceFigures } from '../ops/statistics.ts';
import { hotSpots, namespaceThresholds, operations, setThresholds } from '../ops/thresholds.ts';

const Row = z.object({
  namespace: z.string(),
  set: z.string().nullable(),
  node: z.string(),
  measure: z.string(),
  value: AmountShape,
  limit: AmountShape,
  /** 100: reached. */
  reachedPct: z.number(),
  effect: z.string(),
});
const HotSpot = z.object({ measure: z.string(), node: z.string(), value: z.number(), mean: z.number() });

const maxRows = 60;
const maxStoppedSets = 30;

export const stopWrites = defineTool({
  name: 'aerospike_stop_writes',
  title: 'Limits and hot spots',
  description: 'How near namespaces and sets are to stop-writes and eviction, and nodes above the others.',
  toolset: 'cluster',
  role: 'read-only',
  effect: 'read',
  example: { namespace: 'test' },
  input: z.object({ namespace: NamespaceName.optional() }),
  output: z.object({
    /** Namespaces, and sets at a limit of their own, by node. */
    stopped: z.array(z.string()),
    /** The fullest node of each limit, nearest first. */
    limits: z.array(Row),
    hotSpots: z.array(HotSpot),
    ...partialShape,
  }),
  async run({ namespace }, services: OpsServices, context) {
    const snapshot = await takeSnapshot(services, context, namespace);
    const sets = await eachNamespace(snapshot.namespaces, (name) => readSets(services, name, context));
    const rows = snapshot.nodes.flatMap(({ id: node, namespaces, statistics }) =>
      [...namespaces].flatMap(([name, facts]) => [
        ...namespaceThresholds(facts, statistics).map((near) => ({ namespace: name, set: null, node, ...near })),
        ...(sets.get(name)?.byNode.get(node) ?? []).flatMap((figures) =>
          setThresholds(figures).map((near) => ({ namespace: name, set: figures.set, node, ...near })),
        ),
      ]),
    );
    return {
      stopped: [...stoppedNamespaces(snapshot), ...stoppedSets(rows)],
      limits: nearestNodes(rows).slice(0, maxRows),
      hotSpots: spots(snapshot),
      ...partialNote(
        without(
          snapshot.reach,
          [...sets.values()].flatMap(({ silent }) => silent),
        ),
      ),
    };
  },
  text: ({ stopped, limits, hotSpots: hot, note }) =>
    lines(
      stopped.length > 0 ? `WRITES ARE STOPPED: ${stopped.join('; ')}` : 'No namespace and no set refuses writes.',
      table('Limits, fullest node of each', limits, Row.keyof().options),
      hot.length > 0 && table('Far above the other nodes', hot, HotSpot.keyof().options),
      note,
    ),
});

const stoppedNamespaces = ({ nodes }: Snapshot): string[] =>
  nodes.flatMap(({ id, namespaces }) =>
    [...namespaces].flatMap(([name, facts]) => {
      const { stopWrites: isStopped, clockSkewStopWrites } = namespaceFigures(facts);
      return isStopped || clockSkewStopWrites ? [`${name} on ${id}${clockSkewStopWrites ? ' (clock skew)' : ''}`] : [];
    }),
  );

/** What the server says of a set's own limit nowhere but in its refusals: bytes may be as many as the limit. */
function stoppedSets(rows: readonly z.input<typeof Row>[]): string[] {
  const sets = rows
    .filter(({ set, measure, value, limit }) => {
      const beyond = Number(value) - Number(limit);
      return set !== null && (measure === 'objects' ? beyond >= 0 : beyond > 0);
    })
    .map(
      ({ namespace, set, node, measure, value, limit }) =>
        `set ${namespace}.${set ?? ''} on ${node} takes no ${measure === 'objects' ? 'new records' : 'writes'} (${value} ${measure} of ${limit})`,
    );
  return sets.length <= maxStoppedSets
    ? sets
    : [...sets.slice(0, maxStoppedSets), `and ${sets.length - maxStoppedSets} more sets`];
}

/** One row per limit: what counts is the node that gets there first. */
function nearestNodes(rows: readonly z.input<typeof Row>[]): z.input<typeof Row>[] {
  const nearest = new Map<string, z.input<typeof Row>>();
  for (const row of rows) {
    const key = [row.namespace, row.set, row.measure, row.effect].join('|');
    if (row.reachedPct > (nearest.get(key)?.reachedPct ?? -1)) nearest.set(key, row);
  }
  return [...nearest.values()].sort((a, b) => b.reachedPct - a.reachedPct);
}

function spots({ nodes, namespaces }: Snapshot): z.input<typeof HotSpot>[] {
  const ofNode = (name: string): { node: string; value: number }[] =>
    nodes.map(({ id, statistics }) => ({ node: id, value: figure(statistics.get(name)) ?? 0 }));
  return [
    ...hotSpots('connections', ofNode('client_connections'), 100),
    ...namespaces.flatMap((name) => {
      const held = nodes.flatMap(({ id, namespaces: of }) => {
        const facts = of.get(name);
        return facts ? [{ node: id, facts }] : [];
      });
      const bytes = held.map(({ node, facts }) => ({
        node,
        value: Number(namespaceFigures(facts).dataUsedBytes ?? 0n),
      }));
      const calls = held.map(({ node, facts }) => ({ node, value: operations(facts) }));
      return [
        ...hotSpots(`operations on ${name} since start`, calls, 10_000),
        ...hotSpots(`data of ${name}, bytes`, bytes, 2 ** 27),
      ];
    }),
  ];
}

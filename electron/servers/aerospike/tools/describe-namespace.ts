import { z } from 'zod';
import { defineTool, type ToolContext } from '../../kit/define-tool.ts';
import { table } from '../../kit/table.ts';
import { infoCommand } from '../info/command.ts';
import { namespaceTotals, setTotals } from '../ops/aggregate.ts';
import { ask } from '../ops/ask.ts';
import { readSets, takeSnapshot } from '../ops/cluster.ts';
import { distribution, lifetimes, type Distribution } from '../ops/histogram.ts';
import { NamespaceName } from '../ops/names.ts';
import { amount, figure, noFacts, plainValue, whole, type Facts } from '../ops/parse.ts';
import { partialNote, without } from '../ops/reach.ts';
import type { OpsServices } from '../ops/services.ts';
import { AmountShape, lines, partialShape } from '../ops/shapes.ts';
import { amountOrNull, count, namespaceFigures, sum, unique } from '../ops/statistics.ts';
import { NamespaceRow, namespaceTable } from './list-namespaces.ts';

/** What decides how a namespace fills, expires and protects itself, under the names of 6.x to 8.x. */
const settings = [
  'replication-factor',
  'strong-consistency',
  'default-ttl',
  'nsup-period',
  'allow-ttl-without-nsup',
  'memory-size',
  'storage-engine.data-size',
  'storage-engine.data-in-memory',
  'storage-engine.stop-writes-used-pct',
  'storage-engine.stop-writes-avail-pct',
  'storage-engine.evict-used-pct',
  'stop-writes-pct',
  'stop-writes-sys-memory-pct',
  'high-water-memory-pct',
  'high-water-disk-pct',
  'indexes-memory-budget',
  'storage-engine.compression',
  'index-type',
  'sindex-type',
  'rack-id',
];

const NodeRow = z.object({
  node: z.string(),
  objects: AmountShape,
  masterObjects: AmountShape,
  dataUsedBytes: AmountShape.nullable(),
  dataUsedPct: z.number().nullable(),
  dataAvailPct: z.number().nullable(),
  expired: AmountShape,
  evicted: AmountShape,
  stopWrites: z.boolean(),
});

const DistributionShape = z.object({ median: z.number(), p95: z.number(), max: z.number() }).nullable();

export const describeNamespace = defineTool({
  name: 'aerospike_describe_namespace',
  title: 'Describe a namespace',
  description: 'One namespace: usage by node, settings, record sizes and lifetimes.',
  toolset: 'namespaces',
  role: 'read-only',
  effect: 'read',
  example: { namespace: 'test' },
  input: z.object({ namespace: NamespaceName }),
  output: z.object({
    total: NamespaceRow,
    nodes: z.array(NodeRow),
    settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    sets: z.int(),
    largestSets: z.array(z.object({ set: z.string(), objects: AmountShape })),
    /** Upper bounds on the node that was asked. */
    recordBytes: DistributionShape,
    /** Of records that expire; null where the node cannot tell them from those that do not. */
    secondsToLive: DistributionShape,
    /** Records without a lifetime, each counted once, as of the last round of expiry; null where none runs. */
    neverExpire: AmountShape.nullable(),
    ...partialShape,
  }),
  async run({ namespace }, services: OpsServices, context) {
    const snapshot = await takeSnapshot(services, context, namespace);
    const holders = snapshot.nodes.flatMap((node) => {
      const facts = node.namespaces.get(namespace);
      return facts ? [{ id: node.id, facts }] : [];
    });
    const total = namespaceTotals(snapshot, namespace);
    const { byNode, silent } = await readSets(services, namespace, context);
    const sets = setTotals(byNode, total.effectiveReplicationFactor);
    const { id: asked = '', facts = noFacts } = holders[0] ?? {};
    const { objects } = namespaceFigures(facts);
    const [sizes, ttls] = await Promise.all([
      histogram(services, { namespace, type: 'object-size', node: asked }, context),
      histogram(services, { namespace, type: 'ttl', node: asked }, context),
    ]);
    const never = holders.map((holder) => neverExpiring(holder.facts));
    const counted = never.filter((records) => records !== null);
    return {
      total,
      nodes: holders.map(({ id, facts }) => nodeRow(id, facts)),
      settings: settingsOf(holders[0]?.facts ?? noFacts),
      sets: sets.length,
      largestSets: sets.slice(0, 5).map(({ set, objects }) => ({ set, objects: amount(objects) })),
      recordBytes: bounds(distribution(sizes)),
      secondsToLive: bounds(lifetimes(ttls, { objects, neverExpire: neverExpiring(facts) })),
      neverExpire:
        counted.length < never.length || counted.length === 0
          ? null
          : amount(unique(sum(counted), total.effectiveReplicationFactor)),
      ...partialNote(without(snapshot.reach, silent)),
    };
  },
  text: (answer) =>
    lines(
      namespaceTable('Namespace', [answer.total]),
      table('Nodes', answer.nodes, NodeRow.keyof().options),
      `Settings: ${Object.entries(answer.settings)
        .map(([name, value]) => `${name}=${value}`)
        .join(', ')}`,
      `Sets: ${answer.sets}${answer.largestSets.length > 0 ? `; largest ${answer.largestSets.map(({ set, objects }) => `${set} (${objects})`).join(', ')}` : ''}`,
      answer.recordBytes && `Record bytes: half ≤ ${answer.recordBytes.median}, 95% ≤ ${answer.recordBytes.p95}`,
      answer.secondsToLive &&
        `Seconds to live: half ≤ ${answer.secondsToLive.median}, 95% ≤ ${answer.secondsToLive.p95}`,
      answer.neverExpire !== null && `Never expire: ${answer.neverExpire} records`,
      answer.note,
    ),
});

function nodeRow(node: string, facts: Facts): z.input<typeof NodeRow> {
  const figures = namespaceFigures(facts);
  return {
    node,
    objects: amount(figures.objects),
    masterObjects: amount(figures.masterObjects),
    dataUsedBytes: amountOrNull(figures.dataUsedBytes),
    dataUsedPct: figures.dataUsedPct,
    dataAvailPct: figures.dataAvailPct,
    expired: amount(count(facts, ['expired_objects'])),
    evicted: amount(count(facts, ['evicted_objects'])),
    stopWrites: figures.stopWrites || figures.clockSkewStopWrites,
  };
}

const settingsOf = (facts: Facts): Record<string, string | number | boolean> =>
  Object.fromEntries(
    settings.flatMap((name) => {
      const value = facts.get(name);
      return value === undefined ? [] : [[name, plainValue(value)] as const];
    }),
  );

/** Counted by the rounds of expiry: where none runs, the server leaves what it counted last. */
const neverExpiring = (facts: Facts): bigint | null =>
  figure(facts.get('nsup-period')) === 0 ? null : whole(facts.get('non_expirable_objects'));

const bounds = (of: Distribution | null): z.input<typeof DistributionShape> =>
  of && { median: of.median, p95: of.p95, max: of.max };

/** Empty where the node keeps no such histogram. */
async function histogram(
  { connection }: OpsServices,
  { namespace, type, node }: { namespace: string; type: string; node: string },
  context: ToolContext,
): Promise<string> {
  const { byNode } = await ask(connection, infoCommand('histogram', { namespace, type }), { node }, context);
  return [...byNode.values()][0] ?? '';
}

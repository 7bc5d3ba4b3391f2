import { z } from 'zod';
import { defineTool } from '../../kit/define-tool.ts';
import { table } from '../../kit/table.ts';
import { infoCommand } from '../info/command.ts';
import { namespaceTotals } from '../ops/aggregate.ts';
import { ask } from '../ops/ask.ts';
import { takeSnapshot } from '../ops/cluster.ts';
import { latencies } from '../ops/latencies.ts';
import { amount, whole } from '../ops/parse.ts';
import { partialNote, without } from '../ops/reach.ts';
import type { OpsServices } from '../ops/services.ts';
import { AmountShape, lines, partialShape } from '../ops/shapes.ts';
import { bytesText, sum } from '../ops/statistics.ts';
import { NodeRow, nodeRow, shortEdition } from './cluster-info.ts';
import { NamespaceRow, namespaceTable } from './list-namespaces.ts';

export const summary = defineTool({
  name: 'aerospike_summary',
  title: 'Summary',
  description: 'The cluster at a glance: nodes, load, namespaces, unique data.',
  toolset: 'cluster',
  role: 'read-only',
  effect: 'read',
  input: z.object({}),
  output: z.object({
    cluster: z.string(),
    /** Nodes, as they say. */
    size: z.int(),
    edition: z.string(),
    builds: z.array(z.string()),
    nodes: z.array(NodeRow),
    namespaces: z.array(NamespaceRow.extend({ readsPerSecond: z.number(), writesPerSecond: z.number() })),
    /** Of the namespaces that the profile may see, as a licence counts it. */
    uniqueDataBytes: AmountShape,
    ...partialShape,
  }),
  async run(_input, services: OpsServices, context) {
    const [snapshot, names, timed] = await Promise.all([
      takeSnapshot(services, context),
      ask(services.connection, infoCommand('cluster-name'), 'any', context),
      // Until 7.1 a command without a colon is not answered, so it is given a parameter that no release knows.
      ask(services.connection, infoCommand('latencies', { v: '2' }), 'all', context),
    ]);
    const histograms = [...timed.byNode.values()].flatMap(latencies);
    const perSecond = (namespace: string, kinds: readonly string[]): number => {
      const names = kinds.map((kind) => `{${namespace}}-${kind}`);
      const rates = histograms.filter(({ histogram }) => names.includes(histogram));
      return Math.round(rates.reduce((total, { opsPerSecond }) => total + opsPerSecond, 0) * 10) / 10;
    };
    const namespaces = snapshot.namespaces.map((name) => ({
      ...namespaceTotals(snapshot, name),
      readsPerSecond: perSecond(name, ['read', 'batch-sub-read']),
      writesPerSecond: perSecond(name, ['write', 'batch-sub-write']),
    }));
    return {
      cluster: [...names.byNode.values()][0] ?? '',
      size: snapshot.reach.size,
      edition: shortEdition(snapshot.nodes),
      builds: [...new Set(snapshot.nodes.map(({ build }) => build))],
      nodes: snapshot.nodes.map(nodeRow),
      namespaces,
      uniqueDataBytes: amount(sum(namespaces.map((row) => whole(String(row.uniqueDataBytes ?? 0)) ?? 0n))),
      ...partialNote(without(snapshot.reach, timed.silent)),
    };
  },
  text: ({ cluster, size, edition, builds, nodes, namespaces, uniqueDataBytes, note }) =>
    lines(
      `Cluster ${cluster}: ${size} nodes, ${edition} ${builds.join(', ')}; unique data ${bytesText(uniqueDataBytes)}`,
      table('Nodes', nodes, ['node', 'address', 'uptimeSeconds', 'connections', 'freeMemoryPct', 'cpuPctOfOneCore']),
      namespaceTable('Namespaces', namespaces),
      `Load: ${namespaces.map((row) => `${row.namespace} ${row.readsPerSecond} reads/s ${row.writesPerSecond} writes/s`).join('; ')}`,
      note,
    ),
});

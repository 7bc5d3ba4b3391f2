import { z } from 'zod';
import { positionOf } from '../../kit/cursor.ts';
import { defineTool } from '../../kit/define-tool.ts';
import { pageInput, pageOutput, slicePage } from '../../kit/page.ts';
import { table } from '../../kit/table.ts';
import { eachNamespace, takeSnapshot } from '../ops/cluster.ts';
import { stateWords, type IndexFigures } from '../ops/indexes.ts';
import { NamespaceName } from '../ops/names.ts';
import { amount, noFacts } from '../ops/parse.ts';
import { readIndexes, withFigures } from '../ops/read-indexes.ts';
import { partialNote, without } from '../ops/reach.ts';
import type { OpsServices } from '../ops/services.ts';
import { AmountShape } from '../ops/shapes.ts';
import { namespaceFigures, sum, unique } from '../ops/statistics.ts';

const IndexRow = z.object({
  namespace: z.string(),
  set: z.string().nullable(),
  name: z.string(),
  bin: z.string().nullable(),
  type: z.string(),
  collection: z.string(),
  /** `ready`, `building` with the least share of a node, `failed`, or `missing` with the nodes that lack it. */
  state: z.string(),
  entries: AmountShape,
  memoryBytes: AmountShape,
  entriesPerValue: z.number().nullable(),
});

export const listIndexes = defineTool({
  name: 'aerospike_list_indexes',
  title: 'List secondary indexes',
  description: 'Secondary indexes with state, entries and memory.',
  toolset: 'indexes',
  role: 'read-only',
  effect: 'read',
  example: { namespace: 'test' },
  input: z.object({ namespace: NamespaceName.optional(), ...pageInput }),
  output: z.object({ indexes: z.array(IndexRow), partial: z.boolean().optional(), ...pageOutput }),
  async run({ namespace, limit, cursor }, services: OpsServices, context) {
    const scope = ['indexes', namespace];
    const position = positionOf(cursor, scope, 0);
    const snapshot = await takeSnapshot(services, context, namespace);
    const read = await eachNamespace(snapshot.namespaces, async (name) =>
      withFigures(services, await readIndexes(services, name, context), context),
    );
    const rows = [...read].flatMap(([name, { byNode }]) => {
      const holder = snapshot.nodes.find((node) => node.namespaces.has(name));
      const { effectiveReplicationFactor } = namespaceFigures(holder?.namespaces.get(name) ?? noFacts);
      return indexRows(byNode, effectiveReplicationFactor);
    });
    const { rows: indexes, ...page } = slicePage(rows, { position, limit, scope });
    const silent = [...read.values()].flatMap((indexesOfOne) => indexesOfOne.silent);
    return { indexes, ...page, ...partialNote(without(snapshot.reach, silent)) };
  },
  text: ({ indexes, ...page }) => table('Indexes', indexes, IndexRow.keyof().options, page),
});

function indexRows(
  byNode: ReadonlyMap<string, readonly IndexFigures[]>,
  factor: number | null,
): z.input<typeof IndexRow>[] {
  const byName = new Map<string, { node: string; index: IndexFigures }[]>();
  for (const [node, indexes] of byNode) {
    for (const index of indexes) byName.set(index.name, [...(byName.get(index.name) ?? []), { node, index }]);
  }
  return [...byName].flatMap(([name, parts]) => {
    const [first] = parts;
    if (!first) return [];
    const lacking = [...byNode.keys()].filter((node) => !parts.some((part) => part.node === node));
    const { namespace, set, bin, type, collection } = first.index;
    return [
      {
        ...{ namespace, set, name, bin, type, collection },
        state: lacking.length > 0 ? `missing on ${lacking.join(', ')}` : stateOf(parts.map(({ index }) => index)),
        entries: amount(unique(sum(parts.map(({ index }) => index.entries)), factor)),
        memoryBytes: amount(sum(parts.map(({ index }) => index.bytes))),
        entriesPerValue: first.index.entriesPerValue,
      },
    ];
  });
}

function stateOf(parts: readonly IndexFigures[]): string {
  const behind = parts.find(({ state }) => state !== 'RW');
  if (!behind) return 'ready';
  const least = Math.min(...parts.map(({ loadPct }) => loadPct ?? 0));
  return behind.state === 'WO' ? `building, ${least}%` : (stateWords[behind.state] ?? behind.state);
}

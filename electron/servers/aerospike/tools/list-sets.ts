import { z } from 'zod';
import { positionOf } from '../../kit/cursor.ts';
import { defineTool } from '../../kit/define-tool.ts';
import { pageInput, pageOutput, slicePage } from '../../kit/page.ts';
import { table } from '../../kit/table.ts';
import { namespaceTotals, setTotals, type SetTotals } from '../ops/aggregate.ts';
import { readSets, takeSnapshot } from '../ops/cluster.ts';
import { NamespaceName } from '../ops/names.ts';
import { amount } from '../ops/parse.ts';
import { partialNote, without } from '../ops/reach.ts';
import type { OpsServices } from '../ops/services.ts';
import { AmountShape } from '../ops/shapes.ts';

export const SetRow = z.object({
  set: z.string(),
  objects: AmountShape,
  tombstones: AmountShape,
  bytes: AmountShape,
  indexes: z.int(),
  /** 0: no limit. */
  stopWritesCount: AmountShape,
  stopWritesBytes: AmountShape,
  isTruncating: z.boolean(),
});

export const listSets = defineTool({
  name: 'aerospike_list_sets',
  title: 'List sets',
  description: 'Sets of a namespace, largest first.',
  toolset: 'namespaces',
  role: 'read-only',
  effect: 'read',
  example: { namespace: 'test' },
  input: z.object({ namespace: NamespaceName, ...pageInput }),
  output: z.object({ sets: z.array(SetRow), partial: z.boolean().optional(), ...pageOutput }),
  async run({ namespace, limit, cursor }, services: OpsServices, context) {
    const scope = ['sets', namespace];
    const position = positionOf(cursor, scope, 0);
    const snapshot = await takeSnapshot(services, context, namespace);
    const { effectiveReplicationFactor } = namespaceTotals(snapshot, namespace);
    const { byNode, silent } = await readSets(services, namespace, context);
    const sets = setTotals(byNode, effectiveReplicationFactor).map(setRow);
    const { rows, ...page } = slicePage(sets, { position, limit, scope });
    return { sets: rows, ...page, ...partialNote(without(snapshot.reach, silent)) };
  },
  text: ({ sets, ...page }) =>
    table(
      'Sets (records and bytes counted once)',
      sets.map((row) => ({
        ...row,
        tombstones: shown(row.tombstones),
        stopWritesCount: shown(row.stopWritesCount),
        stopWritesBytes: shown(row.stopWritesBytes),
        isTruncating: row.isTruncating || null,
      })),
      SetRow.keyof().options,
      page,
    ),
});

const shown = (value: number | string): number | string | null => (value === 0 ? null : value);

export const setRow = (set: SetTotals): z.input<typeof SetRow> => ({
  set: set.set,
  objects: amount(set.objects),
  tombstones: amount(set.tombstones),
  bytes: amount(set.bytes),
  indexes: set.indexes,
  stopWritesCount: amount(set.stopWritesCount),
  stopWritesBytes: amount(set.stopWritesBytes),
  isTruncating: set.isTruncating,
});

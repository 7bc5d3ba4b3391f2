import { z } from 'zod';
import { defineTool } from '../../kit/define-tool.ts';
import { table } from '../../kit/table.ts';
import { namespaceTotals } from '../ops/aggregate.ts';
import { takeSnapshot } from '../ops/cluster.ts';
import { partialNote } from '../ops/reach.ts';
import type { OpsServices } from '../ops/services.ts';
import { AmountShape, lines, partialShape, pct } from '../ops/shapes.ts';
import { bytesText } from '../ops/statistics.ts';

export const NamespaceRow = z.object({
  namespace: z.string(),
  nodes: z.int(),
  storage: z.string(),
  /** Each record counted once. */
  objects: AmountShape,
  tombstones: AmountShape,
  replicationFactor: z.number().nullable(),
  effectiveReplicationFactor: z.number().nullable(),
  /** With all copies. */
  dataUsedBytes: AmountShape.nullable(),
  dataTotalBytes: AmountShape.nullable(),
  uniqueDataBytes: AmountShape.nullable(),
  indexBytes: AmountShape,
  /** Of the fullest node. */
  maxDataUsedPct: z.number().nullable(),
  minDataAvailPct: z.number().nullable(),
  maxMemoryUsedPct: z.number().nullable(),
  /** Nodes that refuse writes. */
  stopWrites: z.array(z.string()),
  hwmBreached: z.array(z.string()),
  migrationsRemaining: AmountShape,
});

export const listNamespaces = defineTool({
  name: 'aerospike_list_namespaces',
  title: 'List namespaces',
  description: 'Namespaces with records, space used and state.',
  toolset: 'namespaces',
  role: 'read-only',
  effect: 'read',
  input: z.object({}),
  output: z.object({ namespaces: z.array(NamespaceRow), ...partialShape }),
  async run(_input, services: OpsServices, context) {
    const snapshot = await takeSnapshot(services, context);
    const { note, ...partial } = partialNote(snapshot.reach);
    const absent = (services.profile.namespaces ?? []).filter((name) => !snapshot.namespaces.includes(name));
    const said = lines(note, absent.length > 0 && limitedTo(absent));
    return {
      namespaces: snapshot.namespaces.map((name) => namespaceTotals(snapshot, name)),
      ...partial,
      ...(said === '' ? {} : { note: said }),
    };
  },
  text: ({ namespaces, note }) => namespaceTable('Namespaces', namespaces, note),
});

const limitedTo = (absent: readonly string[]): string =>
  `This profile is limited to ${absent.length === 1 ? 'a namespace' : 'namespaces'} that no node has: ${absent.join(', ')}. Others are not shown; a person can change the limit in Chatelaine.`;

/** Sizes as people read them; records each counted once, space with all copies. */
export const namespaceTable = (
  head: string,
  namespaces: readonly z.output<typeof NamespaceRow>[],
  note?: string,
): string =>
  table(
    head,
    namespaces.map((row) => ({
      namespace: row.namespace,
      objects: row.objects,
      copies: row.effectiveReplicationFactor,
      storage: row.storage,
      used: `${bytesText(row.dataUsedBytes)} of ${bytesText(row.dataTotalBytes)}`,
      fullest: pct(row.maxDataUsedPct ?? row.maxMemoryUsedPct),
      indexes: bytesText(row.indexBytes),
      stopWrites: row.stopWrites,
      migrating: row.migrationsRemaining === 0 ? null : row.migrationsRemaining,
    })),
    ['namespace', 'objects', 'copies', 'storage', 'used', 'fullest', 'indexes', 'stopWrites', 'migrating'],
    { note },
  );

import { z } from 'zod';
import { defineTool } from '../../kit/define-tool.ts';
import { table } from '../../kit/table.ts';
import { ToolError } from '../../kit/tool-error.ts';
import { namespaceTotals, setTotals } from '../ops/aggregate.ts';
import { readSets, takeSnapshot } from '../ops/cluster.ts';
import { NamespaceName, SetName } from '../ops/names.ts';
import { partialNote, without } from '../ops/reach.ts';
import { sampleRecords } from '../ops/sample.ts';
import { inferSchema } from '../ops/schema.ts';
import type { OpsServices } from '../ops/services.ts';
import { lines, partialShape } from '../ops/shapes.ts';
import { readIndexes } from '../ops/read-indexes.ts';
import { SetRow, setRow } from './list-sets.ts';

const sampleSize = 100;
/** Of a record with thousands of bins the commonest; the rest is said by its number. */
const maxBins = 300;

const Bin = z.object({ bin: z.string(), types: z.record(z.string(), z.int()), nullPct: z.number() });

export const describeSet = defineTool({
  name: 'aerospike_describe_set',
  title: 'Describe a set',
  description: 'Size, indexes and bins of a set, with types from a sample; shows no values.',
  toolset: 'namespaces',
  role: 'read-only',
  effect: 'read',
  example: { namespace: 'test', set: 'users' },
  input: z.object({ namespace: NamespaceName, set: SetName }),
  output: z.object({
    ...SetRow.shape,
    sampled: z.int(),
    bins: z.array(Bin),
    indexedBins: z.array(z.string()),
    /** Not all bins are listed. */
    truncated: z.boolean().optional(),
    ...partialShape,
  }),
  async run({ namespace, set }, services: OpsServices, context) {
    const snapshot = await takeSnapshot(services, context, namespace);
    const { effectiveReplicationFactor, objects } = namespaceTotals(snapshot, namespace);
    const read = await readSets(services, namespace, context);
    const sets = setTotals(read.byNode, effectiveReplicationFactor);
    const found = sets.find((candidate) => candidate.set === set);
    if (!found) throw unknownSet(set, namespace, sets);
    const [records, indexes] = await Promise.all([
      sampleRecords(
        {
          namespace,
          set,
          objects: found.objects,
          walked: found.hasOwnIndex ? Number(found.objects) : objects,
          wanted: sampleSize,
        },
        services,
        context,
      ).catch(outOfTime),
      readIndexes(services, namespace, context),
    ]);
    const bins = inferSchema(records ?? []);
    const partial = partialNote(without(snapshot.reach, [...read.silent, ...indexes.silent]));
    const unsampledNote = records === null ? 'No records were sampled: the cluster did not answer in time.' : '';
    const isCut = bins.length > maxBins;
    const cutNote = isCut ? `${bins.length} bins in the sample: the ${maxBins} commonest are listed.` : '';
    const note = lines(partial.note, unsampledNote, cutNote);
    // An index of the whole namespace serves queries of each of its sets.
    const ofSet = [...indexes.byNode.values()].flat().filter((index) => index.set === set || index.set === null);
    return {
      ...setRow(found),
      sampled: records?.length ?? 0,
      bins: bins.slice(0, maxBins),
      indexedBins: [...new Set(ofSet.map((index) => `${index.bin ?? 'expression'} (${index.name}, ${index.type})`))],
      ...partial,
      ...(records === null ? { partial: true } : {}),
      ...(isCut ? { truncated: true } : {}),
      ...(note === '' ? {} : { note }),
    };
  },
  text: ({ set, objects, bytes, sampled, bins, indexedBins, note }) =>
    lines(
      `Set ${set}: ${objects} records, ${bytes} bytes; ${sampled} sampled`,
      table(
        'Bins',
        bins.map(({ bin, types, nullPct }) => ({
          bin,
          types: Object.entries(types)
            .sort(([, a], [, b]) => b - a)
            .map(([type, times], _, all) => (all.length === 1 ? type : `${type} ×${times}`)),
          'null %': nullPct,
        })),
        ['bin', 'types', 'null %'],
      ),
      `Indexed: ${indexedBins.join(', ') || 'nothing'}`,
      note,
    ),
});

/** What the nodes say of the set is worth having without a sample. */
function outOfTime(error: unknown): null {
  if (error instanceof ToolError && error.code === 'timed-out') return null;
  throw error;
}

const unknownSet = (set: string, namespace: string, sets: readonly { set: string }[]): ToolError =>
  new ToolError(
    'not-found',
    `There is no set "${set}" in ${namespace}.`,
    sets.length === 0
      ? 'The namespace has no sets.'
      : `There is: ${sets
          .slice(0, 20)
          .map((other) => other.set)
          .join(', ')}${sets.length > 20 ? ` and ${sets.length - 20} more` : ''}.`,
  );

import { z } from 'zod';
import { defineTool, type ToolContext } from '../../kit/define-tool.ts';
import { readSets, takeSnapshot } from '../ops/cluster.ts';
import { NamespaceName, SetName } from '../ops/names.ts';
import { amount } from '../ops/parse.ts';
import { sampleRecords } from '../ops/sample.ts';
import { inferSchema } from '../ops/schema.ts';
import { assertInScope, type OpsServices } from '../ops/services.ts';
import { sum } from '../ops/statistics.ts';

const kinds = ['namespace', 'set', 'bin', 'node'] as const;
const maxValues = 100;

/** For the gateway's completion: names that begin as typed, then those that contain it. */
export const complete = defineTool({
  name: 'aerospike_complete',
  title: 'Complete a name',
  description: 'Names of the cluster that begin with a prefix.',
  toolset: 'cluster',
  role: 'read-only',
  internal: true,
  effect: 'read',
  input: z.object({
    kind: z.enum(kinds),
    namespace: NamespaceName.optional(),
    set: SetName.optional(),
    prefix: z.string().max(100),
  }),
  output: z.object({ values: z.array(z.string()), total: z.int() }),
  async run({ prefix, ...wanted }, services: OpsServices, context) {
    const names = [...new Set(await candidates(wanted, services, context))].sort();
    const typed = prefix.toLowerCase();
    const begins = names.filter((name) => name.toLowerCase().startsWith(typed));
    const contains = names.filter((name) => !begins.includes(name) && name.toLowerCase().includes(typed));
    const found = [...begins, ...contains];
    return { values: found.slice(0, maxValues), total: found.length };
  },
});

async function candidates(
  { kind, namespace, set }: { kind: (typeof kinds)[number]; namespace?: string | undefined; set?: string | undefined },
  services: OpsServices,
  context: ToolContext,
): Promise<string[]> {
  if (namespace !== undefined) assertInScope(services.profile, namespace);
  switch (kind) {
    case 'node':
      return (await services.connection.nodes(context)).map(({ id }) => id);
    case 'namespace':
      return (await takeSnapshot(services, context)).namespaces;
    case 'set':
      return namespace === undefined
        ? []
        : [...(await readSets(services, namespace, context)).byNode.values()].flat().map((figures) => figures.set);
    case 'bin':
      return namespace === undefined ? [] : await bins({ namespace, set: set ?? null }, services, context);
  }
}

async function bins(
  { namespace, set }: { namespace: string; set: string | null },
  services: OpsServices,
  context: ToolContext,
): Promise<string[]> {
  const sets = [...(await readSets(services, namespace, context)).byNode.values()].flat();
  const walked = sum(sets.map(({ objects }) => objects));
  const objects = set === null ? walked : sum(sets.filter((figures) => figures.set === set).map((of) => of.objects));
  const target = { namespace, set, objects, walked: amount(walked), wanted: 30 };
  return inferSchema(await sampleRecords(target, services, context)).map(({ bin }) => bin);
}

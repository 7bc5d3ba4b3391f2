import { z } from 'zod';
import { defineTool } from '../../kit/define-tool.ts';
import { ToolError } from '../../kit/tool-error.ts';
import { readBuilds } from '../info/builds.ts';
import { takeSnapshot } from '../ops/cluster.ts';
import { configContexts, configRows, readConfig } from '../ops/config.ts';
import { Filter, NamespaceName } from '../ops/names.ts';
import { partialNote, readReach, without } from '../ops/reach.ts';
import type { OpsServices } from '../ops/services.ts';
import { lines, partialShape } from '../ops/shapes.ts';
import { slicePage } from '../../kit/page.ts';

const Row = z.object({
  name: z.string(),
  /** Null where nodes differ. */
  value: z.string().nullable(),
  byNode: z.record(z.string(), z.string()).optional(),
});

export const getConfig = defineTool({
  name: 'aerospike_get_config',
  title: 'Read configuration',
  description: 'Configuration; `diff`: only what differs between nodes.',
  toolset: 'cluster',
  role: 'read-only',
  effect: 'read',
  example: { context: 'namespace', namespace: 'test', diff: true },
  input: z.object({
    context: z.enum(configContexts),
    namespace: NamespaceName.optional(),
    filter: Filter.describe('part of a name').optional(),
    diff: z.boolean().optional(),
  }),
  output: z.object({ nodes: z.array(z.string()), parameters: z.array(Row), ...partialShape }),
  async run({ context: place, namespace, filter, diff }, services: OpsServices, context) {
    if ((place === 'namespace') !== (namespace !== undefined)) throw namespaceNeeded(place === 'namespace');
    const { reach: atFirst } =
      namespace === undefined
        ? { reach: await readReach(services.connection, context) }
        : await takeSnapshot(services, context, namespace);
    const builds = await readBuilds(services.connection, context);
    const { byNode, silent } = await readConfig(services, { context: place, namespace, builds }, context);
    const rows = configRows(byNode, { filter, differing: diff });
    const { rows: parameters, next } = slicePage(rows, { position: 0, limit: 200, scope: 'config' });
    const cut = next === undefined ? '' : `${parameters.length} of ${rows.length} parameters: give a filter.`;
    const { note, ...partial } = partialNote(without(atFirst, silent), 'the others may be set otherwise');
    const said = lines(note, cut);
    return {
      nodes: [...byNode.keys()],
      parameters,
      ...partial,
      ...(said === '' ? {} : { note: said }),
    };
  },
  text: ({ nodes, parameters, note }) =>
    lines(
      `Configuration of ${nodes.join(', ')}${parameters.length === 0 ? ': nothing to show' : ''}`,
      ...parameters.map(({ name, value, byNode }) =>
        byNode
          ? `${name}: ${Object.entries(byNode)
              .map(([node, differs]) => `${node}=${differs}`)
              .join(', ')}`
          : `${name}=${value ?? ''}`,
      ),
      note,
    ),
});

const namespaceNeeded = (isNeeded: boolean): ToolError =>
  new ToolError(
    'invalid-input',
    isNeeded
      ? 'The context namespace needs the argument "namespace".'
      : 'Only the context namespace takes "namespace".',
    'Correct the arguments and call the tool again.',
  );

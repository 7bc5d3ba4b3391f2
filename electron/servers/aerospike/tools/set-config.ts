import { z } from 'zod';
import type { Effect, JsonObject } from '../../../core/workers/protocol.ts';
import { defineTool, type ToolContext } from '../../kit/define-tool.ts';
import { ToolError } from '../../kit/tool-error.ts';
import { infoCommand } from '../info/command.ts';
import { ask, codes } from '../ops/ask.ts';
import { statusError } from '../connection/driver-error.ts';
import { namespaceParameter, readBuilds } from '../info/builds.ts';
import { readSets, takeSnapshot, type Read } from '../ops/cluster.ts';
import { readConfig, settableName, shownName, unknownParameter } from '../ops/config.ts';
import { NamespaceName, ParameterName, SetName } from '../ops/names.ts';
import type { Facts } from '../ops/parse.ts';
import { assertStill } from '../ops/pinned.ts';
import { isAll, lostText, partialNote, reachShown, readReach, without, type Reach } from '../ops/reach.ts';
import { waitsForRecluster, type Waiting } from '../ops/recluster.ts';
import { assertUnlimited, type OpsServices } from '../ops/services.ts';
import { partialShape } from '../ops/shapes.ts';

const Input = z.object({
  context: z.enum(['service', 'network', 'namespace', 'security']),
  namespace: NamespaceName.optional(),
  set: SetName.optional(),
  parameter: ParameterName,
  value: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[A-Za-z0-9_.,/-]+$/, 'only letters, digits, _ . , / and - are allowed'),
});
type Request = z.output<typeof Input>;

/**
 * What costs at most some speed or disk when set wrongly. Everything else may lose, hide or refuse data (default-ttl,
 * nsup-period, evict-…, stop-writes-…, migrate-…, replication-factor, rack-id, heartbeat.…), or cut clients off, or is
 * new to us: that counts as destroy.
 */
const harmless =
  /^(enable-benchmarks-[a-z-]+|enable-hist-[a-z]+|enable-health-check|ticker-interval|microsecond-histograms|nsup-hist-period|query-max-done|background-query-max-rps|single-query-threads|sindex-builder-threads|info-threads|info-max-ms|defrag-sleep|truncate-threads|nsup-threads|batch-max-unused-buffers|(storage-engine\.)?(post-write-cache|post-write-queue|read-page-cache))$/;

export const setConfig = defineTool({
  name: 'aerospike_set_config',
  title: 'Change configuration',
  description: 'Sets one dynamic parameter on all nodes, until they restart; `set` for one of a set.',
  toolset: 'admin',
  role: 'admin',
  effect: 'destroy',
  isIdempotent: true,
  example: { context: 'namespace', namespace: 'test', parameter: 'nsup-period', value: '120' },
  input: Input,
  output: z.object({
    parameter: z.string(),
    /** By node, read again afterwards. */
    now: z.record(z.string(), z.string()),
    refused: z.array(z.object({ node: z.string(), message: z.string() })),
    /** Set, and not in force before a recluster: the values in force, as far as nodes tell them. */
    inForce: z.record(z.string(), z.string()).optional(),
    ...partialShape,
  }),
  async plan(request, services: OpsServices, context) {
    const { now, reach, waiting } = await look(request, services, context);
    const waits = waiting(() => request.value);
    return {
      // Not refused when a node is away: that is when the others may need another setting. But nodes that differ are a
      // trap for whoever comes next, so it is never a small change, and a person reads on which it is made.
      effect: isAll(reach) ? effectOf(request) : 'destroy',
      sentence: `${sentenceOf(request, now, reach)}${waits ? '; NOT IN FORCE before a recluster' : ''}`,
      preview: {
        ...placeOf(request),
        value: request.value,
        now,
        nodes: Object.keys(now),
        ...reachShown(reach),
        lasts: 'until a node restarts',
        ...(waits ? { takesEffect: `with the next ${reclustering}`, inForce: waits.inForce } : {}),
      },
    };
  },
  async run(request, services: OpsServices, context) {
    const { now, builds, reach } = await look(request, services, context);
    assertStill(context.plan, 'now', now);
    assertStill(context.plan, 'seen', reachShown(reach).seen);
    const { byNode, refused } = await ask(services.connection, commandOf(request, builds), 'all', context);
    if (byNode.size === 0) {
      const right = refused.find(({ code }) => code === codes.noRight);
      if (right) throw statusError(right.code);
      const said = refused[0]?.message ?? 'no node answered';
      throw new ToolError(
        'upstream',
        `No node took it: ${said}.`,
        'It may be no dynamic parameter, or the value is out of range.',
      );
    }
    const after = await look(request, services, context);
    const waits = after.waiting((node) => after.now[node]);
    return {
      parameter: request.parameter,
      now: after.now,
      ...(waits ? { inForce: waits.inForce } : {}),
      refused: refused.map(({ node, message }) => ({ node, message })),
      ...partialNote(after.reach, 'the others may be set otherwise'),
    };
  },
  text: ({ parameter, now, refused, inForce, note }) =>
    [
      `${parameter}: ${byNodeText(now)}.${inForce === undefined ? '' : ` NOT IN FORCE before the next ${reclustering}${Object.keys(inForce).length === 0 ? '' : `; in force: ${byNodeText(inForce)}`}.`} Write it into the nodes' configuration files too, or it is gone at a restart.`,
      ...refused.map(({ node, message }) => `${node} refused: ${message}`),
      ...(note === undefined ? [] : [note]),
    ].join('\n'),
});

const reclustering = 'recluster (asadm: manage recluster), or when a node comes or goes';

const byNodeText = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([node, value]) => `${node}=${value}`)
    .join(', ');

const effectOf = ({ parameter, context, set }: Request): Effect =>
  set === undefined && context !== 'security' && harmless.test(parameter) ? 'write' : 'destroy';

interface Looked {
  now: Record<string, string>;
  builds: string[];
  reach: Reach;
  /** What is in force while these values wait for a recluster. */
  waiting(valueOf: (node: string) => string | undefined): Waiting | null;
}

/** The value now, on every node. Refuses what the profile may not touch and parameters that are not there. */
async function look(request: Request, services: OpsServices, context: ToolContext): Promise<Looked> {
  const { context: place, namespace, set, parameter } = request;
  if ((place === 'namespace') !== (namespace !== undefined) || (set !== undefined && namespace === undefined)) {
    throw new ToolError(
      'invalid-input',
      'The context namespace needs "namespace", and only it takes "namespace" and "set".',
      'Correct the arguments.',
    );
  }
  if (namespace === undefined) assertUnlimited(services.profile, `The context ${place}`);
  const snapshot = namespace === undefined ? null : await takeSnapshot(services, context, namespace);
  const reach = snapshot?.reach ?? (await readReach(services.connection, context));
  const builds = await readBuilds(services.connection, context);
  const { byNode, silent } =
    namespace !== undefined && set !== undefined
      ? await setParameters(services, namespace, set, context)
      : await readConfig(services, { context: place, namespace, builds }, context);
  const now = [...byNode].flatMap(([node, facts]) => {
    const shown = shownName(facts, parameter);
    return shown === null ? [] : [[node, facts.get(shown) ?? ''] as const];
  });
  if (now.length === 0)
    throw unknownParameter(parameter, [...new Set([...byNode.values()].flatMap((facts) => [...facts.keys()]))]);
  return {
    now: Object.fromEntries(now.sort(([a], [b]) => a.localeCompare(b))),
    builds,
    reach: without(reach, silent),
    waiting: (valueOf) =>
      snapshot === null || namespace === undefined || set !== undefined
        ? null
        : waitsForRecluster(snapshot, { namespace, parameter, valueOf }),
  };
}

async function setParameters(
  services: OpsServices,
  namespace: string,
  set: string,
  context: ToolContext,
): Promise<Read<Facts>> {
  const { byNode, silent } = await readSets(services, namespace, context);
  const found = [...byNode].flatMap(([node, all]) => {
    const facts = all.find((figures) => figures.set === set)?.facts;
    // Statistics of a set are written with _, what can be set with -.
    return facts ? [[node, new Map([...facts].filter(([name]) => name.includes('-')))] as const] : [];
  });
  if (found.length > 0) return { byNode: new Map(found), silent };
  throw new ToolError('not-found', `There is no set "${set}" in ${namespace}.`, 'List them with aerospike_list_sets.');
}

function commandOf({ context, namespace, set, parameter, value }: Request, builds: readonly string[]) {
  return infoCommand('set-config', {
    context,
    ...(namespace === undefined ? {} : { [namespaceParameter(builds)]: namespace }),
    ...(set === undefined ? {} : { set }),
    [settableName(parameter)]: value,
  });
}

const placeOf = ({ context, namespace, set, parameter }: Request): JsonObject => ({
  context,
  ...(namespace === undefined ? {} : { namespace }),
  ...(set === undefined ? {} : { set }),
  parameter,
});

function sentenceOf(
  { context, namespace, set, parameter, value }: Request,
  now: Readonly<Record<string, string>>,
  reach: Reach,
): string {
  const nodes = Object.keys(now);
  const values = [...new Set(Object.values(now))];
  const from = values.length === 1 ? (values[0] ?? '') : `differing values (${values.slice(0, 3).join(', ')})`;
  const place =
    namespace === undefined
      ? `context ${context}`
      : set === undefined
        ? `namespace ${namespace}`
        : `set ${namespace}.${set}`;
  const change = `Set ${parameter} of ${place} from ${from} to ${value}`;
  if (!isAll(reach)) return `${change} ONLY ON ${nodes.join(', ')}, so nodes may differ${lostText(reach)}`;
  return `${change} on ${nodes.length === 1 ? `node ${nodes.join('')}` : `${nodes.length} nodes`}`;
}

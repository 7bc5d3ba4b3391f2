import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { defineTool, type ToolContext } from '../../kit/define-tool.ts';
import { table } from '../../kit/table.ts';
import { infoCommand } from '../info/command.ts';
import { askOrFail } from '../ops/ask.ts';
import { nodeOf, takeSnapshot, type Read } from '../ops/cluster.ts';
import { withoutPaths } from '../ops/config.ts';
import { Filter, NamespaceName, NodeId } from '../ops/names.ts';
import { pairs, plainValue, whole, type Facts } from '../ops/parse.ts';
import { partialNote, without } from '../ops/reach.ts';
import type { OpsServices } from '../ops/services.ts';
import { partialShape } from '../ops/shapes.ts';

/** A node has some 500 statistics; these are the ones that say how it does. A filter reaches the others. */
const ofNode =
  /^(uptime|client_connections|cluster_size|objects|system_(free_mem|total_cpu)_pct|process_cpu_pct|heap_efficiency_pct|rw_in_progress|proxy_in_progress|info_queue|long_queries_active|batch_index_(error|timeout|queue)|early_tsvc_client_error|demarshal_error|migrate_partitions_remaining|time_since_rebalance|failed_best_practices)$/;
const ofNamespace =
  /^(objects|master_objects|tombstones|expired_objects|evicted_objects|(data|memory|device)_(used_bytes|used_pct|avail_pct|free_pct|available_pct)|(index|sindex|set_index)_used_bytes|stop_writes|hwm_breached|client_(read|write|delete)_(success|error|timeout|not_found)|fail_(key_busy|record_too_big|generation)|migrate_[rt]x_partitions_remaining|(unavailable|dead)_partitions)$/;

const maxRows = 120;

const Row = z.object({
  name: z.string(),
  /** By node id. */
  values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

export const nodeStats = defineTool({
  name: 'aerospike_node_stats',
  title: 'Node statistics',
  description: 'Statistics by node. `section`: service or a namespace. `seconds`: rates over that time.',
  toolset: 'cluster',
  role: 'read-only',
  effect: 'read',
  example: { section: 'test', seconds: 5 },
  input: z.object({
    node: NodeId.optional(),
    section: NamespaceName.optional(),
    filter: Filter.describe('part of a name').optional(),
    seconds: z.int().min(1).max(60).optional(),
  }),
  output: z.object({ section: z.string(), statistics: z.array(Row), perSecond: z.boolean(), ...partialShape }),
  async run({ node, section = 'service', filter, seconds }, services: OpsServices, context) {
    const namespace = section === 'service' ? undefined : section;
    const snapshot = await takeSnapshot(services, context, namespace);
    const from = node === undefined ? 'all' : { node: nodeOf(snapshot, node).id };
    const read = async (): Promise<Read<Facts>> => readStatistics(services, namespace, from, context);
    const startedAt = performance.now();
    const before = await read();
    let silent = before.silent;
    let rows: z.input<typeof Row>[];
    if (seconds === undefined) {
      rows = rowsOf(before.byNode, (value) => plainValue(value));
    } else {
      await wait(seconds * 1000, undefined, { signal: context.signal });
      const after = await read();
      silent = [...silent, ...after.silent];
      rows = rates(before.byNode, after.byNode, (performance.now() - startedAt) / 1000);
    }
    const wanted = rows.filter(({ name }) =>
      filter === undefined
        ? seconds !== undefined || (namespace === undefined ? ofNode : ofNamespace).test(name)
        : name.toLowerCase().includes(filter.toLowerCase()),
    );
    const cut = wanted.length > maxRows ? `Only ${maxRows} of ${wanted.length} are shown: give a longer filter.` : '';
    const { note, ...partial } = partialNote(without(snapshot.reach, silent));
    const notes = [note, cut].filter((text) => text !== undefined && text !== '').join(' ');
    return {
      section,
      statistics: wanted.slice(0, maxRows),
      perSecond: seconds !== undefined,
      ...partial,
      ...(notes === '' ? {} : { note: notes }),
    };
  },
  text({ section, statistics, perSecond, note }) {
    const nodes = [...new Set(statistics.flatMap(({ values }) => Object.keys(values)))];
    const rows = statistics.map(({ name, values }) => ({ name, ...values }));
    return table(`${section}${perSecond ? ', changes per second' : ''}`, rows, ['name', ...nodes] as 'name'[], {
      note,
    });
  },
});

async function readStatistics(
  { connection, profile }: OpsServices,
  namespace: string | undefined,
  from: 'all' | { node: string },
  context: ToolContext,
): Promise<Read<Facts>> {
  const command = namespace === undefined ? infoCommand('statistics') : infoCommand('namespace', [namespace]);
  const { byNode, silent } = await askOrFail(connection, command, from, context);
  // The node's own totals are over all namespaces, also those that this profile may not see.
  const hidden = profile.namespaces === null || namespace !== undefined ? [] : ['objects', 'tombstones'];
  const shown = (text: string): Facts =>
    new Map([...withoutPaths(pairs(text))].filter(([name]) => !hidden.includes(name)));
  return { byNode: new Map([...byNode].map(([id, text]) => [id, shown(text)])), silent };
}

type Value = string | number | boolean;

function rowsOf(byNode: ReadonlyMap<string, Facts>, shown: (value: string) => Value): z.input<typeof Row>[] {
  const names = new Set([...byNode.values()].flatMap((facts) => [...facts.keys()]));
  return [...names].map((name) => ({
    name,
    values: Object.fromEntries(
      [...byNode].flatMap(([node, facts]) => {
        const value = facts.get(name);
        return value === undefined ? [] : [[node, shown(value)] as const];
      }),
    ),
  }));
}

/** What changed, per second; what is no counter, or stood still everywhere, is left out. */
function rates(
  before: ReadonlyMap<string, Facts>,
  after: ReadonlyMap<string, Facts>,
  seconds: number,
): z.input<typeof Row>[] {
  const changes = new Map<string, Facts>();
  for (const [node, facts] of after) {
    const changed = [...facts].flatMap(([name, text]) => {
      const [now, then] = [whole(text), whole(before.get(node)?.get(name))];
      if (now === null || then === null || now === then) return [];
      return [[name, (Math.round((Number(now - then) / seconds) * 100) / 100).toString()] as const];
    });
    changes.set(node, new Map(changed));
  }
  return rowsOf(changes, (text) => Number(text)).filter(({ name }) => !/^(uptime|current_time|time_since_)/.test(name));
}

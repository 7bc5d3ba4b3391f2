import { nodeRule, percent, sinceStart, type Rule } from '../rule.ts';

/** Connections, batches and queues of a node. Counters run since it started. */
export const loadRules: readonly Rule[] = [
  nodeRule({
    id: 'connections-near-limit',
    title: 'Near the limit of connections',
    severity: 'warning',
    why: 'At proto-fd-max new clients are refused.',
    act: 'See which clients hold too many; raise proto-fd-max.',
    see({ number, node, snapshot }) {
      const limit = Number(snapshot.config.service.get(node.id)?.get('proto-fd-max') ?? 0);
      const open = number('client_connections') ?? 0;
      return limit > 0 && open >= limit * 0.8 ? `${open} of ${limit}` : null;
    },
  }),
  nodeRule({
    id: 'connections-churn',
    title: 'Clients connect again and again',
    severity: 'warning',
    why: 'Opening connections costs both sides, more so with TLS and login.',
    act: 'Let clients pool; compare proto-fd-idle-ms with their idle time.',
    see({ number }) {
      const uptime = number('uptime') ?? 0;
      const perSecond = uptime > 300 ? (number('client_connections_opened') ?? 0) / uptime : 0;
      return perSecond > 50 ? `${Math.round(perSecond)} new connections a second since start` : null;
    },
  }),
  nodeRule({
    id: 'malformed-requests',
    title: 'Requests that cannot be read',
    severity: 'info',
    why: 'Something that is no Aerospike client speaks to the port, or a client is broken.',
    act: 'See the log for the address.',
    see: ({ number }) =>
      (number('demarshal_error') ?? 0) > 100 ? `demarshal_error=${number('demarshal_error') ?? ''}` : null,
  }),
  nodeRule({
    id: 'batch-requests-fail',
    title: 'Batch requests fail',
    severity: 'warning',
    why: 'Whole batches are refused or time out.',
    act: 'Look at batch sizes, batch-index-threads and batch-max-requests.',
    see({ number, node }) {
      const failed = (number('batch_index_error') ?? 0) + (number('batch_index_timeout') ?? 0);
      const all = failed + (number('batch_index_complete') ?? 0);
      const isMuch = all >= 1000 && failed / all > 0.01;
      return isMuch ? sinceStart(`${percent((failed / all) * 100)} of ${all}`, node, failed / all >= 0.1) : null;
    },
  }),
  nodeRule({
    id: 'batch-queue',
    title: 'Batch requests wait',
    severity: 'warning',
    why: 'Response buffers queue up: clients read slower than the node answers, or threads are too few.',
    act: 'Raise batch-index-threads; ask for smaller batches.',
    see({ node, snapshot }) {
      const queued = [...(node.statistics.get('batch_index_queue') ?? '').matchAll(/(\d+):(\d+)/g)];
      const buffers = Math.max(0, ...queued.map(([, , count]) => Number(count)));
      const configured = snapshot.config.service.get(node.id)?.get('batch-max-buffers-per-queue');
      const limit = Number(configured) || 255;
      return buffers > limit * 0.8 ? `${buffers} buffers in one queue (batch-max-buffers-per-queue ${limit})` : null;
    },
  }),
  nodeRule({
    id: 'work-in-progress',
    title: 'Much work waits at once',
    severity: 'warning',
    why: 'Writes wait for copies or devices, or proxied calls for other nodes.',
    act: 'Look for slow devices, hot keys and long queries (aerospike_latencies, aerospike_list_jobs).',
    see({ number }) {
      const [writing, proxied, info] = ['rw_in_progress', 'proxy_in_progress', 'info_queue'].map(
        (name) => number(name) ?? 0,
      );
      const isMuch = (writing ?? 0) > 10_000 || (proxied ?? 0) > 1000 || (info ?? 0) > 100;
      return isMuch
        ? `rw_in_progress=${writing ?? 0}, proxy_in_progress=${proxied ?? 0}, info_queue=${info ?? 0}`
        : null;
    },
  }),
];

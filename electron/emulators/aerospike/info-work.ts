import { code, refuse } from './codes.ts';
import type { InfoCommands, InfoRequest } from './info-command.ts';
import type { Job } from './cluster.ts';
import { truncate, epochMs } from './store.ts';

/** Work that runs in the background: queries, truncation, eviction. */
export const workCommands: InfoCommands = {
  'query-show': {
    answer: ({ cluster, param }) => {
      const given = param('id', 'trid');
      if (given === undefined) return [...cluster.jobs.values()].map((job) => told(job, cluster.now())).join(';');
      const job = cluster.jobs.get(idOf(given));
      return job ? told(job, cluster.now()) : refuse(code.notFound, 'job not found');
    },
  },
  'query-abort': {
    permission: 'query-admin',
    answer: ({ cluster, required }) =>
      cluster.jobs.delete(idOf(required('id', 'trid'))) ? 'ok' : refuse(code.notFound, 'id not active'),
  },
  'query-abort-all': {
    permission: 'query-admin',
    answer: ({ cluster }) => {
      const { size } = cluster.jobs;
      cluster.jobs.clear();
      return `number-of-queries-killed:${size}`;
    },
  },
  truncate: {
    permission: 'truncate',
    answer: (request) => {
      const name = request.required('namespace');
      return truncated(request, name, request.required('set'));
    },
  },
  'truncate-namespace': {
    permission: 'truncate',
    answer: (request) => {
      const name = request.required('namespace');
      if (request.param('set') !== undefined) refuse(code.parameter, 'unexpected set name');
      return truncated(request, name, null);
    },
  },
  'truncate-undo': { permission: 'truncate', answer: () => 'ok' },
  'truncate-namespace-undo': { permission: 'truncate', answer: () => 'ok' },
  'eviction-reset': { permission: 'evict-admin', answer: ({ required }) => (required('namespace'), 'ok') },
};

/** What they write goes to the server's log. */
export const dumpCommands: InfoCommands = Object.fromEntries(
  ['cluster', 'fabric', 'hb', 'hlc', 'migrates', 'rw', 'skew'].map((what) => [
    `dump-${what}`,
    { permission: 'logging-ctrl', answer: () => 'ok' } as const,
  ]),
);

function idOf(text: string): bigint {
  if (!/^(\d+|0x[0-9a-f]+)$/i.test(text) || BigInt(text) === 0n) refuse(code.parameter, 'bad id');
  return BigInt(text);
}

function told(job: Job, nowMs: number): string {
  return [
    `trid=${job.id}:ns=${job.namespace}`,
    ...(job.set === '' ? [] : [`set=${job.set}`]),
    ...(job.index === '' ? [] : [`sindex-name=${job.index}`]),
    'n-pids-requested=4096:n-keyds-requested=0:rps=0:active-threads=1:status=active(ok)',
    `job-progress=${job.progressPercent.toFixed(2)}:run-time=${nowMs - job.startedMs}:time-since-done=0`,
    'recs-throttled=0:recs-filtered-meta=0:recs-filtered-bins=0:recs-succeeded=0:recs-failed=0',
    'from=127.0.0.1+50000:job-type=basic:net-io-bytes=0:net-io-time=0:socket-timeout=10000',
  ].join(':');
}

/** A namespace that is not here is fine for the server: the truncation is kept for whoever has it. */
function truncated(request: InfoRequest, name: string, set: string | null): string {
  const { cluster, param } = request;
  const given = param('lut');
  const nowMs = cluster.now();
  let beforeMs = nowMs + 1;
  if (given !== undefined) {
    const nanoseconds = /^\d+$/.test(given) ? BigInt(given) : 0n;
    beforeMs = Number(nanoseconds / 1_000_000n);
    if (beforeMs <= epochMs) refuse(code.parameter, 'would truncate to 0');
    if (beforeMs > nowMs + 1000) refuse(code.parameter, 'would truncate in the future');
  }
  const namespace = cluster.namespaces.get(name);
  if (namespace) truncate(namespace, set, beforeMs);
  return 'ok';
}

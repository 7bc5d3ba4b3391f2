// The server's own connection, walls and limits around it, without gateway, plans and pages. Speaks with the bench as
// aerospike-direct.mjs does, and writes and reads the same records.
import { connectAerospike } from '../../electron/servers/aerospike/services.ts';
import type { BatchEntry } from '../../electron/servers/aerospike/connection/connection.ts';

const [address = '', namespace = 'test'] = process.argv.slice(2);
const fields = { hosts: [address], role: 'admin', requestsPerSecond: 1_000_000, burst: 10_000_000 };
const { connection } = connectAerospike({ fields, secrets: {} }, () => undefined);
const context = { signal: new AbortController().signal };
const how = { ttl: 'namespace-default', exists: 'update', storeKey: true } as const;

const entryOf: Record<string, (set: string, index: number) => BatchEntry> = {
  batchWrite: (set, index) => ({
    kind: 'put',
    key: { namespace, set, key: `k${index}` },
    bins: { n: index, name: `record ${index}`, price: index + 0.5 },
    how,
  }),
  batchRead: (set, index) => ({ kind: 'get', key: { namespace, set, key: `k${index}` }, bins: null }),
};

process.on('message', (message: { name: string; set: string; count: number }) => {
  void run(message).then((ms) => process.send?.({ ms }));
});
process.on('disconnect', () => process.exit(0));
await connection.nodes(context);
process.send?.({ ms: 0 });

async function run({ name, set, count }: { name: string; set: string; count: number }): Promise<number> {
  const started = performance.now();
  const entries = Array.from({ length: count }, (_, index) => entryOf[name]?.(set, index)).filter((entry) => !!entry);
  const outcomes = await connection.batch(entries, context);
  if (!outcomes.every((outcome) => outcome.ok)) throw new Error('not all of them succeeded');
  return performance.now() - started;
}

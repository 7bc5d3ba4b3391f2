import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../electron/core/workers/protocol.ts';
import { startFaultProxy, type FaultProxy } from '../../electron/emulators/aerospike/fault-proxy.ts';
import { useAerospikeSuite } from '../support/aerospike-suite.ts';

const { start, emulate } = useAerospikeSuite();
const proxies: FaultProxy[] = [];
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close();
});

const set = { namespace: 'test', set: 'silent' };
const scan = { tool: 'aerospike_scan_set', args: set };
const query = { tool: 'aerospike_query_records', args: { ...set, filter: { bin: 'v', begin: 0, end: 999 } } };
const timeoutMs = 1_000;
/** What a machine that is busy may add; asking each question anew took nine times as long and more. */
const soonMs = timeoutMs * 6;
/** Tools that put several questions to the nodes, one after the other. */
const manyQuestions: [string, JsonObject][] = [
  ['aerospike_list_namespaces', {}],
  ['aerospike_describe_namespace', { namespace: 'test' }],
  ['aerospike_list_sets', { namespace: 'test' }],
  ['aerospike_describe_set', set],
  ['aerospike_list_indexes', {}],
  ['aerospike_node_stats', {}],
  ['aerospike_summary', {}],
  ['aerospike_health_check', {}],
  ['aerospike_latencies', {}],
  ['aerospike_stop_writes', {}],
  ['aerospike_list_jobs', {}],
  ['aerospike_topology', {}],
];

/** A cluster with a set of a thousand records, each of its nodes behind a proxy, and a worker that has read from it. */
async function world(nodes: number) {
  const emulator = await emulate({ nodes, seed: 'empty' });
  const writer = await start({ fields: { hosts: emulator.hosts, role: 'admin' } });
  const operations = Array.from({ length: 1_000 }, (_, key) => ({ operation: 'put', key, bins: { v: key } }));
  await writer.answer('aerospike_batch_write', { ...set, operations });
  await writer.answer('aerospike_create_index', { ...set, index: 'by_v', bin: 'v', type: 'numeric' });
  for (const [index, host] of emulator.hosts.entries()) {
    const proxy = await startFaultProxy(Number(host.split(':')[1]));
    proxies.push(proxy);
    emulator.advertise(index, proxy);
  }
  const worker = await start({ fields: { hosts: [proxies[0]?.address ?? ''], timeoutMs } });
  for (const { tool, args } of [scan, query]) expect((await worker.answer(tool, args)).records).not.toEqual([]);
  const page = async (tool: string, args: JsonObject) => {
    const beganMs = performance.now();
    const outcome = await worker.run(tool, args);
    return { outcome, tookMs: performance.now() - beganMs };
  };
  return page;
}

describe('a page of records', () => {
  it.each([scan, query])('of a cluster that is silent fails in about a call’s time ($tool)', async ({ tool, args }) => {
    const page = await world(1);
    await proxies[0]?.set({ kind: 'black-hole' });
    const { outcome, tookMs } = await page(tool, args);
    expect(outcome).toMatchObject({ ok: false });
    expect(tookMs).toBeLessThan(soonMs);
  });

  it.each([scan, query])('of a cluster with a silent node goes on, or fails soon ($tool)', async ({ tool, args }) => {
    const page = await world(2);
    await proxies[1]?.set({ kind: 'black-hole' });
    const cursors = new Set<unknown>([undefined]);
    for (let pages = 0, cursor: JsonObject = {}; pages < 2; pages += 1) {
      const { outcome, tookMs } = await page(tool, { ...args, ...cursor });
      expect(tookMs).toBeLessThan(soonMs);
      if (!outcome.ok) break;
      const { next } = outcome.structured;
      expect(cursors).not.toContain(next);
      cursors.add(next);
      cursor = next === undefined ? {} : { cursor: next };
    }
  });
});

describe('a cluster', () => {
  const askAll = (ask: Awaited<ReturnType<typeof world>>) =>
    Promise.all(manyQuestions.map(async ([tool, args]) => ({ tool, ...(await ask(tool, args)) })));

  it('with a silent node is described without it, and each question waits for it once', async () => {
    const ask = await world(2);
    await proxies[1]?.set({ kind: 'black-hole' });
    for (const { tool, outcome, tookMs } of await askAll(ask)) {
      expect([tool, outcome]).toMatchObject([tool, { ok: true, structured: { partial: true } }]);
      expect([tool, tookMs < soonMs]).toEqual([tool, true]);
    }
  });

  it('that is silent is out of reach, never empty', async () => {
    const ask = await world(2);
    for (const proxy of proxies) await proxy.set({ kind: 'black-hole' });
    for (const { tool, outcome, tookMs } of await askAll(ask)) {
      expect([tool, outcome]).toMatchObject([tool, { ok: false, error: { code: 'unreachable' } }]);
      expect([tool, tookMs < soonMs]).toEqual([tool, true]);
    }
  });

  it('with a silent node still gives every record of a batch, and knows those that are missing', async () => {
    const ask = await world(2);
    await proxies[1]?.set({ kind: 'black-hole' });
    for (const name of ['silent', 'fresh']) {
      const keys = Array.from({ length: 300 }, (_, key) => key);
      const { outcome, tookMs } = await ask('aerospike_batch_get', { namespace: 'test', set: name, keys });
      expect(outcome).toMatchObject({ ok: true, structured: { failures: [], missing: name === 'fresh' ? keys : [] } });
      expect(tookMs).toBeLessThan(soonMs);
    }
  });

  it('with a silent node still gives a record, from the node that has its copy', async () => {
    const ask = await world(2);
    await proxies[1]?.set({ kind: 'black-hole' });
    for (const key of [1, 2, 3, 4, 5, 6]) {
      const { outcome } = await ask('aerospike_get_record', { ...set, key, bins: ['none'] });
      expect([key, outcome]).toMatchObject([key, { ok: true }]);
    }
  });
});

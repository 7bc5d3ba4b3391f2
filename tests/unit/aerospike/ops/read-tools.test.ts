import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../electron/core/workers/protocol.ts';
import { operationTools } from '../../../../electron/servers/aerospike/tools/operations.ts';
import type { OpsServices } from '../../../../electron/servers/aerospike/ops/services.ts';
import { fakeCluster, servicesOf, toolContext, type FakeNode } from '../../../support/aerospike-fake-cluster.ts';
import * as sample from './samples.ts';

const threeNodes = (more: Readonly<Record<string, string>> = {}): FakeNode[] =>
  ['A1', 'B1', 'C1'].map((id) => sample.node8(id, more));

async function call(
  services: OpsServices,
  name: string,
  args: JsonObject = {},
): Promise<{ text: string; structured: JsonObject }> {
  const tool = operationTools.find((candidate) => candidate.name === `aerospike_${name}`);
  if (!tool) throw new Error(`no tool ${name}`);
  const outcome = await tool.call(args, services, toolContext());
  if (!outcome.ok) throw new Error(outcome.error.message);
  return outcome;
}

describe('namespaces and sets', () => {
  it('counts each record once over all nodes', async () => {
    const services = servicesOf(fakeCluster(threeNodes()));
    const { structured } = await call(services, 'list_namespaces');
    expect(structured.namespaces).toMatchObject([
      { namespace: 'orders', nodes: 3, objects: 90000, dataUsedBytes: 3221225472, uniqueDataBytes: 1610612736 },
      { namespace: 'billing' },
    ]);
    const sets = await call(services, 'list_sets', { namespace: 'orders' });
    expect(sets.structured.sets).toMatchObject([
      { set: 'items', objects: 60000, bytes: 1050000 },
      { set: 'carts', stopWritesCount: 100000 },
    ]);
  });

  it('names a node that does not answer and says that the totals are partial', async () => {
    const services = servicesOf(fakeCluster([...threeNodes().slice(0, 2), sample.silentNode('C1')]));
    const { structured, text } = await call(services, 'list_namespaces');
    expect(structured).toMatchObject({ partial: true, namespaces: [{ objects: 60000 }, {}] });
    expect(text).toContain('C1');
  });

  it('does not make zeros of an unknown namespace or set, but names those there are', async () => {
    const services = servicesOf(
      fakeCluster(threeNodes({ 'namespace/nope': 'type=unknown', 'sets/nope': 'ns_type=unknown' })),
    );
    for (const name of ['describe_namespace', 'list_sets', 'list_indexes', 'stop_writes', 'topology']) {
      await expect(call(services, name, { namespace: 'nope' })).rejects.toMatchObject({
        code: 'not-found',
        hint: 'There is: orders, billing.',
      });
    }
    await expect(call(services, 'describe_set', { namespace: 'orders', set: 'nope' })).rejects.toMatchObject({
      code: 'not-found',
      hint: 'There is: items, carts.',
    });
    await expect(call(services, 'node_stats', { node: 'Z9' })).rejects.toMatchObject({ code: 'not-found' });
    await expect(call(services, 'latencies', { histogram: 'nope' })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('gives no lifetime to records that never expire, and counts them once', async () => {
    const histogram = 'histogram:namespace=orders;type=ttl';
    const buckets = 'units=seconds:hist-width=400:bucket-width=100:buckets=';
    const described = async (facts: Readonly<Record<string, string>>, ttl: string) => {
      const namespace = sample.text({ ...sample.namespace8, ...facts });
      const services = servicesOf(
        fakeCluster(threeNodes({ 'namespace/orders': namespace, [histogram]: `${buckets}${ttl}` })),
      );
      return await call(services, 'describe_namespace', { namespace: 'orders' });
    };
    const none = await described({}, '60000,0,0,0');
    expect(none.structured).toMatchObject({ secondsToLive: null, neverExpire: 90_000 });
    expect(none.text).toContain('Never expire: 90000 records');
    expect(none.text).not.toContain('Seconds to live');
    const some = await described({ non_expirable_objects: '59000' }, '59000,0,900,100');
    expect(some.structured).toMatchObject({
      secondsToLive: { median: 300, p95: 400, max: 400 },
      neverExpire: 88_500,
    });
    // Without rounds of expiry the server counts none, and 0 would be a lie.
    const uncounted = await described({ 'nsup-period': '0', non_expirable_objects: '0' }, '60000,0,0,0');
    expect(uncounted.structured).toMatchObject({ secondsToLive: null, neverExpire: null });
  });

  it('names sets that their own limit has stopped, in the first line too', async () => {
    const sets = (limits: string) => ({
      'sets/orders': `ns=orders:set=items:objects=40:tombstones=2:data_used_bytes=700:${limits};`,
    });
    const stopped = async (limits: string) => {
      const cluster = fakeCluster([sample.node8('A1', sets(limits)), sample.node8('B1')]);
      return await call(servicesOf(cluster), 'stop_writes', { namespace: 'orders' });
    };
    const count = await stopped('stop-writes-count=42:stop-writes-size=0');
    expect(count.structured.stopped).toEqual(['set orders.items on A1 takes no new records (42 objects of 42)']);
    expect(count.text.split('\n')[0]).toBe(
      'WRITES ARE STOPPED: set orders.items on A1 takes no new records (42 objects of 42)',
    );
    const size = await stopped('stop-writes-count=0:stop-writes-size=600');
    expect(size.structured.stopped).toEqual(['set orders.items on A1 takes no writes (700 bytes of 600)']);
    const near = await stopped('stop-writes-count=43:stop-writes-size=700');
    expect(near.structured.stopped).toEqual([]);
    expect(near.text.split('\n')[0]).toBe('No namespace and no set refuses writes.');
  });

  it('infers a schema with types and shares of nulls and never shows a value', async () => {
    const records = [
      { id: 1, name: 'CANARY', at: null },
      { id: { $int: '9223372036854775807' }, at: { $double: 3 } },
      { id: 2.5, loc: { $geojson: { type: 'Point' } } },
    ];
    const services = servicesOf(fakeCluster(threeNodes(), { records }));
    const { structured, text } = await call(services, 'describe_set', { namespace: 'orders', set: 'items' });
    expect(structured.bins).toEqual([
      { bin: 'id', types: { integer: 2, double: 1 }, nullPct: 0 },
      { bin: 'at', types: { double: 1 }, nullPct: 66.7 },
      { bin: 'loc', types: { geojson: 1 }, nullPct: 66.7 },
      { bin: 'name', types: { string: 1 }, nullPct: 66.7 },
    ]);
    expect(`${JSON.stringify(structured)}${text}`).not.toContain('CANARY');
    expect(structured.indexedBins).toEqual(['total (idx_total, numeric)']);
  });

  it('reads a cluster of 6.4 in the same words', async () => {
    const old = sample.node8('A1', {
      build: '6.4.0.9',
      namespaces: 'orders',
      'namespace/orders': sample.text(sample.namespace6Memory),
      'get-config:context=namespace;id=orders': 'memory-size=1000',
    });
    const services = servicesOf(fakeCluster([old]));
    expect((await call(services, 'describe_namespace', { namespace: 'orders' })).structured).toMatchObject({
      total: { objects: 500, dataUsedBytes: 600, dataTotalBytes: 1000, hwmBreached: ['A1'] },
      settings: { 'memory-size': 1000, 'stop-writes-pct': 90 },
    });
    expect((await call(services, 'get_config', { context: 'namespace', namespace: 'orders' })).text).toContain(
      'memory-size=1000',
    );
  });
});

describe('a profile limited to some namespaces', () => {
  it('is told of those that the cluster has not', async () => {
    const listed = async (namespaces: string[] | null) =>
      await call(servicesOf(fakeCluster(threeNodes()), { namespaces }), 'list_namespaces');
    const none = await listed(['gone']);
    expect(none.structured).toMatchObject({ namespaces: [], note: expect.stringContaining('gone') as unknown });
    expect(none.text).toContain('limited to a namespace that no node has: gone.');
    expect((await listed(['orders', 'gone'])).structured.note).toContain('gone');
    expect((await listed(['orders'])).structured).not.toHaveProperty('note');
    expect((await listed(null)).structured).not.toHaveProperty('note');
  });

  const services = servicesOf(fakeCluster(threeNodes({ 'query-show': sample.jobText })), { namespaces: ['orders'] });

  it('sees nothing of the others, whatever it asks', async () => {
    const asks: [string, JsonObject][] = [
      ['list_namespaces', {}],
      ['summary', {}],
      ['cluster_info', {}],
      ['health_check', {}],
      ['latencies', {}],
      ['list_jobs', { done: true }],
      ['list_indexes', {}],
      ['stop_writes', {}],
      ['topology', {}],
      ['info', { verb: 'namespaces' }],
      ['info', { verb: 'query-show' }],
      ['info', { verb: 'partition-info' }],
    ];
    for (const [name, args] of asks) {
      const { text, structured } = await call(services, name, args);
      expect(`${name} ${text} ${JSON.stringify(structured)}`).not.toContain('billing');
    }
  });

  it('gets no totals over all namespaces', async () => {
    expect((await call(services, 'node_stats', { filter: 'objects' })).structured.statistics).toEqual([]);
    await expect(call(services, 'info', { verb: 'statistics' })).rejects.toMatchObject({ code: 'refused' });
  });

  it('is refused when it names another', async () => {
    for (const [name, args] of [
      ['describe_namespace', { namespace: 'billing' }],
      ['get_config', { context: 'namespace', namespace: 'billing' }],
      ['node_stats', { section: 'billing' }],
      ['complete', { kind: 'set', namespace: 'billing', prefix: '' }],
      ['info', { verb: 'sets', parameters: { namespace: 'billing' } }],
      ['info', { verb: 'get-config', parameters: { context: 'namespace', id: 'billing' } }],
      ['info', { verb: 'health-stats' }],
      // Names every namespace that it ships.
      ['info', { verb: 'get-config', parameters: { context: 'xdr', dc: 'FAR' } }],
      ['info', { verb: 'get-config', parameters: { context: 'xdr', dc: 'FAR', ns: 'orders' } }],
    ] as [string, JsonObject][]) {
      await expect(call(services, name, args)).rejects.toMatchObject({ code: 'refused' });
    }
  });
});

describe('a set whose records have thousands of bins', () => {
  it('is described by the commonest, within what an answer may hold', async () => {
    const wide = Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`bin-${n}`, n]));
    const nodes = threeNodes();
    const { structured, text } = await call(
      servicesOf(fakeCluster(nodes, { records: [wide, { 'bin-1999': 1 }] })),
      'describe_set',
      { namespace: 'orders', set: 'items' },
    );
    expect(structured.bins).toHaveLength(300);
    expect(structured).toMatchObject({ truncated: true, note: expect.stringMatching(/2000 bins.*300/) });
    expect((structured.bins as { bin: string }[])[0]?.bin).toBe('bin-1999');
    expect(text).toContain('2000 bins');
  });
});

describe('other questions', () => {
  const services = servicesOf(fakeCluster(threeNodes({ 'query-show': sample.jobText })));

  it('shows few statistics, others by filter, and rates over a time', async () => {
    const few = (await call(services, 'node_stats')).structured.statistics;
    expect(JSON.stringify(few).length).toBeLessThan(3000);
    const found = await call(services, 'node_stats', { section: 'orders', filter: 'fail_' });
    expect(found.text).toContain('fail_key_busy');
    expect((await call(services, 'node_stats', { seconds: 1 })).structured).toMatchObject({
      perSecond: true,
      statistics: [],
    });
  });

  it('shows the slowest histogram first and names the idle ones', async () => {
    const { structured } = await call(services, 'latencies');
    expect(structured.latencies).toHaveLength(6);
    expect(structured.latencies).toMatchObject([
      { histogram: '{orders}-read', over8: 0.9, p99AtMost: 8 },
      {},
      {},
      {},
      {},
      {},
    ]);
    expect(structured.idle).toEqual(['{orders}-write']);
  });

  it('puts the parts of a query together', async () => {
    const { structured } = await call(services, 'list_jobs');
    expect(structured.jobs).toMatchObject([
      { trid: '17091645024789390538', state: 'active', records: 1260, nodes: ['A1', 'B1', 'C1'] },
    ]);
  });

  it('shows how near limits are, of the fullest node', async () => {
    const full = fakeCluster([
      sample.node8('A1'),
      sample.node8('B1', { 'namespace/orders': sample.text({ ...sample.namespace8, data_used_pct: '63' }) }),
    ]);
    const { structured } = await call(servicesOf(full), 'stop_writes', { namespace: 'orders' });
    expect(structured.limits).toMatchObject([
      { node: 'B1', measure: 'data used %', value: 63, limit: 70, reachedPct: 90 },
      {},
      {},
      {},
    ]);
  });

  it('says of a Community cluster that it has no racks, and fails not', async () => {
    const community = {
      ...sample.community,
      'roster:namespace=orders': 'ERROR:25:enterprise only',
      'racks:namespace=orders': 'ERROR:25:enterprise only',
    };
    const { structured } = await call(servicesOf(fakeCluster(threeNodes(community))), 'topology', {
      namespace: 'orders',
    });
    expect(structured).toMatchObject({
      note: 'Community edition: it has no racks and rosters.',
      namespaces: [{ racks: [], roster: null }],
    });
  });

  it('asks by info command only what only reads, and cuts long answers', async () => {
    for (const verb of ['set-config', 'udf-get', 'udf-list', 'feature-key', 'truncate', 'logs', 'nonsense']) {
      await expect(call(services, 'info', { verb })).rejects.toMatchObject({ code: 'invalid-input' });
    }
    const long = servicesOf(fakeCluster([sample.node8('A1', { statistics: 'x=1;'.repeat(5000) })]));
    expect((await call(long, 'info', { verb: 'statistics' })).structured.answers).toMatchObject([{ isCut: true }]);
  });

  it('completes what begins as typed, then what contains it', async () => {
    expect((await call(services, 'complete', { kind: 'set', namespace: 'orders', prefix: 'i' })).structured).toEqual({
      values: ['items'],
      total: 1,
    });
    expect((await call(services, 'complete', { kind: 'namespace', prefix: 'r' })).structured.values).toEqual([
      'orders',
    ]);
    expect((await call(services, 'complete', { kind: 'node', prefix: '' })).structured.values).toEqual([
      'A1',
      'B1',
      'C1',
    ]);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { startFaultProxy, type FaultProxy } from '../../electron/emulators/aerospike/fault-proxy.ts';
import { useAerospikeSuite } from '../support/aerospike-suite.ts';

const { start, emulate } = useAerospikeSuite();
const proxies: FaultProxy[] = [];
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close();
});

const set = { namespace: 'test', set: 'unreached' };
const index = { namespace: 'test', index: 'by_v' };
const setting = { context: 'namespace', namespace: 'test', parameter: 'nsup-period', value: '77' };

/** So many nodes with 300 records; the second is behind a proxy. */
async function world(nodes: number) {
  const emulator = await emulate({ nodes, seed: 'empty' });
  const proxy = await startFaultProxy(Number(emulator.hosts[1]?.split(':')[1]));
  proxies.push(proxy);
  emulator.advertise(1, proxy);
  const profile = { fields: { hosts: emulator.hosts.slice(0, 1), role: 'admin', timeoutMs: 1_000 } };
  const writer = await start(profile);
  const operations = Array.from({ length: 300 }, (_, key) => ({ operation: 'put', key, bins: { v: key } }));
  await writer.answer('aerospike_batch_write', { ...set, operations });
  await writer.answer('aerospike_create_index', { ...set, index: 'by_v', bin: 'v', type: 'numeric' });
  return { proxy, profile, writer };
}

describe('a node of three behind a firewall', () => {
  it('is not left out in silence, neither of figures nor of what changes', async () => {
    const { proxy, profile, writer } = await world(3);
    expect((await writer.plan('aerospike_truncate_set', set)).sentence).toMatch(
      /^DELETE ALL 300 RECORDS .*\(3 nodes\)$/,
    );
    expect((await writer.plan('aerospike_drop_index', index)).sentence).toMatch(/: 300 entries; queries/);
    await proxy.set({ kind: 'refuse' });
    const worker = await start(profile);
    const note = expect.stringMatching(/2 of 3 nodes are seen \(1 cannot be reached from here\)/) as unknown;
    const cluster = await worker.answer('aerospike_cluster_info', {});
    expect(cluster).toMatchObject({ size: 3, isWhole: false, partial: true, note });
    for (const [tool, args] of [
      ['aerospike_list_namespaces', {}],
      ['aerospike_summary', {}],
      ['aerospike_describe_namespace', { namespace: 'test' }],
      ['aerospike_list_sets', { namespace: 'test' }],
      ['aerospike_list_indexes', { namespace: 'test' }],
    ] as const)
      expect([tool, await worker.answer(tool, args)]).toMatchObject([tool, { partial: true, note }]);
    const lost = '; 1 of 3 nodes cannot be reached from here';
    const truncation = await worker.plan('aerospike_truncate_set', set);
    expect(truncation.sentence).toMatch(new RegExp(`: at least [12]\\d\\d records${lost}$`));
    expect((await worker.plan('aerospike_drop_index', index)).sentence).toMatch(/: at least [12]\d\d entries; 1 of 3/);
    expect(await worker.plan('aerospike_set_config', setting)).toMatchObject({
      effect: 'destroy',
      sentence: expect.stringMatching(/ONLY ON \w+, \w+, so nodes may differ; 1 of 3/),
    });
    // All of them go, as it was said.
    expect(await worker.call('aerospike_truncate_set', set, truncation)).toMatchObject({ ok: true });
    await proxy.set({ kind: 'pass' });
    const after = await (await start(profile)).answer('aerospike_list_sets', { namespace: 'test' });
    expect(after.sets).toMatchObject([{ set: 'unreached', objects: 0 }]);
    expect(after).not.toHaveProperty('partial');
  });
});

describe('a node of two that falls silent', () => {
  it('is told of before all records are deleted, and these are counted as far as they can be', async () => {
    const { proxy, writer } = await world(2);
    await proxy.set({ kind: 'black-hole' });
    const agreed = await writer.plan('aerospike_truncate_set', set);
    expect(agreed.sentence).toMatch(/: at least 300 records; 1 of 2 nodes did not answer$/);
    expect(agreed.preview).toMatchObject({ recordsAtLeast: 300, nodes: 2, seen: '1 of 2' });
    expect((await writer.plan('aerospike_drop_index', index)).sentence).toMatch(
      /: at least 300 entries; 1 of 2 nodes did not answer; queries/,
    );
    await proxy.set({ kind: 'pass' });
    await expect
      .poll(() => writer.call('aerospike_truncate_set', set, agreed), { timeout: 10_000 })
      .toMatchObject({ ok: false, error: { code: 'changed' } });
  });
});

import { expect, it } from 'vitest';
import type { JsonObject } from '../../electron/core/workers/protocol.ts';
import { createAuthority } from '../../electron/emulators/aerospike/x509.ts';
import type { AerospikeWorker } from '../support/aerospike-worker.ts';
import { useAerospikeSuite } from '../support/aerospike-suite.ts';

/** What is told to who keeps a cluster, against what the cluster then does. */
const { start, emulate } = useAerospikeSuite();
const items = { namespace: 'test', set: 'items' };

const rulesSeen = async (worker: AerospikeWorker): Promise<string[]> => {
  const { findings } = await worker.answer('aerospike_health_check', {});
  return (findings as { rule: string }[]).map(({ rule }) => rule);
};

it('a set at its own limit is told as stopped, and refuses new records', async () => {
  const emulator = await emulate({ nodes: 2 });
  const worker = await start({ fields: { hosts: emulator.hosts, role: 'admin' } });
  await worker.answer('aerospike_put_record', { ...items, key: 'a', bins: { n: 1 } });
  const limit = { context: 'namespace', ...items, parameter: 'stop-writes-count', value: '1' };
  await worker.answer('aerospike_set_config', limit);
  const another = { ...items, key: 'b', bins: { n: 1 } };
  expect(await worker.run('aerospike_put_record', another)).toMatchObject({ error: { code: 'refused' } });
  const { stopped } = await worker.answer('aerospike_stop_writes', {});
  expect(stopped).toEqual(
    emulator.cluster.nodes.map(({ id }) => `set test.items on ${id} takes no new records (1 objects of 1)`),
  );
});

it('a number of copies is in force after a recluster, and not before', async () => {
  const emulator = await emulate({ nodes: 2 });
  const worker = await start({ fields: { hosts: emulator.hosts, role: 'admin' } });
  const factor = { context: 'namespace', namespace: 'test', parameter: 'replication-factor', value: '1' };
  expect(Object.values((await worker.answer('aerospike_set_config', factor)).inForce ?? {})).toEqual(['2', '2']);
  expect(await rulesSeen(worker)).toContain('copies-not-in-force');
});

it('lifetimes are told of records that have one', async () => {
  const emulator = await emulate({ nodes: 2 });
  const worker = await start({ fields: { hosts: emulator.hosts, role: 'admin' } });
  const described = (): Promise<JsonObject> => worker.answer('aerospike_describe_namespace', { namespace: 'test' });
  for (const key of ['a', 'b', 'c']) await worker.answer('aerospike_put_record', { ...items, key, bins: { n: 1 } });
  expect(await described()).toMatchObject({ secondsToLive: null, neverExpire: 3 });
  await worker.answer('aerospike_put_record', { ...items, key: 'd', bins: { n: 1 }, ttl: 600 });
  expect(await described()).toMatchObject({ secondsToLive: { max: 600 }, neverExpire: 3 });
});

it('a module has the hash that was shown to who agreed', async () => {
  const emulator = await emulate();
  const worker = await start({ fields: { hosts: emulator.hosts, role: 'admin' } });
  const given = { module: 'totals', code: '-- ü\nfunction f(rec) return 1 end\n' };
  const plan = await worker.plan('aerospike_register_udf', given);
  const { hash } = plan.preview;
  expect(hash).toMatch(/^[0-9a-f]{40}$/);
  expect(await worker.call('aerospike_register_udf', given, plan)).toMatchObject({ structured: { hash } });
  expect(await worker.answer('aerospike_list_udfs', {})).toEqual({ modules: [{ module: 'totals.lua', hash }] });
});

it('a configuration that the user may not change is refused for that reason alone', async () => {
  const emulator = await emulate({ auth: [{ name: 'clerk', password: 'clerk', roles: ['read-write'] }] });
  const fields = { hosts: emulator.hosts, role: 'admin', user: 'clerk' };
  const worker = await start({ fields, secrets: { password: 'clerk' } });
  const change = { context: 'service', parameter: 'ticker-interval', value: '5' };
  const outcome = await worker.run('aerospike_set_config', change);
  expect(outcome).toMatchObject({ ok: false, error: { code: 'refused' } });
  expect(JSON.stringify(outcome)).not.toContain('dynamic');
});

it('a cluster behind TLS is not said to do without', async () => {
  const authority = createAuthority('Operators');
  const name = 'cluster.example.com';
  const tls = { ...authority.issue({ name }), ca: authority.ca, name };
  const behind = await emulate({ tls });
  const worker = await start({ fields: { hosts: behind.hosts, tls: { ca: authority.ca, name } } });
  expect(await rulesSeen(worker)).not.toContain('tls-off');
  const clear = await emulate({ edition: 'enterprise' });
  expect(await rulesSeen(await start({ fields: { hosts: clear.hosts } }))).toContain('tls-off');
});

import { beforeEach, describe, expect, it } from 'vitest';
import type { AerospikeEmulator } from '../../electron/emulators/aerospike/emulator.ts';
import type { JsonObject } from '../../electron/core/workers/protocol.ts';
import type { AerospikeWorker } from '../support/aerospike-worker.ts';
import { useAerospikeSuite } from '../support/aerospike-suite.ts';

const suite = useAerospikeSuite();
const at = { namespace: 'test', set: 's' };
const bins = { a: 1 };
const nulled: JsonObject = { a: null };
const module = 'ending.lua';
const code = 'function ending(rec) return aerospike:remove(rec) end';

/** Each way in which a record ends, as one call. */
const endings: Readonly<Record<string, readonly [tool: string, args: (key: string) => JsonObject]>> = {
  'a delete': ['aerospike_delete_record', (key) => ({ key })],
  'a write without bins': ['aerospike_put_record', (key) => ({ key, bins: nulled })],
  'steps that leave no bin': ['aerospike_operate', (key) => ({ key, operations: [{ op: 'write', bin: 'a', value: null }] })], // prettier-ignore
  'a UDF': ['aerospike_execute_udf', (key) => ({ key, module, function: 'ending' })],
  'a delete in a batch': ['aerospike_batch_write', (key) => ({ operations: [{ operation: 'delete', key }] })],
  'a write in a batch': ['aerospike_batch_write', (key) => ({ operations: [{ operation: 'put', key, bins: nulled }] })],
  'steps in a batch': [
    'aerospike_batch_write',
    (key) => ({ operations: [{ operation: 'operate', key, operations: [{ op: 'write', bin: 'a', value: null }] }] }),
  ],
  'a UDF in a batch': [
    'aerospike_batch_write',
    (key) => ({ operations: [{ operation: 'execute', key, module, function: 'ending' }] }),
  ],
};

async function world(edition: 'enterprise' | 'community'): Promise<{
  emulator: AerospikeEmulator;
  worker: AerospikeWorker;
  tombstones(): number;
  exists(key: string): Promise<boolean>;
}> {
  const emulator = await suite.emulate({ edition });
  const worker = await suite.start({ fields: { hosts: emulator.hosts, role: 'admin' } });
  await worker.answer('aerospike_register_udf', { module, code });
  const operations = Object.keys(endings).map((key): JsonObject => ({ operation: 'put', key, bins }));
  await worker.answer('aerospike_batch_write', { ...at, operations });
  return {
    emulator,
    worker,
    tombstones: () => emulator.cluster.namespaces.get('test')?.tombstones.size ?? 0,
    exists: async (key) => (await worker.answer('aerospike_get_record', { ...at, key })).found === true,
  };
}

const setStrong = (emulator: AerospikeEmulator, isStrong = true): void =>
  emulator.setConfig(0, 'namespace/test', 'strong-consistency', String(isStrong));

describe('in a strongly consistent namespace', () => {
  it.each(Object.entries(endings))('%s leaves a tombstone, and says so beforehand', async (key, [tool, args]) => {
    const { emulator, worker, tombstones, exists } = await world('enterprise');
    setStrong(emulator);
    const given = { ...at, ...args(key) };
    const plan = await worker.plan(tool, given);
    expect(plan).toMatchObject({
      effect: 'destroy',
      sentence: expect.stringMatching(/durably, leaving (a )?tombstone/),
    });
    expect([true, 1]).toContain(plan.preview.durable);
    expect(await worker.call(tool, given, plan)).toMatchObject({ ok: true });
    expect([await exists(key), tombstones()]).toEqual([false, 1]);
  });

  it('a delete without a tombstone is refused before a person is asked, unless the namespace takes such', async () => {
    const { emulator, worker, tombstones, exists } = await world('enterprise');
    setStrong(emulator);
    const one = { ...at, key: 'a delete', durable: false };
    const many = { ...at, operations: [{ operation: 'delete', key: 'a UDF', durable: false }] };
    const refused = {
      ok: false,
      error: { code: 'refused', message: expect.stringMatching(/test is strongly consistent.*durable/) },
    };
    expect(await worker.run('aerospike_delete_record', one)).toMatchObject(refused);
    expect(await worker.run('aerospike_batch_write', many)).toMatchObject(refused);
    emulator.setConfig(0, 'namespace/test', 'strong-consistency-allow-expunge', 'true');
    expect(await worker.answer('aerospike_delete_record', one)).toEqual({ deleted: true });
    expect(await worker.answer('aerospike_batch_write', many)).toMatchObject({ done: 1 });
    expect([await exists('a delete'), await exists('a UDF'), tombstones()]).toEqual([false, false, 0]);
    // Without a word about it, it is still the safe one.
    expect(await worker.answer('aerospike_delete_record', { ...at, key: 'a write in a batch' })).toEqual({ deleted: true }); // prettier-ignore
    expect(tombstones()).toBe(1);
  });

  it('what was agreed on as another kind of delete does not run', async () => {
    const { emulator, worker, exists } = await world('enterprise');
    for (const [key, [tool, args]] of Object.entries(endings)) {
      setStrong(emulator, false);
      const given = { ...at, ...args(key) };
      const plan = await worker.plan(tool, given);
      setStrong(emulator);
      expect([key, await worker.call(tool, given, plan)]).toMatchObject([key, { ok: false, error: { code: 'changed' } }]); // prettier-ignore
      expect([key, await exists(key)]).toEqual([key, true]);
    }
  });

  it('a server’s refusal names durable deletes as its cause', async () => {
    const { emulator, worker } = await world('enterprise');
    const forbidden = { ttl: 60, key: 'k', bins };
    emulator.setConfig(0, 'namespace/test', 'nsup-period', '0');
    expect(await worker.run('aerospike_put_record', { ...at, ...forbidden })).toMatchObject({
      error: { code: 'refused', hint: expect.stringMatching(/durable deletes/) },
    });
    const operations = [{ operation: 'put', ...forbidden }];
    expect(await worker.answer('aerospike_batch_write', { ...at, operations })).toMatchObject({
      failures: [{ code: 'refused', reason: expect.stringMatching(/durable deletes/) }],
    });
  });
});

describe('in any other namespace', () => {
  let own: Awaited<ReturnType<typeof world>>;
  beforeEach(async () => {
    own = await world('enterprise');
  });

  it.each(Object.entries(endings))('%s leaves no tombstone, unless it is asked for', async (key, [tool, args]) => {
    const { worker, tombstones, exists } = own;
    const { sentence } = await worker.plan(tool, { ...at, ...args(key) });
    expect(sentence).not.toMatch(/durabl|tombstone/);
    expect(await worker.run(tool, { ...at, ...args(key) })).toMatchObject({ ok: true });
    expect([await exists(key), tombstones()]).toEqual([false, 0]);
  });

  it('a delete leaves one where the caller wants it, alone and among others', async () => {
    const { worker, tombstones, exists } = own;
    const one = { ...at, key: 'a delete', durable: true };
    expect(await worker.plan('aerospike_delete_record', one)).toMatchObject({
      sentence: expect.stringMatching(/^DELETE record "a delete" .*; durably, leaving a tombstone$/),
      preview: { durable: true },
    });
    expect(await worker.answer('aerospike_delete_record', one)).toEqual({ deleted: true });
    const operations = [
      { operation: 'delete', key: 'a UDF', durable: true },
      { operation: 'delete', key: 'a UDF in a batch' },
      { operation: 'delete', key: 'none', durable: true },
    ];
    expect(await worker.plan('aerospike_batch_write', { ...at, operations })).toMatchObject({
      sentence: expect.stringMatching(/^DELETE 3 records \(2 of them exist; 2 records durably, leaving tombstones\)/),
      preview: { durable: 2 },
    });
    expect(await worker.answer('aerospike_batch_write', { ...at, operations })).toMatchObject({ done: 2, notFound: 1 });
    expect([await exists('a UDF'), await exists('a UDF in a batch'), tombstones()]).toEqual([false, false, 2]);
    const put = { operation: 'put', key: 'k', bins, durable: true };
    expect(await worker.run('aerospike_batch_write', { ...at, operations: [put] })).toMatchObject({
      error: { code: 'invalid-input', message: expect.stringMatching(/takes no durable/) },
    });
  });
});

it('a Community server deletes without, and is not asked for more', async () => {
  const { worker, exists } = await world('community');
  const refused = { ok: false, error: { code: 'refused', message: expect.stringMatching(/Community/), hint: expect.stringMatching(/^Leave durable out/) } }; // prettier-ignore
  const operations = [{ operation: 'delete', key: 'a delete', durable: true }];
  expect(await worker.run('aerospike_delete_record', { ...at, key: 'a delete', durable: true })).toMatchObject(refused);
  expect(await worker.run('aerospike_batch_write', { ...at, operations })).toMatchObject(refused);
  expect(await exists('a delete')).toBe(true);
  expect(await worker.answer('aerospike_delete_record', { ...at, key: 'a delete', durable: false })).toEqual({ deleted: true }); // prettier-ignore
});

import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AerospikeEmulator } from '../../electron/emulators/aerospike/emulator.ts';
import { createAuthority } from '../../electron/emulators/aerospike/x509.ts';
import { useAerospikeSuite } from '../support/aerospike-suite.ts';

const { start, emulate } = useAerospikeSuite();
const set = { namespace: 'test', set: 's' };
const keys = Array.from({ length: 30 }, (_, index) => `key ${index}`);
const found = { found: true, bins: { n: 1 } };

async function fill({ hosts }: AerospikeEmulator): Promise<void> {
  const writer = await start({ fields: { hosts, role: 'read-write' } });
  for (const key of keys) await writer.answer('aerospike_put_record', { ...set, key, bins: { n: 1 } });
}

const addressOf = (host = ''): { host: string; port: number } => ({
  host: '127.0.0.1',
  port: Number(host.split(':').at(-1)),
});

/** A port of this machine that takes connections and never says a word, or that nobody listens on. */
async function deadPort(kind: 'silent' | 'closed'): Promise<{ host: string; port: number }> {
  const server = createServer((socket) => socket.on('error', () => undefined));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  if (kind === 'closed') await new Promise((resolve) => server.close(resolve));
  else onTestFinished(() => void server.close());
  return { host: '127.0.0.1', port };
}

describe('a profile with a rack', () => {
  /** Two nodes with every record on both, in the racks 1 and 2. */
  async function inRacks(): Promise<AerospikeEmulator> {
    const emulator = await emulate({ nodes: 2, edition: 'enterprise' });
    emulator.setRack(0, 1);
    emulator.setRack(1, 2);
    await fill(emulator);
    return emulator;
  }
  /** What each node is asked while `work` runs. */
  async function asked(emulator: AerospikeEmulator, work: () => Promise<unknown>): Promise<number[]> {
    const counts = (): number[] =>
      emulator.cluster.nodes.map(({ counters }) =>
        (['client_read_success', 'batch_sub_read_success', 'pi_query_long_basic_complete'] as const)
          .map((name) => counters.get('test', name))
          .reduce((sum, count) => sum + count),
      );
    const before = counts();
    await work();
    return counts().map((count, index) => count - (before[index] ?? 0));
  }

  it.each([
    { rackId: 1, other: 1 },
    { rackId: 2, other: 0 },
  ])(
    '$rackId reads from the nodes there alone: records, some of their bins, batches and sets',
    async ({ rackId, other }) => {
      const emulator = await inRacks();
      const worker = await start({ fields: { hosts: emulator.hosts.slice(0, 1), rackId } });
      const counts = await asked(emulator, async () => {
        for (const key of keys)
          expect(await worker.answer('aerospike_get_record', { ...set, key })).toMatchObject(found);
        for (const key of keys) await worker.answer('aerospike_get_record', { ...set, key, bins: ['n'] });
        // Twice, since the second time is read another way: with the types of the first as a guess.
        for (const args of [{ keys }, { keys }]) await worker.answer('aerospike_batch_get', { ...set, ...args });
        const { records } = await worker.answer('aerospike_scan_set', { ...set, limit: 100 });
        expect(records).toHaveLength(keys.length);
      });
      expect(counts[other]).toBe(0);
      expect(counts[1 - other]).toBeGreaterThan(4 * keys.length);
    },
  );

  it('reads elsewhere when the nodes there are gone', async () => {
    const emulator = await inRacks();
    const worker = await start({ fields: { hosts: emulator.hosts, rackId: 2 } });
    expect(await worker.answer('aerospike_get_record', { ...set, key: keys[0] ?? '' })).toMatchObject(found);
    await emulator.stopNode(1);
    for (const key of keys)
      await expect
        .poll(() => worker.call('aerospike_get_record', { ...set, key }), { timeout: 10_000 })
        .toMatchObject({ ok: true, structured: found });
  });

  it('writes to the node that a record belongs to, whatever its rack', async () => {
    const emulator = await inRacks();
    const worker = await start({ fields: { hosts: emulator.hosts, role: 'read-write', rackId: 1 } });
    for (const key of keys) await worker.answer('aerospike_put_record', { ...set, key, bins: { n: 2 } });
    const written = emulator.cluster.nodes.map(({ counters }) => counters.get('test', 'client_write_success'));
    for (const count of written) expect(count).toBeGreaterThan(0);
  });

  it('that is none asks the node that a record belongs to', async () => {
    const emulator = await inRacks();
    const worker = await start({ fields: { hosts: emulator.hosts } });
    const counts = await asked(emulator, async () => {
      for (const key of keys) await worker.answer('aerospike_get_record', { ...set, key });
    });
    for (const count of counts) expect(count).toBeGreaterThan(0);
  });
});

describe('a cluster behind addresses that cannot be reached from here', () => {
  /** Two nodes that send clients to dead addresses, and those who ask for alternate ones to themselves. */
  async function translated(kind: 'silent' | 'closed', options = {}): Promise<AerospikeEmulator> {
    const emulator = await emulate({ nodes: 2, ...options });
    for (const [index, host] of emulator.hosts.entries()) {
      emulator.advertiseAlternate(index, addressOf(host));
      emulator.advertise(index, await deadPort(kind));
    }
    return emulator;
  }

  it('works by its alternate addresses, on every node', async () => {
    const emulator = await translated('silent');
    const fields = { hosts: emulator.hosts.slice(0, 1), role: 'read-write', alternateAddresses: true };
    const worker = await start({ fields });
    const { nodes, warnings } = await worker.answer('aerospike_test_credential', {});
    expect(nodes).toBe(2);
    expect(JSON.stringify(warnings)).not.toMatch(/can be reached/);
    for (const key of keys) await worker.answer('aerospike_put_record', { ...set, key, bins: { n: 1 } });
    for (const key of keys) expect(await worker.answer('aerospike_get_record', { ...set, key })).toMatchObject(found);
    const written = emulator.cluster.nodes.map(({ counters }) => counters.get('test', 'client_write_success'));
    for (const count of written) expect(count).toBeGreaterThan(0);
  });

  it('works so over TLS too', async () => {
    const authority = createAuthority('Cluster CA');
    const name = 'cluster.example.com';
    const emulator = await translated('closed', { tls: { ...authority.issue({ name }), name } });
    const tls = { ca: authority.ca, name };
    const worker = await start({ fields: { hosts: emulator.hosts.slice(1), alternateAddresses: true, tls } });
    expect(await worker.answer('aerospike_test_credential', {})).toMatchObject({ nodes: 2, isEncrypted: true });
  });

  it.each(['closed', 'silent'] as const)(
    'without them is said to be that, in the profile’s time (%s)',
    async (kind) => {
      const emulator = await translated(kind);
      const worker = await start({ fields: { hosts: emulator.hosts, timeoutMs: 1_000 } });
      const startedMs = performance.now();
      for (const tool of ['aerospike_get_record', 'aerospike_test_credential']) {
        const outcome = await worker.call(tool, tool.includes('get') ? { ...set, key: 'a' } : {});
        expect(outcome).toMatchObject({
          ok: false,
          error: {
            code: 'unreachable',
            message: expect.stringMatching(/A seed host answers, but the nodes cannot be reached at the addresses/),
            hint: expect.stringMatching(/Switch alternate addresses on/),
          },
        });
        expect(JSON.stringify(outcome)).not.toContain('127.0.0.1');
      }
      expect(performance.now() - startedMs).toBeLessThan(5_000);
    },
  );

  it('that publishes no alternate ones shows fewer nodes than it has, and a test warns of that', async () => {
    const emulator = await emulate({ nodes: 2 });
    const worker = await start({ fields: { hosts: emulator.hosts.slice(0, 1), alternateAddresses: true } });
    const { nodes, warnings } = await worker.answer('aerospike_test_credential', {});
    expect(nodes).toBe(1);
    expect(JSON.stringify(warnings)).toMatch(/2 nodes, of which 1 can be reached.*switch alternate addresses off/);
  });
});

describe('several seeds', () => {
  it.each(['closed', 'silent'] as const)('serve as soon as one is good; the first is %s', async (kind) => {
    const emulator = await emulate({ nodes: 2 });
    await fill(emulator);
    const { host, port } = await deadPort(kind);
    const hosts = [`${host}:${port}`, 'no-such-host.invalid:3000', emulator.hosts[1] ?? ''];
    const worker = await start({ fields: { hosts, timeoutMs: 2_000 } });
    const startedMs = performance.now();
    expect(await worker.answer('aerospike_get_record', { ...set, key: keys[0] ?? '' })).toMatchObject(found);
    // The dead one is not waited for.
    expect(performance.now() - startedMs).toBeLessThan(1_500);
    // A test waits for it: a seed that is of no use is found out before the day it is needed.
    const problem = kind === 'closed' ? 'refused the connection' : 'did not answer in time';
    const { nodes, warnings } = await worker.answer('aerospike_test_credential', {});
    expect([nodes, warnings]).toMatchObject([2, expect.arrayContaining([expect.stringContaining(problem)])]);
  });

  it('of a cluster are used one after the other, as nodes go', async () => {
    const emulator = await emulate({ nodes: 2 });
    await fill(emulator);
    await emulator.stopNode(0);
    const worker = await start({ fields: { hosts: emulator.hosts } });
    expect(await worker.answer('aerospike_get_record', { ...set, key: keys[0] ?? '' })).toMatchObject(found);
    const outcome = await worker.call('aerospike_test_credential', {});
    const words = new RegExp(`Seed ${emulator.hosts[0] ?? ''}: .*refused the connection`);
    // In the text too, which is what a person reads of a test.
    expect(outcome).toMatchObject({ ok: true, text: expect.stringMatching(words) });
    expect(outcome).toMatchObject({ structured: { warnings: expect.arrayContaining([expect.stringMatching(words)]) } });
  });

  it('with a TLS name each (host:tlsName:port) are held to it, and the others of the cluster found', async () => {
    const authority = createAuthority('Cluster CA');
    const name = 'cluster.example.com';
    const emulator = await emulate({ nodes: 2, tls: { ...authority.issue({ name }), name } });
    const named = (...names: string[]): string[] =>
      emulator.hosts.map((host, index) => host.replace(':', `:${names[index] ?? name}:`));
    const test = async (hosts: string[]) => {
      const worker = await start({ fields: { hosts, tls: { ca: authority.ca } } });
      return await worker.call('aerospike_test_credential', {});
    };
    const noSeed = expect.not.arrayContaining([expect.stringMatching(/^Seed /)]) as unknown;
    const works = { ok: true, structured: { nodes: 2, isEncrypted: true, warnings: noSeed } };
    expect(await test(named())).toMatchObject(works);
    expect(await test(named().slice(0, 1))).toMatchObject(works);
    const half = await test(named('another.example.com'));
    expect(half).toMatchObject({ ok: true, structured: { nodes: 2 } });
    expect(JSON.stringify(half)).toMatch(/certificate is for another name/);
    expect(await test(named('another.example.com', 'a-third.example.com'))).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/certificate is for another name/) },
    });
  });
});

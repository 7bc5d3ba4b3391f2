import { afterEach, expect, it } from 'vitest';
import { startAerospikeEmulator, type AerospikeEmulator } from '../../../../electron/emulators/aerospike/emulator.ts';
import { startFaultProxy, type Fault, type FaultProxy } from '../../../../electron/emulators/aerospike/fault-proxy.ts';
import { startRemoteClient, until, type RemoteClient } from './remote.ts';
import { openWire, pairsOf } from './wire.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function demo(options: Parameters<typeof startAerospikeEmulator>[0] = {}): Promise<AerospikeEmulator> {
  const emulator = await startAerospikeEmulator({ seed: 'demo', ...options });
  ends.push(() => emulator.close());
  return emulator;
}

async function connected(hosts: string): Promise<RemoteClient> {
  const client = startRemoteClient();
  ends.push(() => client.end());
  await client.do('connect', { hosts });
  return client;
}

const userKeys = Array.from({ length: 40 }, (_, at) => `user-${String(at + 1).padStart(4, '0')}`);
const eventKeys = Array.from({ length: 40 }, (_, at) => at);

it('loses nothing of a replicated namespace with a node, and only its partitions of one without replicas', async () => {
  const emulator = await demo();
  const client = await connected(emulator.hosts[0] ?? '');
  expect(await client.do('nodes')).toBe(2);
  expect(await client.do('read', 'bar', 'events', eventKeys)).toEqual({ found: 40 });
  await emulator.stopNode(1);
  await until(async () => (await client.do('nodes')) === 1);
  expect(await client.do('read', 'test', 'users', userKeys)).toEqual({ found: 40 });
  expect(await client.do('scan', 'test', 'users')).toBe(1000);
  const without = (await client.do('read', 'bar', 'events', eventKeys)) as Record<string, number>;
  expect(without['-8']).toBeGreaterThan(0);
  expect(without.found).toBeGreaterThan(0);
  await emulator.startNode(1);
  await until(async () => (await client.do('nodes')) === 2);
  await until(async () => (await client.do('scan', 'bar', 'events')) === 1200);
  expect(await client.do('read', 'bar', 'events', eventKeys)).toEqual({ found: 40 });
});

it('counts what the client does', async () => {
  const emulator = await demo({ nodes: 1 });
  const client = await connected(emulator.hosts[0] ?? '');
  await client.do('read', 'test', 'users', [...userKeys, 'nobody']);
  await client.do('put', 'test', 'users', 'new', { a: 1 });
  const statistics = pairsOf(String(await client.do('info', 'namespace/test')));
  const counted = ['client_read_success', 'client_read_not_found', 'client_write_success'].map((name) =>
    statistics.get(name),
  );
  expect(counted).toEqual(['40', '1', '1']);
  expect(String(await client.do('info', 'latencies:hist={test}-read'))).toMatch(
    /\{test\}-read:msec,[\d.]+(,[\d.]+){17}/,
  );
  expect(String(await client.do('info', 'user-agents'))).toContain('user-agent=');
});

it('forgets records whose time has come', async () => {
  const emulator = await demo({ nodes: 1 });
  const client = await connected(emulator.hosts[0] ?? '');
  await client.do('put', 'test', 'users', 'brief', { a: 1 }, { ttl: 100 });
  expect(await client.do('read', 'test', 'users', ['brief'])).toEqual({ found: 1 });
  emulator.advanceClock(101_000);
  expect(await client.do('read', 'test', 'users', ['brief'])).toEqual({ 2: 1 });
});

it('refuses writes to a full namespace, and to a busy record', async () => {
  const emulator = await demo({ nodes: 1 });
  const client = await connected(emulator.hosts[0] ?? '');
  expect(await client.do('put', 'sessions', 'web', 'x', { a: 1 })).toBe('done');
  emulator.setFill('sessions', 0.8);
  expect(await client.do('put', 'sessions', 'web', 'x', { a: 1 })).toBe('error 8');
  expect(await client.do('put', 'test', 'users', 'x', { a: 1 })).toBe('done');
  const [partition] = [...(emulator.cluster.namespaces.get('test')?.partitions ?? [])].filter(
    (one) => one !== undefined,
  );
  const [record] = [...(partition?.values() ?? [])];
  emulator.setBusy(record?.digest.toString('hex') ?? '', true);
  const key = record?.key?.subarray(1);
  const isText = record?.key?.[0] === 3;
  const name = isText ? key?.toString() : Number(key?.readBigInt64BE());
  expect(await client.do('put', 'test', record?.set, name, { a: 1 })).toBe('error 14');
});

async function proxied(): Promise<{ emulator: AerospikeEmulator; proxy: FaultProxy; client: RemoteClient }> {
  const emulator = await demo({ nodes: 1 });
  const proxy = await startFaultProxy(Number(emulator.hosts[0]?.split(':')[1]));
  ends.push(() => proxy.close());
  emulator.advertise(0, { host: proxy.host, port: proxy.port });
  return { emulator, proxy, client: await connected(proxy.address) };
}

it.each<[Fault, string]>([
  [{ kind: 'pass' }, 'found'],
  [{ kind: 'delay', delayMs: 5 }, 'found'],
  [{ kind: 'black-hole' }, '9'],
  [{ kind: 'half' }, '9'],
])('between client and cluster, %o comes to %s', async (fault, outcome) => {
  const { proxy, client } = await proxied();
  expect(await client.do('read', 'test', 'users', ['user-0001'])).toEqual({ found: 1 });
  await proxy.set(fault);
  expect(await client.do('read', 'test', 'users', ['user-0001'])).toEqual({ [outcome]: 1 });
});

it.each<Fault>([{ kind: 'cut' }, { kind: 'drop', answer: 1 }, { kind: 'refuse' }])(
  'between client and cluster, %o is an error, and over when it is',
  async (fault) => {
    const { proxy, client } = await proxied();
    await proxy.set(fault);
    expect(await client.do('read', 'test', 'users', ['user-0001'])).not.toHaveProperty('found');
    await proxy.set({ kind: 'pass' });
    await until(async () => {
      const codes = (await client.do('read', 'test', 'users', ['user-0001'])) as Record<string, number>;
      return codes.found === 1;
    });
  },
);

it('serves the second answer and drops the third, where that was asked', async () => {
  const { proxy } = await proxied();
  await proxy.set({ kind: 'drop', answer: 3 });
  const wire = await openWire(proxy.address);
  expect(await wire.info('status')).toBe('status\tok\n');
  expect(await wire.info('status')).toBe('status\tok\n');
  expect(await wire.info('status')).toBe('closed');
});

it('rejects where a port is taken, and leaves none behind', async () => {
  // Below those that the system gives to whoever asks for any, so that no other test comes in between.
  const port = 20_000 + 2 * Math.floor(Math.random() * 5_000);
  await demo({ nodes: 1, port: port + 1 });
  await expect(startAerospikeEmulator({ port, nodes: 2 })).rejects.toThrow('EADDRINUSE');
  const free = await demo({ nodes: 1, port });
  expect(free.hosts).toEqual([`127.0.0.1:${port}`]);
});

import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  startAerospikeEmulator,
  type AerospikeEmulator,
  type AerospikeEmulatorOptions,
} from '../../electron/emulators/aerospike/emulator.ts';
import { startFaultProxy, type FaultProxy } from '../../electron/emulators/aerospike/fault-proxy.ts';
import { demoProfiles, demoTls, demoUsers } from '../../electron/emulators/aerospike/demo-credentials.ts';
import { expiredAuthority, privateAuthority } from '../support/certificates.ts';
import { createProfileWorld, type ProfileDraft, type ProfileWorld } from '../support/profile-world.ts';

const canary = 'CANARY-aerospike-password';
const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});
const ended = <Thing extends { close(): Promise<void> }>(thing: Thing): Thing => {
  endings.push(() => thing.close());
  return thing;
};
const emulate = async (options: AerospikeEmulatorOptions = {}): Promise<AerospikeEmulator> =>
  ended(await startAerospikeEmulator(options));
const world = async (...profiles: ProfileDraft[]): Promise<ProfileWorld> => ended(await createProfileWorld(profiles));

const key = { namespace: 'test', set: 'faults', key: 'one' };
const seed = async (emulator: AerospikeEmulator): Promise<void> => {
  const writer = await createProfileWorld([{ name: 'seed', hosts: emulator.hosts, role: 'read-write' }]);
  await writer.host.run('grant', 'agent', 'aerospike', '--write', 'allow');
  expect(await writer.call('put_record', { ...key, bins: { n: 1 } })).toMatchObject({ ok: true });
  await writer.close();
};
const get = (of: ProfileWorld, options?: { signal?: AbortSignal }) => of.call('get_record', key, options);
const found = { ok: true, structured: { found: true, bins: { n: 1 } } };
const pidOf = async (of: ProfileWorld): Promise<number | null> => (await of.workers())[0]?.pid ?? null;

/** A port that was free a moment ago and refuses now. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** One node that is only reached through the proxy. */
async function behindProxy(): Promise<{ emulator: AerospikeEmulator; proxy: FaultProxy }> {
  const emulator = await emulate({ nodes: 1 });
  await seed(emulator);
  const proxy = ended(await startFaultProxy(Number(emulator.hosts[0]?.split(':')[1])));
  emulator.advertise(0, proxy);
  return { emulator, proxy };
}

describe('a cluster', () => {
  it('that is down at the start is said to refuse, and the next call after it came up succeeds', async () => {
    const port = await closedPort();
    const down = await world({ name: 'p', hosts: [`127.0.0.1:${port}`], timeoutMs: 2000 });
    const failed = await get(down);
    expect(failed).toMatchObject({ ok: false, text: expect.stringMatching(/refuse/i) });
    const pid = await pidOf(down);
    const emulator = await emulate({ port, nodes: 1 });
    await seed(emulator);
    await expect.poll(() => get(down), { timeout: 15_000, interval: 300 }).toMatchObject(found);
    expect(await pidOf(down)).toBe(pid);
  });

  it('that goes away in mid-call gives an error, and the worker lives on', async () => {
    const emulator = await emulate({ nodes: 1 });
    await seed(emulator);
    const open = await world({ name: 'p', hosts: emulator.hosts, timeoutMs: 2000 });
    expect(await get(open)).toMatchObject(found);
    const pid = await pidOf(open);
    const calls = Promise.all(Array.from({ length: 20 }, () => get(open)));
    await emulator.stopNode(0);
    for (const call of await calls) if (!call.ok) expect(call.text).not.toMatch(/127\.0\.0\.1|\bat \b|-?\d{1,2}:/);
    expect(await get(open)).toMatchObject({ ok: false });
    await emulator.startNode(0);
    await expect.poll(() => get(open), { timeout: 15_000, interval: 300 }).toMatchObject(found);
    expect(await pidOf(open)).toBe(pid);
  });

  it('of two nodes that loses one still answers for what is replicated', async () => {
    const emulator = await emulate();
    await seed(emulator);
    const open = await world({ name: 'p', hosts: emulator.hosts, timeoutMs: 3000 });
    expect(await get(open)).toMatchObject(found);
    await emulator.stopNode(1);
    await expect.poll(() => get(open), { timeout: 15_000, interval: 300 }).toMatchObject(found);
    const { structured } = await open.call('list_sets', { namespace: 'test' });
    expect(structured.sets).toMatchObject([{ set: 'faults', objects: 1 }]);
    await emulator.startNode(1);
    await expect.poll(() => get(open), { timeout: 15_000, interval: 300 }).toMatchObject(found);
  });

  it('that falls silent is given up in the profile’s time; the gateway answers meanwhile', async () => {
    const { proxy } = await behindProxy();
    const open = await world({ name: 'p', hosts: [proxy.address], timeoutMs: 2000 });
    expect(await get(open)).toMatchObject(found);
    const pid = await pidOf(open);
    await proxy.set({ kind: 'black-hole' });
    const slow = get(open);
    await open.client.ping();
    expect(await slow).toMatchObject({ ok: false, text: expect.stringMatching(/time|silent|not answer/i) });
    // A new connection to a silent cluster is what blocks the client's thread: it is never tried.
    await open.edit('p', { notes: 'a new worker generation' });
    const again = get(open);
    await open.client.ping();
    expect(await again).toMatchObject({ ok: false });
    await proxy.set({ kind: 'pass' });
    await expect.poll(() => get(open), { timeout: 20_000, interval: 300 }).toMatchObject(found);
    expect(await pidOf(open)).toBe(pid);
  });

  it('that is silent at the first call is told apart from one that refuses, and a call to it can be cancelled', async () => {
    const { proxy } = await behindProxy();
    await proxy.set({ kind: 'black-hole' });
    const open = await world({ name: 'p', hosts: [proxy.address], timeoutMs: 3000 });
    const abort = new AbortController();
    const cancelled = get(open, { signal: abort.signal });
    setTimeout(() => abort.abort(), 200);
    await expect(cancelled).rejects.toThrow();
    expect(await get(open)).toMatchObject({
      ok: false,
      text: expect.stringMatching(/silent|not answer|answers? nothing/i),
    });
  });

  it.each([{ kind: 'cut' }, { kind: 'half' }, { kind: 'drop', answer: 3 }] as const)(
    'whose answers are disturbed ($kind) costs calls, never the worker',
    async (fault) => {
      const { proxy } = await behindProxy();
      const open = await world({ name: 'p', hosts: [proxy.address], timeoutMs: 1500 });
      expect(await get(open)).toMatchObject(found);
      const pid = await pidOf(open);
      await proxy.set(fault);
      await Promise.all(Array.from({ length: 5 }, () => get(open)));
      await proxy.set({ kind: 'pass' });
      await expect.poll(() => get(open), { timeout: 20_000, interval: 300 }).toMatchObject(found);
      expect(await pidOf(open)).toBe(pid);
    },
  );
});

describe('a login', () => {
  const users = [{ name: 'app', password: canary, roles: ['read-write'] }];

  it('with a wrong password is said to be that, and works once it is right', async () => {
    const emulator = await emulate({ nodes: 1, auth: users });
    const open = await world({ name: 'p', hosts: emulator.hosts, user: 'app', password: 'wrong', role: 'read-write' });
    const failed = await get(open);
    const told = /The user or the password is wrong/;
    expect(failed).toMatchObject({ ok: false, text: expect.stringMatching(told) });
    expect(failed.text).not.toMatch(/Choose another/);
    expect(await open.test('p')).toMatchObject({ ok: false, message: expect.stringMatching(told) });
    await open.edit('p', { password: canary });
    await expect
      .poll(() => get(open), { timeout: 15_000, interval: 300 })
      .toMatchObject({ ok: true, structured: { found: false } });
    expect(await open.test('p')).toMatchObject({ ok: true });
  });

  it('of a user that there is not, and one against a cluster without security, are told apart', async () => {
    const [secured, open] = [await emulate({ nodes: 1, auth: users }), await emulate({ nodes: 1 })];
    const tested = await world(
      { name: 'stranger', hosts: secured.hosts, user: 'nobody', password: canary },
      { name: 'community', hosts: open.hosts, user: 'app', password: canary },
      { name: 'anonymous', hosts: secured.hosts },
    );
    const messages = await Promise.all(['stranger', 'community', 'anonymous'].map((name) => tested.test(name)));
    for (const { ok, message, hint } of messages) {
      expect(ok).toBe(false);
      expect(message + hint).not.toContain(canary);
    }
    expect(messages[0]?.message).toMatch(/The user or the password is wrong/);
    expect(messages[1]?.message).toMatch(/no users|security/i);
    expect(messages[2]?.message).toMatch(/user|log ?in|password/i);
    expect(new Set(messages.map(({ message }) => message)).size).toBe(3);
  });
});

describe('every way to sign in', () => {
  it('works as it was entered: the cluster’s own users, a directory’s user, a certificate', async () => {
    const tls = demoTls();
    const emulator = await emulate({ nodes: 2, tls: tls.server, auth: demoUsers });
    const profiles = demoProfiles(emulator.hosts, true, tls).map((profile) => ({ ...profile }));
    const open = await world(...profiles);
    const users = { 'demo-read-only': 'reader', 'demo-certificate': 'machine', 'demo-directory': 'directory' };
    for (const [name, user] of Object.entries(users)) {
      expect(await open.test(name), name).toMatchObject({ ok: true, facts: { user, nodes: 2 } });
      expect(await open.call('get_record', { profile: name, ...key }), name).toMatchObject({ ok: true });
    }
  });

  it('is refused when it is entered, where a password would cross the network in clear unasked', async () => {
    const draft = { name: 'p', hosts: ['127.0.0.1:3000'], user: 'directory', password: canary };
    const open = await world({ ...draft, authMode: 'externalInsecure' });
    const refused = open.add({ ...draft, name: 'q', authMode: 'external' });
    await expect(refused).rejects.toThrow(/external sends the password itself, so it needs TLS/);
    await expect(open.edit('p', { authMode: 'external' })).rejects.toThrow(/so it needs TLS/);
    await expect(refused).rejects.not.toThrow(canary);
  });
});

describe('a TLS connection', () => {
  const tlsOf = (authority: { ca: string; cert: string; key: string }, name = 'cluster.example.com') => ({
    nodes: 1,
    tls: { key: authority.key, cert: authority.cert, ca: authority.ca, name },
  });

  it('works by the name in the certificate, and says so when it is another one', async () => {
    const authority = privateAuthority('cluster.example.com');
    const emulator = await emulate(tlsOf(authority));
    const open = await world(
      { name: 'good', hosts: emulator.hosts, tls: { ca: authority.ca, name: 'cluster.example.com' } },
      { name: 'other', hosts: emulator.hosts, tls: { ca: authority.ca, name: 'another.example.com' } },
      { name: 'stranger', hosts: emulator.hosts, tls: { ca: privateAuthority('x').ca, name: 'cluster.example.com' } },
      { name: 'plain', hosts: emulator.hosts, timeoutMs: 2000 },
    );
    expect(await open.test('good')).toMatchObject({ ok: true });
    expect(await open.call('get_record', { profile: 'good', ...key })).toMatchObject({ ok: true });
    expect(await open.test('other')).toMatchObject({ ok: false, message: expect.stringMatching(/name/i) });
    expect(await open.test('stranger')).toMatchObject({
      ok: false,
      message: expect.stringMatching(/trust|authority/i),
    });
    expect(await open.test('plain')).toMatchObject({ ok: false });
  });

  it('with a certificate that has ended says that, and works after it was renewed', async () => {
    const old = expiredAuthority('cluster.example.com');
    const emulator = await emulate(tlsOf(old));
    const open = await world({ name: 'p', hosts: emulator.hosts, tls: { ca: old.ca, name: 'cluster.example.com' } });
    expect(await get(open)).toMatchObject({ ok: false, text: expect.stringMatching(/expired|ended/i) });
    expect(await open.test('p')).toMatchObject({ ok: false, message: expect.stringMatching(/expired|ended/i) });
    const port = Number(emulator.hosts[0]?.split(':')[1]);
    await emulator.close();
    const renewed = privateAuthority('cluster.example.com');
    await emulate({ ...tlsOf(renewed), port });
    await open.edit('p', { tls: { ca: renewed.ca } });
    await expect
      .poll(() => get(open), { timeout: 15_000, interval: 300 })
      .toMatchObject({ ok: true, structured: { found: false } });
  });
});

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createPrivateKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoTls, demoTlsName } from '../../electron/emulators/aerospike/demo-credentials.ts';
import { startAerospikeEmulator, type AerospikeEmulator } from '../../electron/emulators/aerospike/emulator.ts';
import { chatelaine } from '../support/built-app.ts';
import { patternsOf, scanBytes, scanFolder, scanProcesses } from '../support/canary-scan.ts';
import { createProfileWorld, type ProfileWorld } from '../support/profile-world.ts';

const password = 'CANARY-aerospike-password-1';
const typed = 'CANARY-aerospike-typed-2';
const users = [
  { name: 'operator', password, roles: ['user-admin', 'read-write'] },
  { name: 'app', password: 'initial-password', roles: ['read'] },
];

describe('a profile with a password and a client key', () => {
  const tls = demoTls();
  // In clear in the vault: what the client is given must be encrypted by us.
  const key = createPrivateKey({ key: tls.client.key, passphrase: tls.client.keyPassphrase })
    .export({ type: 'pkcs8', format: 'pem' })
    .toString();
  const secrets = { password, typed, key: key.split('\n')[1] ?? '' };
  const patterns = patternsOf(secrets);
  let emulator: AerospikeEmulator;
  let world: ProfileWorld;

  beforeAll(async () => {
    emulator = await startAerospikeEmulator({ nodes: 2, tls: tls.server, auth: users });
    const { keyPassphrase: _, ...material } = tls.client;
    const hosts = emulator.hosts.map((host) => host.replace(':', `:${demoTlsName}:`));
    const profile = { hosts, user: 'operator', password, role: 'admin', tls: { ...material, key, name: demoTlsName } };
    world = await createProfileWorld([{ name: 'p', ...profile }]);
  });
  afterAll(async () => {
    await world.close();
    await emulator.close();
  });

  const leaks = async () => [
    ...(await scanFolder(patterns, world.host.home, (path) => path.endsWith('/node'))),
    ...(await scanProcesses(patterns)),
    ...scanBytes(patterns, Buffer.from(world.host.host().stderr()), 'stderr of the host'),
  ];

  it('is used over mutual TLS, and nothing of it can be read anywhere while it is', async () => {
    expect(secrets.key.length).toBeGreaterThan(40);
    expect(await world.test('p')).toMatchObject({ ok: true });
    const calls = Array.from({ length: 20 }, () => world.call('get_record', { namespace: 'test', set: 's', key: 'k' }));
    expect(await leaks()).toEqual([]);
    for (const call of await Promise.all(calls)) expect(call).toMatchObject({ ok: true });
    expect(await leaks()).toEqual([]);
  });

  it('sets a password that the person types, which neither the model nor any record has', async () => {
    const asked = world.call('manage_user', { action: 'set-password', user: 'app' });
    const waiting = async () => world.host.json<{ id: string; asks: string | null }[]>('approvals');
    await expect.poll(waiting, { timeout: 10_000 }).toHaveLength(1);
    const [question] = await waiting();
    expect(question).toMatchObject({ asks: 'New password of app (at most 63 bytes)' });
    const refused = await chatelaine(['approve', question?.id ?? ''], world.host.environment);
    expect(refused).toMatchObject({ code: 5, stderr: expect.stringContaining('has to be typed') });
    const approved = await chatelaine(
      ['approve', question?.id ?? '', '--typed', '-'],
      world.host.environment,
      `${typed}\n`,
    );
    expect(approved).toMatchObject({ code: 0 });
    const answer = await asked;
    expect(answer).toMatchObject({ ok: true });
    expect(JSON.stringify([answer, approved, await world.host.json('activity')])).not.toContain('CANARY');
    expect(await leaks()).toEqual([]);
    await world.add({
      name: 'app',
      hosts: emulator.hosts.map((host) => host.replace(':', `:${demoTlsName}:`)),
      user: 'app',
      password: typed,
      tls: { ...tls.client, name: demoTlsName },
    });
    expect(await world.test('app')).toMatchObject({ ok: true });
  });

  it('leaves nothing readable behind when everything is killed, and its folder goes at the next start', async () => {
    const { workers } = await world.host.json<{ workers: { pid: number | null }[] }>('status');
    const scratch = join(world.host.home, 'scratch');
    expect(await readdir(scratch)).not.toEqual([]);
    for (const { pid } of workers) if (pid !== null) process.kill(pid, 'SIGKILL');
    await world.host.kill();
    expect(await leaks()).toEqual([]);
    await world.host.start();
    expect(await world.test('p')).toMatchObject({ ok: true });
    // One folder for each worker that runs now, and none of those before.
    expect((await readdir(scratch)).length).toBe(1);
  });
});

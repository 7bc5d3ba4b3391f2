import type { Client } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectClient, startProgram, textOf, type Entry } from '../support/built-app.ts';
import { keyringMissing, startKeyring, type Keyring } from '../support/keyring.ts';
import { createTestHost, startEmulator, type EmulatedAkamai, type TestHost } from '../support/test-host.ts';

const missing = keyringMissing();
if (missing) console.warn(`A keyring that breaks under a running host is left out: ${missing}`);

describe.skipIf(missing !== null)('a keyring under a running host', () => {
  let test: TestHost;
  let akamai: EmulatedAkamai;
  let keyring: Keyring;
  let entry: Entry;
  let client: Client;

  beforeAll(async () => {
    keyring = await startKeyring();
    akamai = await startEmulator();
    test = await createTestHost({ vault: 'keychain', variables: keyring.environment });
    await test.start();
    await test.add('acme-prod', akamai.credentials[0]);
    await test.add('globex', akamai.credentials[1]);
    entry = await test.register('agent');
    client = await connectClient(entry);
  });
  afterAll(async () => {
    await client.close();
    await test.close();
    await akamai.stop();
    await keyring.stop();
  });

  const call = () => client.callTool({ name: 'akamai_list_groups', arguments: { customer: 'acme-prod' } });
  /** A worker keeps its credential; without one the next call has to ask the keyring. */
  const endWorkers = async (): Promise<void> => {
    const { workers } = await test.json<{ workers: { pid: number | null }[] }>('status');
    for (const { pid } of workers) if (pid !== null) process.kill(pid, 'SIGKILL');
    await expect
      .poll(async () => (await test.json<{ workers: { pid: number | null }[] }>('status')).workers)
      .not.toContainEqual(expect.objectContaining({ pid: expect.any(Number) }));
  };

  const faults: [string, { break: () => Promise<void>; mend: () => Promise<void>; exit: number; said: RegExp }][] = [
    [
      'locked',
      {
        break: () => keyring.lock(),
        mend: () => keyring.restart(),
        exit: 3,
        said: /locked/,
      },
    ],
    [
      'frozen',
      {
        break: async () => keyring.freeze(),
        mend: async () => keyring.thaw(),
        exit: 1,
        said: /does not answer/,
      },
    ],
    [
      'killed',
      {
        break: () => keyring.kill(),
        mend: () => keyring.restart(),
        exit: 1,
        said: /keychain/,
      },
    ],
    [
      'restarted and never unlocked',
      {
        break: () => keyring.restartLocked(),
        mend: () => keyring.restart(),
        exit: 3,
        said: /locked/,
      },
    ],
  ];

  it.each(faults)('that is %s is an error in words, and all goes on when it is back', async (_, fault) => {
    expect((await call()).isError).toBeFalsy();
    await endWorkers();
    await fault.break();

    const asked = Promise.all([test.run('test', 'globex'), test.add('new'), call()]);
    // While those wait for the keyring, the host answers everybody else.
    for (let count = 0; count < 3; count++) expect((await test.run('status')).code).toBe(0);
    const [tested, added, called] = await asked;
    for (const ran of [tested, added]) {
      expect(ran.code, ran.stderr).toBe(fault.exit);
      expect(ran.stderr).toMatch(fault.said);
    }
    expect(called.isError).toBe(true);
    expect(textOf(called)).toMatch(fault.said);
    const doctor = await test.run('doctor');
    expect(doctor.stdout).toMatch(/^[!✗] Vault: /m);
    expect(doctor.stdout).toMatch(/Grants/);
    expect(await test.names()).toEqual(['acme-prod', 'globex']);

    await fault.mend();
    await expect.poll(async () => (await test.run('test', 'globex')).code, { timeout: 15_000 }).toBe(0);
    await expect.poll(async () => (await call()).isError ?? false, { timeout: 15_000 }).toBe(false);
    expect((await test.run('doctor')).stdout).toContain('✓ Vault');
    expect(await test.json('activity', '--verify')).toMatchObject({ ok: true });
  });

  it('that is restarted answers again at once, without anybody noticing', async () => {
    await endWorkers();
    await keyring.restart();
    expect((await call()).isError).toBeFalsy();
    expect((await test.add('later')).code).toBe(0);
    expect((await test.run('remove', 'later', '--yes')).code).toBe(0);
  });

  it('that is locked before the host starts lets it start locked: it says so, and opens when the keyring does', async () => {
    await test.run('stop');
    await keyring.restartLocked();
    expect(await test.names()).toEqual(['acme-prod', 'globex']);
    const ran = await test.run('test', 'globex');
    expect(ran.code, ran.stderr).toBe(3);
    expect(textOf(await call())).toContain('Chatelaine is locked');
    await keyring.restart();
    expect((await test.run('unlock')).code).toBe(0);
    expect((await call()).isError).toBeFalsy();
  });
});

describe('no keyring at all', () => {
  it('is said at start, with the way out, and nothing falls back to a file', async () => {
    const test = await createTestHost({
      vault: 'keychain',
      variables: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/none' },
    });
    await expect(test.start()).rejects.toThrow(/There is no keychain.*--vault file/s);
    const file = startProgram(['serve', '--vault', 'file'], test.environment);
    await expect(file).resolves.toMatchObject({ firstLine: expect.stringContaining('"vault":"file"') });
    await test.close();
  });
});

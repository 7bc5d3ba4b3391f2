import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endpointOf } from '../../electron/core/gateway/endpoint.ts';
import { chatelaine, connectClient, textOf, type Entry } from '../support/built-app.ts';
import { createTestHost, expectFailure, type TestHost } from '../support/test-host.ts';

let test: TestHost;
const at = (name: string): string => join(test.home, name);
afterEach(() => test.close());

describe('a damaged data folder', () => {
  let entry: Entry;
  const serve = () => chatelaine(['serve'], test.environment);

  beforeEach(async () => {
    test = await createTestHost();
    await test.start();
    await test.add('acme-prod');
    await test.add('globex');
    entry = await test.register('agent');
    await test.run('stop');
  });

  it.each([
    ['cut short', () => truncate(at('credentials.json'), 40)],
    ['empty', () => truncate(at('credentials.json'), 0)],
    ['of another kind', () => writeFile(at('credentials.json'), '{"schema":1,"credentials":"all"}')],
    ['gone', () => rm(at('credentials.json'))],
  ])('whose index is %s starts no host, and the previous copy brings everything back', async (_, damage) => {
    await damage();
    const before = await readFile(at('credentials.json')).catch(() => null);
    expectFailure(await serve(), 1, /The list of credentials is (damaged|missing): .*It was left as it is/, '.bak');
    expect(await readFile(at('credentials.json')).catch(() => null)).toEqual(before);
    await cp(at('credentials.json.bak'), at('credentials.json'));
    await test.start();
    expect(await test.names()).toContain('acme-prod');
    expect((await test.run('export', 'acme-prod', '--edgerc', '--yes')).code).toBe(0);
  });

  it('whose index is of a newer version starts no host and says so', async () => {
    await writeFile(at('credentials.json'), '{"schema":99,"credentials":[],"garbage":[]}');
    const ran = await serve();
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/newer/);
    expect(await readFile(at('credentials.json'), 'utf8')).toContain('99');
  });

  it.each([
    ['cannot be parsed', () => truncate(at('grants.json'), 30)],
    [
      'was edited past its MAC',
      async () => {
        const text = await readFile(at('grants.json'), 'utf8');
        const edited = text.replace('"credentials": "all"', '"credentials": "all", "note": 1');
        const loosened = edited.replace('"grants": []', `"grants": [${JSON.stringify(allowAll(entry))}]`);
        expect(loosened).not.toBe(text);
        await writeFile(at('grants.json'), loosened);
      },
    ],
  ])('whose grants file %s lends nothing to anybody until the person has acted', async (how, damage) => {
    await damage();
    await test.start();
    const doctor = await test.run('doctor');
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toMatch(/✗ Grants: .*altered outside Chatelaine or is damaged\. Nothing in it counts/);
    const client = await connectClient(entry);
    const result = await client.callTool({ name: 'akamai_list_groups', arguments: { customer: 'acme-prod' } });
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(/not registered|register this client again|No customer is granted/);
    await client.close();
    expect(await test.names()).toEqual(['acme-prod', 'globex']);

    const again = await test.register('agent-2');
    const trusted = await connectClient(again);
    const names = await trusted.callTool({ name: 'akamai_list_customers', arguments: {} });
    expect(textOf(names)).toContain('globex');
    await trusted.close();
    expect((await test.run('doctor')).stdout).toContain('✓ Grants');
    if (how === 'cannot be parsed') expect((await stat(at('grants.json.damaged'))).size).toBe(30);
  });

  it('whose grants file is gone has no clients, and still asks who sets a first passphrase', async () => {
    await rm(at('grants.json'));
    await test.start();
    expect(await test.json('clients')).toEqual([]);
    expect(await test.names()).toEqual(['acme-prod', 'globex']);
  });

  it.each([
    ['cut short', () => truncate(at('vault.sealed'), 100)],
    ['empty', () => truncate(at('vault.sealed'), 0)],
    [
      'altered in one bit',
      async () => {
        const bytes = await readFile(at('vault.sealed'));
        bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1;
        await writeFile(at('vault.sealed'), bytes);
      },
    ],
  ])('whose vault file is %s is never overwritten by a new one', async (_, damage) => {
    await damage();
    const before = await readFile(at('vault.sealed'));
    const ran = await serve();
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/damaged/);
    expect(await readFile(at('vault.sealed'))).toEqual(before);
  });

  it('whose vault file is gone starts no host and gets no new one', async () => {
    await rm(at('vault.sealed'));
    expectFailure(await serve(), 1, /The vault file of this data folder is missing: .*No new one was made/, 'copy');
    await expect(stat(at('vault.sealed'))).rejects.toThrow('ENOENT');
  });

  it('that others may open is closed again before anything is read', async () => {
    await chmod(test.home, 0o777);
    await test.start();
    expect((await stat(test.home)).mode & 0o777).toBe(0o700);
    expect((await stat(endpointOf(test.home).address)).mode & 0o777).toBe(0o600);
    for (const name of ['credentials.json', 'grants.json', 'vault.sealed', 'control.key'])
      expect((await stat(at(name))).mode & 0o077, name).toBe(0);
  });
});

const allowAll = ({ env }: Entry) => ({
  registrationId: env.CHATELAINE_REGISTRATION,
  provider: 'akamai',
  credentialId: null,
  effects: { read: 'allow', write: 'allow', destroy: 'allow' },
});

it('a data folder with a path that no socket can have works like any other', async () => {
  test = await createTestHost({ home: (folder) => join(folder, 'deep'.repeat(30), 'home') });
  await test.start();
  const { address, folder } = endpointOf(test.home);
  expect(address).toMatch(/^\/tmp\/chatelaine-\d+-/);
  expect((await stat(folder ?? '')).mode & 0o777).toBe(0o700);
  expect((await test.add('acme-prod')).code).toBe(0);
  const client = await connectClient(await test.register('agent'));
  const names = await client.callTool({ name: 'akamai_list_customers', arguments: {} });
  expect(textOf(names)).toBe('acme-prod');
  await client.close();
  await test.run('stop');
  await rm(folder ?? '', { recursive: true, force: true });
});

const canMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount();
if (!canMount && process.env.CI) throw new Error('CI must be able to mount a small file system.');

describe.skipIf(!canMount)('a full disk', () => {
  let disk: string;

  beforeEach(async () => {
    test = await createTestHost({ home: (folder) => join(folder, 'disk', 'home') });
    disk = join(test.folder, 'disk');
    await mkdir(disk);
    // Room for the runtime's copy of Node does not fit on purpose: clients are not this test's business.
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=768k', 'none', disk]).status).toBe(0);
    await mkdir(test.home, { mode: 0o700 });
  });
  afterEach(async () => {
    await test.run('stop');
    spawnSync('umount', ['-l', disk]);
  });

  it('makes a save fail in words, and everything that was there stays as it was', async () => {
    await test.start();
    expect((await test.add('acme-prod')).code).toBe(0);
    spawnSync('sh', ['-c', `cat /dev/zero > '${join(disk, 'filler')}'`]);
    for (const name of ['credentials.json', 'vault.sealed']) expect((await stat(at(name))).size).toBeGreaterThan(0);
    const ran = await test.add('globex', { notes: 'x'.repeat(1_000) });
    expectFailure(ran, 1, /disk is full|Nothing more could be written|bytes arrived on disk/i, 'Free some space');
    const edited = await test.runWith('{"clientSecret":"another"}', 'edit', 'acme-prod', '--json', '-');
    expectFailure(edited, 1, /disk is full|Nothing more could be written|bytes arrived on disk/i, 'Free some space');
    expect(await test.names()).toEqual(['acme-prod']);
    expect((await test.run('status')).code).toBe(0);

    await rm(join(disk, 'filler'));
    expect((await test.add('globex')).code).toBe(0);
    await test.kill();
    await test.start();
    expect(await test.names()).toEqual(['acme-prod', 'globex']);
    const exported = await test.run('export', 'acme-prod', '--edgerc', '--yes');
    expect(exported.stdout).toMatch(/client_secret = CANARY-clientSecret/);
    expect(await test.json('activity', '--verify')).toMatchObject({ ok: true });
  });
});

function tryMount(): boolean {
  return spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;
}

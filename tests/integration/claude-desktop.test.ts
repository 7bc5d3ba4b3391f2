import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectClient, textOf, type Entry } from '../support/built-app.ts';
import {
  createTestHost,
  expectFailure,
  startEmulator,
  type EmulatedAkamai,
  type TestHost,
} from '../support/test-host.ts';

interface Registered {
  name: string;
  entries: Record<string, Entry>;
  changed: { path: string; backup: string | null }[];
}
interface Listed {
  client: string;
  title: string;
  entry: string;
}

const original = `{\r\n\t"mcpServers": {\r\n\t\t"files": {"command": "npx", "env": {"TOKEN": "theirs"}}\r\n\t},\r\n\t"preferences": {}\r\n}`;

/** The built host and command line, a person's folder with Claude Desktop's in it, and an emulator. */
describe('register claude-desktop', () => {
  let host: TestHost;
  let emulator: EmulatedAkamai;
  let config: string;

  beforeAll(async () => {
    emulator = await startEmulator();
    const variables: Record<string, string> = {};
    host = await createTestHost({ variables });
    const person = join(host.folder, 'person');
    // Set after the folder is known; programs are started with the same object.
    host.environment.HOME = person;
    host.environment.XDG_CONFIG_HOME = join(person, '.config');
    host.environment.APPDATA = join(person, 'AppData', 'Roaming');
    host.environment.LOCALAPPDATA = join(person, 'AppData', 'Local');
    const place = {
      darwin: ['Library', 'Application Support', 'Claude'],
      win32: ['AppData', 'Roaming', 'Claude'],
    }[process.platform as string] ?? ['.config', 'Claude'];
    config = join(person, ...place, 'claude_desktop_config.json');
    await host.start();
    const [account] = emulator.credentials;
    await host.runWith(JSON.stringify({ ...account, name: 'acme' }), 'add', 'akamai', '--json', '-');
  });
  afterAll(async () => {
    await host.close();
    await emulator.stop();
  });

  const servers = async () =>
    (JSON.parse(await readFile(config, 'utf8')) as { mcpServers: Record<string, Entry> }).mcpServers;
  const listed = async () => (await host.json<Listed[]>('clients'))[0];

  it('is refused where Claude Desktop is not, with where it would be', async () => {
    expectFailure(await host.run('register', 'claude-desktop'), 4, /Claude Desktop was not found/, config);
    expectFailure(
      await host.run('register', 'claude-desktop', '--route', 'bundle'),
      2,
      /--route takes: entry/,
      /Usage/,
    );
    expect(await host.json('clients')).toEqual([]);
  });

  it('writes an entry that works as it stands, and takes it out to the byte', async () => {
    await mkdir(dirname(config), { recursive: true, mode: 0o700 });
    await writeFile(config, original, { mode: 0o640 });
    const { name, entries, changed } = await host.json<Registered>(
      'register',
      'claude-desktop',
      '--provider',
      'akamai',
    );
    expect(name).toBe('claude-desktop');
    expect(changed).toEqual([{ path: config, backup: expect.stringMatching(/\.bak$/) }]);
    expect(await readFile(changed[0]?.backup ?? '', 'utf8')).toBe(original);
    expect((await stat(config)).mode & 0o777).toBe(0o640);
    const { files, 'chatelaine-akamai': own, ...more } = await servers();
    expect([files, more]).toEqual([{ command: 'npx', env: { TOKEN: 'theirs' } }, {}]);
    expect(own).toEqual(entries.akamai);
    expect(Object.keys(own?.env ?? {}).sort()).toEqual(['CHATELAINE_HOME', 'CHATELAINE_REGISTRATION']);
    expect(await listed()).toMatchObject({ client: 'claude-desktop', title: 'Claude Desktop', entry: 'present' });

    // As Claude Desktop launches it: by the file alone.
    const client = await connectClient(own ?? { command: '', args: [], env: {} });
    const result = await client.callTool({ name: 'akamai_list_contracts', arguments: {} });
    expect(result.isError, textOf(result)).toBeFalsy();
    expect(textOf(result)).toContain('acme');
    await client.close();
    expect(await host.json('verify', 'claude-desktop')).toMatchObject({
      entry: 'present',
      providers: [{ provider: 'akamai', ok: true }],
    });

    expect(await host.json('unregister', 'claude-desktop')).toEqual({
      name: 'claude-desktop',
      changed: [config],
      warnings: [],
    });
    expect(await readFile(config, 'utf8')).toBe(original);
    expect(await readdir(dirname(config))).toEqual(['claude_desktop_config.json']);
    expect(await host.json('clients')).toEqual([]);
  });

  it('survives a kill of the host, and tells when the entry is lost', async () => {
    await host.json('register', 'claude-desktop');
    await host.kill();
    await host.start();
    expect((await listed())?.entry).toBe('present');
    await writeFile(config, '{"preferences":{}}');
    expect((await listed())?.entry).toBe('missing');
    const verified = await host.run('verify', 'claude-desktop', '--json');
    expect(verified.code).toBe(1);
    expect(JSON.parse(verified.stdout)).toMatchObject({
      entry: 'missing',
      providers: [
        { provider: 'akamai', ok: true },
        { provider: 'aerospike', ok: true },
      ],
    });
    await host.json('unregister', 'claude-desktop');
    expect(await readFile(config, 'utf8')).toBe('{"preferences":{}}');
  });

  it('changes nothing in a file that is not as it should be, and names the line', async () => {
    const broken = '{\n  "mcpServers": {},\n}\n';
    await writeFile(config, broken);
    expectFailure(await host.run('register', 'claude-desktop'), 1, /line 3, column 1: .*comma/, /try again/);
    expect(await readFile(config, 'utf8')).toBe(broken);
    await rm(config);
    await host.json('register', 'claude-desktop');
    expect((await stat(config)).mode & 0o777).toBe(0o600);
    await host.json('unregister', 'claude-desktop');
    await expect(readFile(config)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('and what is due is told for each credential in the fixed form', async () => {
    await host.runWith('{"rotateEveryDays":30}', 'edit', 'acme', '--json', '-');
    const [reminder, ...others] = await host.json<{ dueAt: string }[]>('reminders');
    expect(others).toEqual([]);
    expect(reminder).toEqual({
      name: 'acme',
      provider: 'akamai',
      state: 'fine',
      dueAt: reminder?.dueAt,
      source: 'policy',
    });
    expect((Date.parse(reminder?.dueAt ?? '') - Date.now()) / 86_400_000).toBeCloseTo(30, 2);
  });
});

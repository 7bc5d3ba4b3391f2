import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bareEnvironment,
  chatelaine,
  connectClient,
  startProgram,
  textOf,
  type Entry,
  type HostLine,
  type Program,
} from '../support/built-app.ts';
import { canary } from '../support/canaries.ts';
import { patternsOf, scanBytes, scanFolder, scanProcesses, type Leak } from '../support/canary-scan.ts';
import { keyringMissing, startKeyring, type Keyring } from '../support/keyring.ts';
import { recordSocket } from '../support/recording-proxy.ts';
import { makeTemporaryFolder } from '../support/temp-folder.ts';

interface EmulatorLine {
  url: string;
  credentials: { name: string; host: string; clientToken: string; clientSecret: string; accessToken: string }[];
}

const missing = keyringMissing();
if (missing) console.warn(`The story on a real keyring is left out: ${missing}`);
const vaults = missing ? (['file'] as const) : (['file', 'keychain'] as const);

describe.each(vaults)('the whole story on a %s vault', (vault) => {
  const passphrase = canary('passphrase');
  let folder: string;
  let home: string;
  let environment: Record<string, string>;
  let keyring: Keyring | null = null;
  let emulator: Program;
  let host: Program;
  let line: HostLine;
  let accounts: EmulatorLine;
  let entry: Entry;
  let temporaryBefore: Set<string>;
  let recorded: Awaited<ReturnType<typeof recordSocket>>;
  /** Everything that anybody outside could see of the story, to be searched at its end. */
  const seen: { where: string; bytes: Buffer }[] = [];
  const leaks: Leak[] = [];

  const patterns = () => {
    const secrets: Record<string, string> = { passphrase };
    for (const { name, clientToken, clientSecret, accessToken } of accounts.credentials.slice(0, 2)) {
      Object.assign(secrets, {
        [`${name} clientToken`]: clientToken,
        [`${name} clientSecret`]: clientSecret,
        [`${name} accessToken`]: accessToken,
      });
    }
    return patternsOf(secrets);
  };

  const run = async (...args: string[]) => {
    const ran = await chatelaine(args, environment);
    seen.push({ where: `output of ${args.join(' ')}`, bytes: Buffer.from(ran.stdout + ran.stderr) });
    return ran;
  };
  const json = async <Value>(...args: string[]): Promise<Value> => {
    const ran = await run(...args, '--json');
    if (ran.code !== 0) throw new Error(`${args.join(' ')}: ${ran.stderr}`);
    return JSON.parse(ran.stdout) as Value;
  };
  const lookAtProcesses = async (): Promise<void> => void leaks.push(...(await scanProcesses(patterns())));

  beforeAll(async () => {
    folder = makeTemporaryFolder();
    home = join(folder, 'home');
    await mkdir(join(folder, 'elsewhere'));
    await writeFile(join(folder, 'elsewhere', 'passphrase'), `${passphrase}\n`, { mode: 0o600 });
    temporaryBefore = new Set(await readdir(tmpdir()));
    if (vault === 'keychain') keyring = await startKeyring();
    environment = {
      ...bareEnvironment(),
      ...keyring?.environment,
      CHATELAINE_HOME: home,
      CHATELAINE_PASSPHRASE_FILE: join(folder, 'elsewhere', 'passphrase'),
    };
    emulator = await startProgram(['emulate', 'akamai'], bareEnvironment());
    accounts = JSON.parse(emulator.firstLine) as EmulatorLine;
  });

  afterAll(async () => {
    await chatelaine(['stop'], environment).catch(() => undefined);
    await emulator.stop();
    await keyring?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('starts and says in one line where it is', async () => {
    host = await startProgram(['serve', '--vault', vault], environment);
    line = JSON.parse(host.firstLine) as HostLine;
    expect(line).toMatchObject({ home, vault, pid: host.child.pid });
    expect(line.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//);
  });

  it('imports two customers from an .edgerc and removes the clear-text file when told to', async () => {
    const path = join(folder, 'elsewhere', 'edgerc');
    const sections = accounts.credentials
      .slice(0, 2)
      .map(
        ({ name, host: at, clientToken, clientSecret, accessToken }) =>
          `[${name}]\nhost = ${at}\nclient_token = ${clientToken}\nclient_secret = ${clientSecret}\naccess_token = ${accessToken}\n`,
      );
    await writeFile(path, sections.join('\n'), { mode: 0o600 });
    const preview = await json<{ sections: { section: string; status: string }[] }>('import', path, '--preview');
    expect(preview.sections).toMatchObject([
      { section: 'acme-prod', status: 'new' },
      { section: 'globex', status: 'new' },
    ]);
    recorded = await recordSocket(home);
    const imported = await json<{ imported: string[] }>('import', path, '--all', '--remove-file');
    expect(imported.imported).toEqual(['acme-prod', 'globex']);
    await expect(readFile(path)).rejects.toThrow('ENOENT');
    expect(await json<{ name: string; ok: boolean }>('test', 'acme-prod')).toMatchObject({ ok: true });
  });

  it('prints an entry, and a client launched from exactly it uses both customers side by side', async () => {
    entry = await json<Entry>('register', 'other', '--name', 'agent', '--provider', 'akamai');
    expect(Object.keys(entry.env).sort()).toEqual(['CHATELAINE_HOME', 'CHATELAINE_REGISTRATION']);
    for (const mode of ['legacy', 'auto'] as const) {
      const client = await connectClient(entry, mode);
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toEqual(
        expect.arrayContaining([
          'akamai_list_customers',
          'akamai_list_groups',
          'akamai_list_contracts',
          'akamai_list_properties',
          'akamai_list_zones',
        ]),
      );
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, index) => {
          const customer = index % 2 === 0 ? 'acme-prod' : 'globex';
          return client
            .callTool({ name: 'akamai_list_groups', arguments: { customer } })
            .then((result) => ({ customer, result }));
        }),
      );
      for (const { customer, result } of results) {
        const other = customer === 'acme-prod' ? 'globex' : 'acme-prod';
        expect(textOf(result).split('\n')[0]).toContain(customer);
        expect(JSON.stringify(result.structuredContent)).toContain(customer);
        expect(JSON.stringify(result)).not.toContain(other);
      }
      seen.push({ where: 'results', bytes: Buffer.from(JSON.stringify(results)) });
      await lookAtProcesses();
      await client.close();
    }
  });

  it('purges staging once a person has approved it, and not when the person denies it', async () => {
    const client = await connectClient(entry);
    const purge = () =>
      client.callTool({
        name: 'akamai_purge_urls',
        arguments: { customer: 'acme-prod', urls: ['https://www.acme.example/a'], network: 'staging' },
      });
    const waiting = async (): Promise<{ id: string; sentence: string }> => {
      const list = await json<{ id: string; sentence: string }[]>('approvals');
      return list[0] ?? (await new Promise<void>((resolve) => setTimeout(resolve, 50)), waiting());
    };
    const approved = purge();
    const first = await waiting();
    expect(first.sentence).toContain('STAGING');
    const withoutProof = await chatelaine(['approve', first.id, '--json'], {
      ...environment,
      CHATELAINE_PASSPHRASE_FILE: '',
    });
    expect(withoutProof.code).toBe(5);
    expect((await run('approve', first.id)).code).toBe(0);
    const result = await approved;
    expect(result.isError).toBeFalsy();
    expect(textOf(result).split('\n')[0]).toContain('STAGING');

    const denied = purge();
    expect((await run('deny', (await waiting()).id)).code).toBe(0);
    const refusal = await denied;
    expect(refusal.isError).toBe(true);
    expect(textOf(refusal)).toContain('The person denied this call');
    const requests = (await (await fetch(`${accounts.url}/__emulator/requests`)).json()) as { path: string }[];
    expect(requests.filter(({ path }) => path.startsWith('/ccu/'))).toHaveLength(1);
    await client.close();
    seen.push({ where: 'control socket and MCP traffic', bytes: recorded.bytes() });
    await recorded.close();
  });

  it('tells the client when the host is killed in mid-call, leaves no process behind, and has everything after a restart', async () => {
    const client = await connectClient(entry);
    await client.callTool({ name: 'akamai_list_groups', arguments: { customer: 'globex' } });
    await fetch(`${accounts.url}/__emulator/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'slow', delayMs: 20_000, times: 1 }),
    });
    const workers = await json<{ workers: { pid: number | null }[] }>('status');
    const pids = [line.pid, ...workers.workers.flatMap(({ pid }) => (pid === null ? [] : [pid]))];
    expect(pids.length).toBeGreaterThan(1);
    const inFlight = client.callTool({ name: 'akamai_list_contracts', arguments: { customer: 'globex' } });
    await new Promise((resolve) => setTimeout(resolve, 300));
    process.kill(line.pid, 'SIGKILL');
    const lost = await inFlight;
    expect(lost.isError).toBe(true);
    expect(textOf(lost)).toContain('Chatelaine stopped while this call ran');
    await expect.poll(() => pids.filter(isAlive), { timeout: 5_000 }).toEqual([]);

    // The client's own session goes on: its next call starts the host again in the background.
    const next = await client.callTool({ name: 'akamai_list_groups', arguments: { customer: 'globex' } });
    if (vault === 'file') {
      expect(textOf(next)).toContain('Chatelaine is locked');
      expect((await run('unlock')).code).toBe(0);
    } else expect(next.isError).toBeFalsy();
    const again = await client.callTool({ name: 'akamai_list_groups', arguments: { customer: 'globex' } });
    expect(textOf(again)).toContain('globex');
    expect((await json<{ name: string }[]>('list')).map(({ name }) => name)).toEqual(['acme-prod', 'globex']);
    expect(await json<{ ok: boolean }>('activity', '--verify')).toMatchObject({ ok: true });
    await lookAtProcesses();
    await client.close();
  });

  it('keeps the record of it all', async () => {
    const lines = await json<{ kind: string; outcome?: string; credential?: string }[]>('activity');
    const kinds = new Set(lines.map(({ kind }) => kind));
    for (const kind of [
      'credential-imported',
      'registration-added',
      'call-finished',
      'approval-approved',
      'approval-denied',
      'call-started',
    ]) {
      expect(kinds).toContain(kind);
    }
  });

  it('keeps every folder and file of the data folder to its owner alone', async () => {
    const open: string[] = [];
    for (const entry of await readdir(home, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      // The runtime is the shipped Node, linked; who may read it is the installation's business.
      if (!entry.isSymbolicLink() && entry.name !== 'node' && ((await stat(path)).mode & 0o077) !== 0) open.push(path);
    }
    expect(open).toEqual([]);
    expect((await stat(home)).mode & 0o777).toBe(0o700);
  });

  it('leaves no secret anywhere: files, temporary folders, processes, sockets, outputs, results', async () => {
    expect((await run('stop')).code).toBe(0);
    await expect(readFile(join(home, 'host.lock'))).rejects.toThrow('ENOENT');
    const wanted = patterns();
    // The runtime copy is the shipped Node itself, byte for byte; everything else in the data folder is read.
    leaks.push(...(await scanFolder(wanted, home, (path) => path.endsWith('/node'))));
    const isOurs = (path: string): boolean => path === folder || temporaryBefore.has(path.slice(tmpdir().length + 1));
    leaks.push(...(await scanFolder(wanted, tmpdir(), isOurs)));
    for (const { where, bytes } of seen) leaks.push(...scanBytes(wanted, bytes, where));
    // The person's proof is said to the host over its private socket; no credential ever is.
    const expected = leaks.filter(({ label, where }) => label === 'passphrase' && where.startsWith('control socket'));
    for (const proof of expected) leaks.splice(leaks.indexOf(proof), 1);
    leaks.push(...scanBytes(wanted, Buffer.from(host.stderr()), 'stderr of the host'));
    expect(leaks).toEqual([]);
    expect(seen.some(({ where, bytes }) => where === 'control socket and MCP traffic' && bytes.length > 10_000)).toBe(
      true,
    );
  });
});

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bareEnvironment,
  chatelaine,
  codeFolder,
  startProgram,
  type Entry,
  type Program,
} from '../support/built-app.ts';
import { canary } from '../support/canaries.ts';
import { makeTemporaryFolder } from '../support/temp-folder.ts';

interface Credential {
  name: string;
  fields: Record<string, unknown>;
  secrets: string[];
  tags: string[];
}
interface Failed {
  error: { code: string; message: string; hint: string };
}

/** One host on a file vault for all; each test uses names of its own. */
describe('the command line', () => {
  let folder: string;
  let environment: Record<string, string>;
  let emulator: Program;
  let account: Record<string, string>;

  beforeAll(async () => {
    folder = makeTemporaryFolder();
    await writeFile(join(folder, 'passphrase'), 'correct horse battery staple\n', { mode: 0o600 });
    environment = {
      ...bareEnvironment(),
      CHATELAINE_HOME: join(folder, 'home'),
      CHATELAINE_PASSPHRASE_FILE: join(folder, 'passphrase'),
    };
    emulator = await startProgram(['emulate', 'akamai'], bareEnvironment());
    account = (JSON.parse(emulator.firstLine) as { credentials: Record<string, string>[] }).credentials[0] ?? {};
    await startProgram(['serve', '--vault', 'file'], environment);
  });
  afterAll(async () => {
    await chatelaine(['stop'], environment);
    await emulator.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (args: string[], input = '') => chatelaine(args, environment, input);
  const json = async <Value>(args: string[], input = ''): Promise<Value> => {
    const ran = await run([...args, '--json'], input);
    expect(ran.stderr, args.join(' ')).not.toContain('Error');
    return JSON.parse(ran.stdout) as Value;
  };
  const secrets = () => ({
    clientToken: canary('token'),
    clientSecret: canary('secret'),
    accessToken: canary('access'),
  });
  const add = async (name: string, more: object = {}): Promise<ReturnType<typeof secrets>> => {
    const own = secrets();
    const draft = { name, host: 'akab-x.luna.akamaiapis.net', ...own, ...more };
    const added = await run(['add', 'akamai', '--json', '-'], JSON.stringify(draft));
    expect(added.code, added.stderr).toBe(0);
    for (const secret of Object.values(own)) expect(added.stdout + added.stderr).not.toContain(secret);
    return own;
  };

  it('adds, lists, shows, edits and removes a credential, and never prints a secret', async () => {
    const own = await add('crud', { tags: ['bank'], accountSwitchKey: '1-ABCD' });
    expect((await json<Credential[]>(['list'])).map(({ name }) => name)).toContain('crud');
    expect(await json<Credential>(['show', 'CRUD'])).toMatchObject({
      name: 'crud',
      fields: { host: 'akab-x.luna.akamaiapis.net', accountSwitchKey: '1-ABCD' },
      secrets: ['clientToken', 'clientSecret', 'accessToken'],
      tags: ['bank'],
    });
    const edited = await run(['edit', 'crud', '--json', '-'], '{"notes":"new","clientSecret":""}');
    expect(JSON.parse(edited.stdout)).toMatchObject({ notes: 'new', tags: ['bank'] });
    const exported = await run(['export', 'crud', '--edgerc', '--yes']);
    expect(exported.stdout).toContain(own.clientSecret);
    expect(exported.stdout).toContain('account_key = 1-ABCD');

    const elsewhere = '{"host":"akab-other.luna.akamaiapis.net"}';
    const unproved = { ...environment, CHATELAINE_PASSPHRASE_FILE: '' };
    expect((await chatelaine(['edit', 'crud', '--json', '-'], unproved, elsewhere)).code).toBe(5);
    expect((await run(['edit', 'crud', '--json', '-'], elsewhere)).code).toBe(0);

    expect((await run(['remove', 'crud'])).code).toBe(5);
    expect((await run(['remove', 'crud', '--yes'])).code).toBe(0);
    const gone = await run(['show', 'crud', '--json']);
    expect(gone.code).toBe(4);
    expect((JSON.parse(gone.stdout) as Failed).error.code).toBe('not-found');
  });

  it('imports the section that EDGERC_SECTION names, and says what it would do without one', async () => {
    const path = join(folder, 'edgerc');
    const own = secrets();
    const section = (name: string, host: string): string =>
      `[${name}]\nhost = ${host}\nclient_token = ${own.clientToken}\nclient_secret = ${own.clientSecret}\naccess_token = ${own.accessToken}\n`;
    await writeFile(path, section('from-env', 'akab-y.luna.akamaiapis.net') + section('hostile', 'evil.example'), {
      mode: 0o644,
    });
    const preview = await run(['import', path]);
    expect(preview.code).toBe(0);
    expect(preview.stdout).toMatch(/from-env\s+1\s+new/);
    expect(preview.stdout).toMatch(/hostile\s+6\s+refused/);
    expect(preview.stderr).toContain('Nothing was imported');

    const imported = await chatelaine(['import', path, '--json'], { ...environment, EDGERC_SECTION: 'from-env' });
    expect(JSON.parse(imported.stdout)).toMatchObject({ imported: ['from-env'] });
    expect(imported.stderr).toContain('still holds these secrets in clear');
    expect(imported.stderr).toMatch(/600/);
    expect(
      (await json<{ sections: { section: string; status: string }[] }>(['import', path, '--preview'])).sections[0],
    ).toMatchObject({
      section: 'from-env',
      status: 'identical',
    });
    const all = await run(['import', path, '--all', '--remove-file']);
    expect(all.code).toBe(1);
    expect(all.stderr).toContain('The file was not deleted: hostile in it is not in the vault');
    expect((await stat(path)).size).toBeGreaterThan(0);
    await writeFile(path, section('from-env', 'akab-z.luna.akamaiapis.net'), { mode: 0o600 });
    expect(
      (await json<{ sections: { changes: string[] }[] }>(['import', path, '--preview'])).sections[0]?.changes,
    ).toEqual(['host']);
    expect((await run(['import', path, '--all', '--remove-file'])).code).toBe(0);
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  it('tests a credential at its issuer, and tells a wrong one from a clock that is off', async () => {
    expect((await run(['add', 'akamai', '--json', '-'], JSON.stringify({ ...account, name: 'good' }))).code).toBe(0);
    expect(await json<object>(['test', 'good'])).toMatchObject({ name: 'good', ok: true });
    expect(await json<{ lastTest: { expiresAt: string } }>(['show', 'good'])).toMatchObject({ lastTest: { ok: true } });
    await run(
      ['add', 'akamai', '--json', '-'],
      JSON.stringify({ ...account, name: 'wrong', clientSecret: canary('secret') }),
    );
    const wrong = await run(['test', 'wrong', '--json']);
    expect(wrong.code).toBe(1);
    expect(JSON.parse(wrong.stdout)).toMatchObject({ ok: false });
    expect(wrong.stdout).toContain('401');
  });

  it('runs one command with a credential in its environment, and only that', async () => {
    const own = await add('for-exec', { accountSwitchKey: '1-EXEC' });
    const script =
      'process.stdout.write(JSON.stringify(Object.entries(process.env).filter(([k]) => /AKAMAI|CHATELAINE/.test(k))));process.exit(7)';
    const ran = await chatelaine(['exec', 'akamai/for-exec', '--', process.execPath, '-e', script], {
      ...environment,
      AKAMAI_LOG_LEVEL: 'debug',
    });
    expect(ran.code).toBe(7);
    expect(Object.fromEntries(JSON.parse(ran.stdout) as [string, string][])).toEqual({
      AKAMAI_HOST: 'akab-x.luna.akamaiapis.net',
      AKAMAI_CLIENT_TOKEN: own.clientToken,
      AKAMAI_CLIENT_SECRET: own.clientSecret,
      AKAMAI_ACCESS_TOKEN: own.accessToken,
      AKAMAI_ACCOUNT_KEY: '1-EXEC',
    });
    expect((await run(['exec', 'akamai/for-exec', process.execPath])).code).toBe(2);
    const unproved = await chatelaine(['exec', 'akamai/for-exec', '--', process.execPath, '-e', '1'], {
      ...environment,
      CHATELAINE_PASSPHRASE_FILE: '',
    });
    expect(unproved.code).toBe(5);
    const lines = await json<{ kind: string; credential?: string }[]>(['activity']);
    expect(
      lines.filter(({ kind, credential }) => kind === 'credential-used-by-exec' && credential === 'for-exec'),
    ).toHaveLength(1);
  });

  it('ends as its command did, and passes on what ends it', async () => {
    await add('for-signals');
    const exec = (script: string) => ['exec', 'akamai/for-signals', '--', process.execPath, '-e', script];
    expect((await run(exec('process.kill(process.pid, "SIGTERM"); setInterval(() => 1, 1e3)'))).code).toBe(143);
    expect((await run(exec('process.kill(process.pid, "SIGKILL")'))).code).toBe(137);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      const script = `process.on('${signal}', () => process.exit(9)); console.log('ready'); setInterval(() => 1, 1e3)`;
      const program = await startProgram(exec(script), environment);
      program.child.kill(signal);
      expect(await program.exited, signal).toBe(9);
    }
  });

  it.runIf(process.platform === 'linux')('has its command interrupted once by Ctrl-C at a terminal', async () => {
    await add('for-terminal');
    const path = join(folder, 'interrupted.cjs');
    await writeFile(
      path,
      `let times = 0; process.on('SIGINT', () => { times += 1; setTimeout(() => { console.log('times: ' + times); process.exit(0); }, 1000); });
       console.log('ready'); setInterval(() => 1, 1e3);`,
    );
    const words = [
      process.execPath,
      join(codeFolder, 'cli.cjs'),
      'exec',
      'akamai/for-terminal',
      '--',
      process.execPath,
      path,
    ];
    const terminal = spawn('script', ['-qefc', words.join(' '), '/dev/null'], { env: environment });
    let shown = '';
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text));
    await expect.poll(() => shown, { timeout: 30_000 }).toContain('ready');
    terminal.stdin.write('\u0003');
    await expect.poll(() => shown, { timeout: 30_000 }).toContain('times: 1');
  });

  it('registers a client, verifies its entry, tightens and loosens its grants, and takes it back', async () => {
    await add('granted');
    const entry = await json<Entry>([
      'register',
      'other',
      '--name',
      'cli-agent',
      '--provider',
      'akamai',
      '--credentials',
      'granted',
    ]);
    expect(entry.args.at(-1)).toBe('akamai');
    expect((await run(['register', 'other', '--name', 'CLI-agent', '--provider', 'akamai'])).code).toBe(2);
    expect((await run(['register', 'other'])).code).toBe(2);
    expect((await run(['register', 'emacs', '--name', 'x'])).code).toBe(4);
    expect(await json<object>(['verify', 'cli-agent'])).toMatchObject({
      providers: [{ provider: 'akamai', ok: true, protocolVersion: '2025-11-25' }],
    });
    expect(await json<object[]>(['clients'])).toMatchObject([
      { name: 'cli-agent', credentials: ['granted'], lastSeen: null },
    ]);

    const unproved = { ...environment, CHATELAINE_PASSPHRASE_FILE: '' };
    expect((await chatelaine(['grant', 'cli-agent', 'akamai', '--write', 'deny'], unproved)).code).toBe(0);
    expect((await chatelaine(['grant', 'cli-agent', 'akamai', '--write', 'allow'], unproved)).code).toBe(5);
    expect((await chatelaine(['grant', 'cli-agent', 'akamai/granted', '--toolsets', 'dns'], unproved)).code).toBe(0);
    expect((await chatelaine(['grant', 'cli-agent', 'akamai/granted', '--toolsets', 'all'], unproved)).code).toBe(5);
    expect(
      await json<object>(['grant', 'cli-agent', 'akamai/granted', '--write', 'allow', '--toolsets', 'dns,purge']),
    ).toMatchObject({
      credential: 'granted',
      effects: { read: 'allow', write: 'allow', destroy: 'ask' },
      toolsets: ['dns', 'purge'],
    });
    expect(await json<object[]>(['grants'])).toMatchObject([
      { credential: null, effects: { write: 'deny' } },
      { credential: 'granted', effects: { write: 'allow' } },
    ]);
    expect((await run(['grant', 'cli-agent', 'akamai', '--write', 'perhaps'])).code).toBe(2);
    expect((await run(['grant', 'cli-agent', 'akamai', '--toolsets', 'dns,purg'])).stderr).toContain(
      'no toolset called purg',
    );
    expect((await run(['unregister', 'cli-agent'])).code).toBe(0);
    expect(await json<object[]>(['clients'])).toEqual([]);
    expect((await run(['verify', 'cli-agent'])).code).toBe(4);
  });

  it('locks and unlocks: nothing is lent and nothing is changed in between', async () => {
    expect(await json<object>(['lock'])).toMatchObject({ locked: true });
    for (const args of [
      ['test', 'good'],
      ['export', 'good', '--edgerc', '--yes'],
      ['exec', 'akamai/good', '--', 'true'],
      ['import', join(folder, 'nothing'), '--all'],
      ['remove', 'good', '--yes'],
    ]) {
      const ran = await run(args);
      expect(ran.code, args.join(' ')).toBe(3);
      expect(ran.stderr).toContain('unlock');
    }
    expect((await json<Credential[]>(['list'])).length).toBeGreaterThan(0);
    await writeFile(join(folder, 'wrong'), 'not the passphrase');
    const refused = await chatelaine(['unlock'], { ...environment, CHATELAINE_PASSPHRASE_FILE: join(folder, 'wrong') });
    expect(refused.code).toBe(5);
    expect(refused.stderr).toContain('Wrong passphrase');
    expect(await json<object>(['unlock'])).toMatchObject({ locked: false });
    expect(await json<object>(['test', 'good'])).toMatchObject({ ok: true });
  });

  it('follows the activity live, and finds a line that was altered', async () => {
    const follower = await startProgram(['activity', '--follow', '--json'], environment);
    const seen: string[] = [];
    follower.child.stdout?.on('data', (chunk: Buffer) => seen.push(String(chunk)));
    await add('watched');
    await expect.poll(() => seen.join('')).toContain('"watched"');
    await follower.stop();
    expect(await json<object>(['activity', '--verify'])).toMatchObject({ ok: true });
    const path = join(folder, 'home', 'activity', 'activity-000001.jsonl');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"watched"', '"wotched"'));
    const verdict = await run(['activity', '--verify', '--json']);
    expect(verdict.code).toBe(1);
    expect(JSON.parse(verdict.stdout)).toMatchObject({ ok: false });
    expect((await run(['doctor'])).code).toBe(1);
    await writeFile(path, text);
    expect(await json<object>(['activity', '--verify'])).toMatchObject({ ok: true });
  });

  it('answers wrong usage with exit code 2 and how to do it right', async () => {
    for (const args of [
      ['show'],
      ['list', 'extra'],
      ['list', '--nope'],
      ['frobnicate'],
      ['approve', 'x', '--for', 'ever'],
      ['add', 'akamai'],
      ['emulate', 'nothing'],
      ['serve', '--port', '99999'],
      ['serve', '--vault', 'paper'],
    ]) {
      const ran = await run(args);
      expect(ran.code, args.join(' ')).toBe(2);
      expect(ran.stderr.trim().split('\n').length).toBeGreaterThan(1);
    }
    const junk = await run(['add', 'akamai', '--json', '-'], '{"clientSecret": "CANARY-junk');
    expect(junk.code).toBe(2);
    expect(junk.stderr).not.toContain('CANARY-junk');
    const bad = await run(
      ['add', 'akamai', '--json', '-'],
      JSON.stringify({ name: 'bad', host: 'evil.example', ...secrets() }),
    );
    expect(bad.code).toBe(2);
    expect(bad.stderr).toContain('host');
  });

  it('prints help without a host, a display or a terminal', async () => {
    const nowhere = { ...bareEnvironment(), CHATELAINE_HOME: join(folder, 'unused') };
    expect((await chatelaine(['--help'], nowhere)).stdout).toContain('Usage: chatelaine COMMAND');
    for (const name of ['import', 'exec', 'serve', 'bridge', 'emulate', 'approve']) {
      const ran = await chatelaine([name, '--help'], nowhere);
      expect(ran.code, name).toBe(0);
      expect(ran.stdout, name).toContain(`Usage: chatelaine ${name}`);
    }
    expect((await chatelaine(['status', '--json'], nowhere)).code).toBe(1);
    expect((await chatelaine(['stop'], nowhere)).code).toBe(0);
    await expect(stat(join(folder, 'unused'))).rejects.toThrow('ENOENT');
    await mkdir(join(folder, 'unused'));
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectClient, textOf, type Entry, type HostLine, type Ran } from '../support/built-app.ts';
import { makeTemporaryFolder } from '../support/temp-folder.ts';

const root = join(import.meta.dirname, '..', '..');

/** As a new user: npm's own commands, an empty home folder, nothing else set. */
describe('npm start and npm run chatelaine', () => {
  let folder: string;
  let environment: Record<string, string>;
  let started: ChildProcess | null = null;

  beforeEach(async () => {
    folder = makeTemporaryFolder();
    await mkdir(join(folder, 'home'));
    environment = { PATH: process.env.PATH ?? '', HOME: join(folder, 'home'), TMPDIR: folder };
  });
  afterEach(async () => {
    started?.kill('SIGTERM');
    started = null;
    await rm(folder, { recursive: true, force: true });
  });

  const npm = (args: string[], more: Record<string, string> = {}): Promise<Ran> =>
    new Promise((resolve) => {
      const child = spawn('npm', args, {
        cwd: root,
        env: { ...environment, ...more },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });

  it('reinstall and rebuild nothing that has not changed, and leave stdout to the command', async () => {
    await npm(['run', '-s', 'chatelaine', '--', '--version']);
    const built = join(root, 'out', 'headless.cjs');
    const before = (await stat(built)).mtimeMs;
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    const ran = await npm(['run', '-s', 'chatelaine', '--', '--version']);
    expect(ran.stdout).toBe(`${version}\n`);
    expect(ran.stderr).not.toContain('building');
    expect(ran.stderr).not.toContain('installing');
    expect((await stat(built)).mtimeMs).toBe(before);
  });

  it.runIf(process.platform === 'linux')('need the library of the keychain only for a keychain', async () => {
    await mkdir(join(folder, 'libraries'));
    await writeFile(join(folder, 'libraries', 'libsecret-1.so.0'), '');
    await writeFile(join(folder, 'passphrase'), 'correct horse battery staple\n', { mode: 0o600 });
    const variables = {
      LD_LIBRARY_PATH: join(folder, 'libraries'),
      CHATELAINE_PASSPHRASE_FILE: join(folder, 'passphrase'),
    };
    const refused = await npm(['start', '--silent'], variables);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('libsecret is missing');
    for (const args of [['--', '--vault', 'file'], []]) {
      started = spawn('npm', ['start', '--silent', ...args], {
        cwd: root,
        env: { ...environment, ...variables },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const ended = new Promise((resolve) => started?.once('exit', resolve));
      const line = await new Promise<string>((resolve, reject) => {
        if (started?.stdout) createInterface({ input: started.stdout }).once('line', resolve);
        started?.once('exit', () => reject(new Error('It did not start.')));
      });
      const { vault, pid } = JSON.parse(line) as HostLine;
      expect(vault).toBe('file');
      expect(await readFile(`/proc/${pid}/limits`, 'utf8')).toMatch(/^Max core file size\s+0\s+0\s/m);
      process.kill(pid, 'SIGTERM');
      await ended;
    }
  });

  it('--demo does the main job without an account: host, customers, a client, an answer', async () => {
    started = spawn('npm', ['start', '--silent', '--', '--demo'], {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let advice = '';
    started.stderr?.setEncoding('utf8').on('data', (text: string) => (advice += text));
    const line = await new Promise<string>((resolve, reject) => {
      if (started?.stdout) createInterface({ input: started.stdout }).once('line', resolve);
      started?.once('exit', () => reject(new Error(advice)));
    });
    const { home, vault, pid } = JSON.parse(line) as HostLine;
    expect(home).toBe(join(folder, 'home', '.config', 'Chatelaine-demo'));
    expect(vault).toBe('file');
    await expect.poll(() => advice).toContain('Or go on in another terminal');

    const variables = Object.fromEntries(
      [...advice.matchAll(/export (\w+)=(.+)/g)].map(([, name = '', value = '']) => [name, value]),
    );
    const listed = await npm(['run', '-s', 'chatelaine', '--', 'list', '--json'], variables);
    expect((JSON.parse(listed.stdout) as { name: string; emulator: boolean; tags: string[] }[])[0]).toMatchObject({
      emulator: true,
      tags: ['demo'],
    });
    const registered = await npm(
      ['run', '-s', 'chatelaine', '--', 'register', 'other', '--name', 'demo', '--provider', 'akamai', '--json'],
      variables,
    );
    const client = await connectClient(JSON.parse(registered.stdout) as Entry);
    const result = await client.callTool({ name: 'akamai_list_groups', arguments: { customer: 'acme-prod' } });
    expect(textOf(result)).toContain('acme-prod · emulator');
    await client.close();
    expect(existsSync(join(folder, 'home', '.config', 'Chatelaine'))).toBe(false);

    started.kill('SIGTERM');
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });

  it('says in a sentence what is missing where there is neither keychain nor passphrase', async () => {
    const withoutKeychain = await npm(['start', '--silent']);
    expect(withoutKeychain.code).toBe(1);
    expect(withoutKeychain.stderr).toContain('There is no keychain on this machine or in this session');
    expect(withoutKeychain.stderr).toContain('--vault file');
    const withoutPassphrase = await npm(['start', '--silent', '--', '--vault', 'file']);
    expect(withoutPassphrase.code).toBe(2);
    expect(withoutPassphrase.stderr).toContain('CHATELAINE_PASSPHRASE_FILE');
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

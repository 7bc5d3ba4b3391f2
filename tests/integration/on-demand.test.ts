import { spawn } from 'node:child_process';
import { readFile, readdir, readlink, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeFolder, textOf } from '../support/built-app.ts';
import { createTestHost, expectFailure, type TestHost } from '../support/test-host.ts';

const isLinux = process.platform === 'linux';
if (!isLinux) console.warn('What a host is started with is looked up in /proc, so it is tested on Linux only.');

let test: TestHost;
beforeEach(async () => {
  test = await createTestHost();
});
afterEach(() => test.close());

/** Every process that serves this data folder. */
async function hosts(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map(async (pid) => [pid, await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')] as const),
  );
  return lines
    .filter(([, line]) => line.includes('headless.cjs') && line.includes(`\0${test.home}\0`))
    .map(([pid]) => pid);
}

describe.runIf(isLinux)('a host that is started because somebody needs it', () => {
  it('is one, however many commands need it at the same moment', async () => {
    await test.start();
    await test.add('acme-prod');
    await test.run('stop');
    const ran = await Promise.all(Array.from({ length: 4 }, () => test.run('list', '--json')));
    for (const { code, stdout, stderr } of ran) {
      expect(code, stderr).toBe(0);
      expect(stdout).toContain('acme-prod');
    }
    const { pid } = await test.json<{ pid: number }>('status');
    await expect.poll(hosts).toEqual([String(pid)]);
  });

  it('may leave no core dump, and has nothing of the environment that it does not need', async () => {
    await test.start();
    await test.run('stop');
    test.environment.NODE_OPTIONS = '--no-deprecation';
    test.environment.AKAMAI_HOST = 'akab-x.luna.akamaiapis.net';
    expect((await test.run('list')).code).toBe(0);
    const { pid, locked } = await test.json<{ pid: number; locked: boolean }>('status');
    expect(locked).toBe(false);
    expect(await readFile(`/proc/${pid}/limits`, 'utf8')).toMatch(/^Max core file size\s+0\s+0\s/m);
    const names = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').map((line) => line.split('=')[0]);
    expect(names).toContain('CHATELAINE_PASSPHRASE_FILE');
    expect(names).not.toContain('NODE_OPTIONS');
    expect(names).not.toContain('AKAMAI_HOST');
  });

  it('is the demo again, with its emulator, where the demo ran', async () => {
    await test.start('--demo');
    await test.run('stop');
    test.environment.CHATELAINE_PASSPHRASE_FILE = join(test.home, 'demo-passphrase');
    const tested = await test.run('test', 'acme-prod');
    expect(tested.code, tested.stderr).toBe(0);
    expect(await test.json('status')).toMatchObject({ demo: true });
  });

  it('is not needed: a client that opened before hears of the tools once a person starts one', async () => {
    await test.start();
    await test.add('acme-prod');
    const entry = await test.register('agent');
    await test.run('stop');
    await rename(join(test.home, 'launch.json'), join(test.folder, 'launch.json'));
    const client = new Client({ name: 'early', version: '1' }, { versionNegotiation: { mode: 'legacy' } });
    let changes = 0;
    client.setNotificationHandler('notifications/tools/list_changed', () => void (changes += 1));
    await client.connect(new StdioClientTransport({ ...entry, stderr: 'ignore' }));
    expect(client.getInstructions()).toContain('could not be started');
    await test.start();
    await expect.poll(() => changes, { timeout: 20_000 }).toBe(1);
    expect(textOf(await client.callTool({ name: 'akamai_list_customers', arguments: {} }))).toBe('acme-prod');
    await client.close();
  });
});

describe('a host that hangs', () => {
  it('is named by its process, and `stop` does not claim that it was not running', async () => {
    await test.start();
    const { child } = test.host();
    child.kill('SIGSTOP');
    try {
      for (const command of ['stop', 'status', 'list'])
        expectFailure(
          await test.run(command),
          1,
          `Chatelaine (process ${child.pid ?? 0}) runs but does not answer.`,
          `kill -KILL ${child.pid ?? 0}`,
        );
    } finally {
      child.kill('SIGCONT');
    }
    await expect.poll(async () => (await test.run('status')).code, { timeout: 20_000 }).toBe(0);
  });
});

describe.runIf(isLinux)('the end of a host', () => {
  const starting = (...args: string[]) => {
    const { CHATELAINE_PASSPHRASE_FILE: _, ...environment } = test.environment;
    const child = spawn(
      'script',
      ['-qefc', [process.execPath, join(codeFolder, 'headless.cjs'), ...args].join(' '), '/dev/null'],
      {
        env: environment,
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    let shown = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text));
    return { shown: () => shown, exited: new Promise((resolve) => child.once('exit', resolve)), child };
  };

  it('is clean also while it still asks for the passphrase', async () => {
    const { shown, exited } = starting('--vault', 'file', '--home', test.home);
    await expect.poll(shown, { timeout: 20_000 }).toContain('Choose a passphrase');
    for (const pid of await hosts()) if (await isNode(pid)) process.kill(Number(pid), 'SIGTERM');
    expect(await exited).toBe(0);
    expect(await readdir(test.home)).not.toContain('host.lock');
  });

  it('does not wait for an emulator that was killed before', async () => {
    const { child, stop } = await test.start('--demo');
    for (const pid of await childrenOf(child.pid)) process.kill(pid, 'SIGKILL');
    await stop();
    expect(child.exitCode).toBe(0);
  });

  it('comes, with code 1, also when something of it will not end', async () => {
    const { child, stop } = await test.start('--demo');
    const children = await childrenOf(child.pid);
    expect(children).not.toEqual([]);
    for (const pid of children) process.kill(pid, 'SIGSTOP');
    await stop();
    expect(child.exitCode).toBe(1);
    for (const pid of children) process.kill(pid, 'SIGKILL');
    expect((await test.run('status')).code).toBe(1);
  });
});

const childrenOf = async (pid = 0): Promise<number[]> =>
  (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean).map(Number);

const isNode = async (pid: string): Promise<boolean> =>
  (await readFile(`/proc/${pid}/comm`, 'utf8')).startsWith('node') ||
  (await readlink(`/proc/${pid}/exe`)) === process.execPath;

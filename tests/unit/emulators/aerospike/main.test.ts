import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import type { EmulatedProfile } from '../../../../electron/emulators/aerospike/demo-credentials.ts';
import { ask } from './wire.ts';

const main = fileURLToPath(new URL('../../../../electron/emulators/aerospike/main.ts', import.meta.url));
const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

function run(...args: string[]): { child: ChildProcess; line: Promise<string>; exit: Promise<number | null> } {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
  running.push(child);
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const line = new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve));
  return { child, line, exit };
}

const announced = async (
  line: Promise<string>,
): Promise<{ url: string; pid: number; credentials: EmulatedProfile[] }> =>
  JSON.parse(await line) as { url: string; pid: number; credentials: EmulatedProfile[] };

it('announces itself with a profile for each role, serves, and ends on SIGTERM', async () => {
  const { child, line, exit } = run();
  const { url, pid, credentials } = await announced(line);
  expect(pid).toBe(child.pid);
  expect(credentials.map(({ role }) => role)).toEqual(['read-only', 'read-write', 'admin']);
  expect(credentials[0]?.hosts).toHaveLength(2);
  expect(await ask(url, 'namespaces')).toBe('test;bar;sessions');
  child.kill('SIGTERM');
  expect(await exit).toBe(0);
});

it('announces users and certificates where they are asked for', async () => {
  const { line } = run('--tls', '--auth', '--nodes', '1');
  const { credentials } = await announced(line);
  for (const { tls, authMode, password } of credentials) {
    expect(tls?.ca).toContain('BEGIN CERTIFICATE');
    expect(authMode === 'pki' || password !== undefined).toBe(true);
  }
  expect(credentials[0]?.hosts[0]).toMatch(/^127\.0\.0\.1:aerospike\.demo:\d+$/);
});

it('ends with its parent if told to, when stdin closes', async () => {
  const { child, line, exit } = run('--with-parent', '--nodes', '1');
  await line;
  child.stdin?.end();
  expect(await exit).toBe(0);
});

it('says that a port is taken with 1, and wrong usage with 2', async () => {
  const { line } = run('--nodes', '1');
  const { url } = await announced(line);
  expect(await run('--nodes', '1', '--port', url.split(':')[1] ?? '').exit).toBe(1);
  expect(await run('--no-such-option').exit).toBe(2);
  expect(await run('--port', 'many').exit).toBe(2);
  expect(await run('--nodes', '0').exit).toBe(2);
});

import { appendFile, cp, mkdir, readdir, rm } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { codeFolder, connectClient, type Entry } from '../support/built-app.ts';
import { createTestHost, type TestHost } from '../support/test-host.ts';

interface Verdict {
  providers: { ok: boolean; message: string }[];
}

let test: TestHost;
let end = async (): Promise<void> => undefined;
beforeEach(async () => {
  test = await createTestHost();
});
afterEach(async () => {
  await end();
  await test.close();
});

/** The next version: the same programs from another folder, with a bridge that differs. */
async function startNextVersion(): Promise<void> {
  const code = join(test.folder, 'next', 'out');
  await mkdir(code, { recursive: true });
  await cp(codeFolder, code, { recursive: true });
  await appendFile(join(code, 'bridge.cjs'), '\n// next\n');
  const child = spawn(process.execPath, [join(code, 'headless.cjs'), '--vault', 'file'], {
    env: test.environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  end = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  await new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
}

const runtimes = async (): Promise<string[]> => readdir(join(test.home, 'runtime'));

const works = async (entry: Entry): Promise<boolean> => {
  const client = await connectClient(entry);
  const { tools } = await client.listTools();
  await client.close();
  return tools.length > 0;
};

it('a registered client goes on working over an update, and verify launches what the client launches', async () => {
  await test.start();
  const entry = await test.register('old');
  const [old = ''] = await runtimes();
  await test.host().stop();

  await startNextVersion();
  expect(await works(entry)).toBe(true);
  await expect.poll(async () => (await runtimes()).length).toBe(2);
  expect(await test.json<Verdict>('verify', 'old')).toMatchObject({ providers: [{ ok: true }] });
  const next = await test.register('new');
  expect(next.args).not.toEqual(entry.args);
  expect(await works(next)).toBe(true);

  await rm(join(test.home, 'runtime', old), { recursive: true });
  const ran = await test.run('verify', 'old', '--json');
  expect(ran.code).not.toBe(0);
  expect(ran.stdout).toContain('is gone from the data folder');
  expect(await test.json<Verdict>('verify', 'new')).toMatchObject({ providers: [{ ok: true }] });
});

it('a copy that was damaged is whole again after a start', async () => {
  await test.start();
  const entry = await test.register('agent');
  await test.host().stop();
  const [node, bridge] = [entry.command, entry.args.find((argument) => argument.endsWith('bridge.cjs')) ?? ''];
  await rm(node);
  await rm(bridge);
  await test.start();
  expect(await test.json<Verdict>('verify', 'agent')).toMatchObject({ providers: [{ ok: true }] });
  expect(await works(entry)).toBe(true);
});

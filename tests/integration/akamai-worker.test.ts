import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject, Plan, WorkerMessage } from '../../electron/core/workers/protocol.ts';
import {
  startAkamaiEmulator,
  type AkamaiEmulator,
  type EmulatedSection,
} from '../../electron/emulators/akamai/emulator.ts';
import { crowdSeed } from '../../electron/emulators/akamai/seed.ts';
import { messageFor, secretsOf } from '../support/akamai-section.ts';

const electron = join(import.meta.dirname, '../../electron');
const stubs = join(electron, 'servers/akamai/api/stubs');
// What the host starts workers with (facts: SECURITY.md), so that the programs are known to run under it.
const flags = ['--disable-sigusr1', '--disallow-code-generation-from-strings', '--disable-proto=delete'];
let folder: string;
let emulator: AkamaiEmulator;

async function bundle(entry: string, name: string): Promise<void> {
  const alias = { axios: join(stubs, 'axios.ts'), pino: join(stubs, 'pino.ts') };
  const build = await rolldown({ input: join(electron, entry), platform: 'node', resolve: { alias } });
  await build.write({ file: join(folder, name), format: 'cjs', codeSplitting: false });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'akamai-worker-'));
  await bundle('servers/akamai/worker.ts', 'worker.cjs');
  await bundle('servers/akamai/stdio.ts', 'stdio.cjs');
  await bundle('emulators/akamai/main.ts', 'emulator.cjs');
  emulator = await startAkamaiEmulator({ seed: crowdSeed(4) });
});
afterAll(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true });
});

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A worker as the host sees it: messages in, messages out, everything kept. */
function startWorker() {
  const child = spawn(
    process.execPath,
    ['--permission', `--allow-fs-read=${folder}/*`, ...flags, join(folder, 'worker.cjs')],
    {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
      env: {},
    },
  );
  children.push(child);
  const messages: WorkerMessage[] = [];
  let printed = '';
  child.on('message', (message) => messages.push(message as WorkerMessage));
  child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const until = async <T extends WorkerMessage>(fits: (message: WorkerMessage) => message is T): Promise<T> => {
    for (;;) {
      const found = messages.find(fits);
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  let id = 0;
  return {
    child,
    messages,
    printed: () => printed,
    exit: new Promise<number | null>((resolve) => child.on('exit', resolve)),
    async credential(section: EmulatedSection, generation: number) {
      child.send({ type: 'credential', generation, ...messageFor(section) });
      await until(
        (m): m is Extract<WorkerMessage, { type: 'accepted' }> => m.type === 'accepted' && m.generation === generation,
      );
    },
    send: (message: object) => child.send(message),
    async call(tool: string, args: JsonObject = {}, plan: Plan | null = null) {
      const own = ++id;
      child.send({ type: 'call', id: own, tool, args, plan });
      return (await until((m): m is Extract<WorkerMessage, { type: 'result' }> => m.type === 'result' && m.id === own))
        .outcome;
    },
    async plan(tool: string, args: JsonObject) {
      const own = ++id;
      child.send({ type: 'plan', id: own, tool, args });
      return until(
        (m): m is Extract<WorkerMessage, { type: 'planned' | 'failed' }> =>
          (m.type === 'planned' || m.type === 'failed') && m.id === own,
      );
    },
    nextId: () => id + 1,
  };
}

const sectionAt = (index: number): EmulatedSection => {
  const section = emulator.credentials[index];
  if (!section) throw new Error('no such section');
  return section;
};

describe('an Akamai worker', () => {
  it('refuses calls before it has a credential, then serves, and prints nothing', async () => {
    const worker = startWorker();
    expect(await worker.call('akamai_list_groups')).toMatchObject({ ok: false, error: { code: 'secret-missing' } });
    await worker.credential(sectionAt(0), 1);
    expect(await worker.call('akamai_list_groups')).toMatchObject({
      ok: true,
      text: expect.stringContaining('customer-001'),
    });
    expect(await worker.call('akamai_nothing')).toMatchObject({ error: { code: 'not-found' } });
    worker.send({ type: 'nonsense' });
    const planned = await worker.plan('akamai_purge_urls', { urls: ['https://a.example/'], network: 'staging' });
    expect(planned).toMatchObject({ type: 'planned', plan: { effect: 'write', sentence: 'Purge 1 URL on STAGING' } });
    expect(await worker.plan('akamai_purge_urls', {})).toMatchObject({
      type: 'failed',
      error: { code: 'invalid-input' },
    });
    const args = { urls: ['https://a.example/'], network: 'staging' };
    const plan = planned.type === 'planned' ? planned.plan : null;
    expect(await worker.call('akamai_purge_urls', args, plan)).toMatchObject({ ok: true, network: 'staging' });
    expect(worker.printed()).toBe('');
    const said = JSON.stringify(worker.messages);
    expect(secretsOf(emulator).filter((secret) => said.includes(secret))).toEqual([]);
  });

  it('takes a new credential without dropping the call that is under way with the old one', async () => {
    const worker = startWorker();
    await worker.credential(sectionAt(0), 1);
    emulator.faults.add({ kind: 'slow', delayMs: 300, path: '/config-dns/' });
    const slow = worker.call('akamai_list_zones');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await worker.credential(sectionAt(1), 2);
    expect(await worker.call('akamai_list_groups')).toMatchObject({ text: expect.stringContaining('customer-002') });
    expect(await slow).toMatchObject({ ok: true, text: expect.stringContaining('customer-001') });
  });

  it('answers a call that it cannot read, and lets progress only grow', async () => {
    const worker = startWorker();
    await worker.credential(sectionAt(0), 1);
    worker.send({ type: 'call', id: worker.nextId(), tool: 'akamai_list_groups', args: {}, plan: { effect: 'odd' } });
    const unread = worker.call('akamai_list_groups');
    expect(await unread).toMatchObject({ ok: false, error: { code: 'worker-failed' } });
    emulator.faults.add({ kind: 'rate', retryAfterSeconds: 0, path: '/papi/v1/contracts', count: 2 });
    expect(await worker.call('akamai_list_contracts')).toMatchObject({ ok: true });
    const steps = worker.messages.flatMap((message) => (message.type === 'progress' ? [message.progress] : []));
    expect(steps).toEqual([1, 2]);
  });

  it('cancels a call and closes its connection', async () => {
    const worker = startWorker();
    await worker.credential(sectionAt(0), 1);
    emulator.faults.add({ kind: 'slow', delayMs: 30_000, path: '/papi/v1/contracts' });
    const id = worker.nextId();
    const call = worker.call('akamai_list_contracts');
    setTimeout(() => worker.send({ type: 'cancel', id }), 100);
    expect(await call).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  });

  it('ends with its host and on SIGTERM, and SIGUSR1 opens nothing', async () => {
    const worker = startWorker();
    await worker.credential(sectionAt(0), 1);
    worker.child.kill('SIGUSR1');
    expect(await worker.call('akamai_list_groups')).toMatchObject({ ok: true });
    expect(worker.printed()).toBe('');
    worker.child.disconnect();
    expect(await worker.exit).toBe(0);
    const other = startWorker();
    await other.credential(sectionAt(0), 1);
    other.child.kill('SIGTERM');
    expect(await other.exit).toBe(0);
  });

  it('keeps customers apart: each signs for its own, all at the same time', async () => {
    const workers = emulator.credentials.map(() => startWorker());
    await Promise.all(workers.map((worker, index) => worker.credential(sectionAt(index), 1)));
    const before = emulator.requests.length;
    await Promise.all(
      workers.flatMap((worker, index) =>
        Array.from({ length: 25 }, async (_, at) => {
          const outcome = await worker.call(
            at % 2 ? 'akamai_list_zones' : 'akamai_get',
            at % 2 ? {} : { path: '/papi/v1/groups' },
          );
          expect(JSON.stringify(outcome)).toContain(sectionAt(index).name);
        }),
      ),
    );
    const made = emulator.requests.slice(before);
    expect(made).toHaveLength(100);
    expect(made.every(({ isVerified }) => isVerified)).toBe(true);
  });

  it.runIf(process.platform === 'linux')('stays small', async () => {
    const worker = startWorker();
    await worker.credential(sectionAt(0), 1);
    for (const tool of ['akamai_list_groups', 'akamai_list_properties', 'akamai_list_zones']) await worker.call(tool);
    const status = await readFile(`/proc/${worker.child.pid}/status`, 'utf8');
    expect(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024).toBeLessThan(80);
  });
});

describe('the emulator as a program', () => {
  it('prints one line of JSON, serves, says when its port is taken, and ends on SIGTERM or with its parent', async () => {
    const start = (...args: string[]) => {
      const child = spawn(process.execPath, [join(folder, 'emulator.cjs'), ...args], { stdio: 'pipe' });
      children.push(child);
      const ended = new Promise<[number | null, string]>((resolve) => {
        let said = '';
        child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
        child.on('close', (code) => resolve([code, said]));
      });
      return { child, ended };
    };
    const first = start('--credentials', '3');
    const line = await new Promise<string>((resolve) =>
      first.child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString())),
    );
    const { url, pid, credentials } = JSON.parse(line) as { url: string; pid: number; credentials: EmulatedSection[] };
    expect([credentials.length, pid]).toEqual([3, first.child.pid]);
    expect(credentials[0]?.host).toBe(url);
    const faults = await fetch(`${url}/__emulator/faults`, { method: 'POST', body: '{"kind":"status","status":503}' });
    expect([faults.status, (await fetch(`${url}/papi/v1/groups`)).status, (await fetch(url)).status]).toEqual([
      204, 503, 401,
    ]);
    const [code, said] = await start('--port', new URL(url).port).ended;
    expect([code, said]).toEqual([1, expect.stringContaining('is in use')]);
    expect((await start('--port', 'x').ended)[0]).toBe(2);
    first.child.kill('SIGTERM');
    expect((await first.ended)[0]).toBe(0);
    const child = start('--with-parent');
    child.child.stdin.end();
    expect((await child.ended)[0]).toBe(0);
  });
});

describe('the tools as a plain MCP server', () => {
  it('answers on stdio with the credential of descriptor 3, and offers nothing that changes something', async () => {
    const { name: _name, ...section } = sectionAt(2);
    const child = spawn(process.execPath, [join(folder, 'stdio.cjs')], {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      env: {},
    });
    children.push(child);
    const credentialPipe = child.stdio[3] as NodeJS.WritableStream;
    credentialPipe.end(JSON.stringify(section));
    const ask = (message: object): boolean =>
      (child.stdin as NodeJS.WritableStream).write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    const answer = async (
      id: number,
    ): Promise<{ result: { tools?: { name: string }[]; content?: { text: string }[]; isError?: boolean } }> => {
      for (;;) {
        const line = out.split('\n').find((candidate) => candidate.includes(`"id":${id}`));
        if (line) return JSON.parse(line) as never;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    ask({
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
    });
    await answer(1);
    ask({ method: 'notifications/initialized' });
    ask({ id: 2, method: 'tools/list' });
    const names = (await answer(2)).result.tools?.map(({ name }) => name);
    expect(names).toContain('akamai_list_groups');
    expect(names).not.toContain('akamai_purge_urls');
    ask({ id: 3, method: 'tools/call', params: { name: 'akamai_list_groups', arguments: {} } });
    expect((await answer(3)).result.content?.[0]?.text).toContain('customer-003');
    ask({
      id: 4,
      method: 'tools/call',
      params: { name: 'akamai_purge_urls', arguments: { urls: ['https://a/'], network: 'staging' } },
    });
    expect((await answer(4)).result.isError).toBe(true);
    child.stdin.end();
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(0);
  });
});

import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bareEnvironment, codeFolder, connectClient, textOf, type Entry } from '../support/built-app.ts';
import { createTestHost, isAlive, type TestHost } from '../support/test-host.ts';

let test: TestHost;
let entry: Entry;
const started: ChildProcess[] = [];

beforeAll(async () => {
  test = await createTestHost();
  await test.start();
  await test.add('acme-prod');
  entry = await test.register('agent');
});
afterEach(() => started.splice(0).forEach((child) => child.kill('SIGKILL')));
afterAll(() => test.close());

/** The registered entry as a client launches it, spoken to line by line. */
function launch(command = entry.command, args = entry.args, env: Record<string, string> = entry.env) {
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  started.push(child);
  const lines: string[] = [];
  let complaint = '';
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  return {
    child,
    complaint: () => complaint,
    exited: new Promise<number | null>((resolve) => child.once('close', resolve)),
    send: (message: object) => void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`),
    raw: (text: string) => void child.stdin.write(text),
    answerTo: async (id: unknown) => {
      type Answer = { id?: unknown; result?: { content?: unknown; isError?: boolean }; error?: { message: string } };
      const find = () => lines.map((line) => JSON.parse(line) as Answer).find((line) => line.id === id);
      await expect.poll(find, { timeout: 30_000 }).toBeDefined();
      return find();
    },
  };
}
const initialize = {
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
};
const listCustomers = (id: number, more: object = {}) => ({
  id,
  method: 'tools/call',
  params: { name: 'akamai_list_customers', arguments: more },
});

describe('the bridge as a program', () => {
  it.each<[string, string[], Record<string, string>]>([
    ['variables', ['akamai'], {}],
    ['a registration', ['akamai'], { CHATELAINE_HOME: '/nonexistent' }],
    ['a provider', [], { CHATELAINE_HOME: '/nonexistent', CHATELAINE_REGISTRATION: 'x' }],
    ['a provider that could be one', ['../x'], { CHATELAINE_HOME: '/nonexistent', CHATELAINE_REGISTRATION: 'x' }],
  ])('without %s says how it is used and exits with 2', async (_, args, variables) => {
    const bridge = launch(process.execPath, [join(codeFolder, 'bridge.cjs'), ...args], {
      ...bareEnvironment(),
      ...variables,
    });
    expect(await bridge.exited).toBe(2);
    expect(bridge.complaint()).toMatch(/^usage: bridge PROVIDER/);
  });

  it('needs nothing in its environment but the two variables', async () => {
    expect(Object.keys(entry.env).sort()).toEqual(['CHATELAINE_HOME', 'CHATELAINE_REGISTRATION']);
    const bridge = launch();
    bridge.send(initialize);
    bridge.send(listCustomers(1));
    expect(textOf((await bridge.answerTo(1))?.result ?? {})).toBe('acme-prod');
  });

  it('takes messages of up to 1 MiB through to the host, answers longer ones, and goes on', async () => {
    const bridge = launch();
    bridge.send(initialize);
    await bridge.answerTo(0);
    const frame = JSON.stringify({ jsonrpc: '2.0', ...listCustomers(1, { x: '' }) });
    for (let id = 1; id <= 3; id++)
      bridge.raw(
        `${frame.replace('"id":1', `"id":${id}`).replace('"x":""', `"x":"${'x'.repeat((1 << 20) - frame.length)}"`)}\n`,
      );
    bridge.send(listCustomers(4));
    for (const id of [1, 2, 3, 4]) expect(textOf((await bridge.answerTo(id))?.result ?? {})).toBe('acme-prod');
    bridge.send(listCustomers(5, { x: 'x'.repeat(3 << 20) }));
    expect((await bridge.answerTo(5))?.error?.message).toContain('longer than 1 MiB');
    bridge.send(listCustomers(6));
    expect(textOf((await bridge.answerTo(6))?.result ?? {})).toBe('acme-prod');
  });

  it('ends with 0 when its client does, also while the host hangs', async () => {
    const host = test.host().child;
    const bridge = launch();
    bridge.send(initialize);
    await bridge.answerTo(0);
    host.kill('SIGSTOP');
    try {
      bridge.send(listCustomers(1));
      bridge.child.stdin.end();
      expect(await bridge.exited).toBe(0);
    } finally {
      host.kill('SIGCONT');
    }
    expect((await test.run('status')).code).toBe(0);
  });

  it('stays up over `stop`, and its next request starts a host', async () => {
    const client = await connectClient(entry);
    await client.listTools();
    const before = test.host().child.pid ?? 0;
    expect((await test.run('stop')).code).toBe(0);
    expect(isAlive(before)).toBe(false);
    const { tools } = await client.listTools();
    expect(tools.length).toBeGreaterThan(4);
    const { pid, locked } = await test.json<{ pid: number; locked: boolean }>('status');
    expect(pid).not.toBe(before);
    // Nobody was there to type the passphrase of the file.
    expect(locked).toBe(true);
    const refused = await client.callTool({ name: 'akamai_list_groups', arguments: { customer: 'acme-prod' } });
    expect(textOf(refused)).toContain('Chatelaine is locked');
    expect((await test.run('unlock')).code).toBe(0);
    await client.close();
  });

  it('is refused in words once its registration is gone, now and at its next start', async () => {
    const other = await test.register('short-lived');
    const client = await connectClient(other);
    await client.listTools();
    expect((await test.run('unregister', 'short-lived')).code).toBe(0);
    const open = await client.callTool({ name: 'akamai_list_customers', arguments: {} });
    expect(open.isError).toBe(true);
    expect(textOf(open)).toContain('This client is not registered with Chatelaine any more');
    await client.close();
    const again = await connectClient(other);
    expect(textOf(await again.callTool({ name: 'akamai_list_customers', arguments: {} }))).toContain('not registered');
    await again.close();
  });
});

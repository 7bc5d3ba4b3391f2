import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bareEnvironment,
  chatelaine,
  connectClient,
  startProgram,
  textOf,
  type Entry,
  type Program,
} from '../support/built-app.ts';
import { makeTemporaryFolder } from '../support/temp-folder.ts';

interface Status {
  workers: { credential: string; pid: number | null; inFlight: number; restarts: number }[];
}

describe.each(['legacy', 'auto'] as const)('a client of the %s era', (era) => {
  let folder: string;
  let environment: Record<string, string>;
  let emulator: Program;
  let url: string;
  let client: Client;

  const json = async <Value>(...args: string[]): Promise<Value> =>
    JSON.parse((await chatelaine([...args, '--json'], environment)).stdout) as Value;
  const fault = (body: object): Promise<Response> =>
    fetch(`${url}/__emulator/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const call = (name: string, args: Record<string, unknown> = {}, options = {}) =>
    client.callTool({ name, arguments: { customer: 'customer-003', ...args } }, options);

  beforeAll(async () => {
    folder = makeTemporaryFolder();
    await writeFile(join(folder, 'passphrase'), 'correct horse battery staple', { mode: 0o600 });
    environment = {
      ...bareEnvironment(),
      CHATELAINE_HOME: join(folder, 'home'),
      CHATELAINE_PASSPHRASE_FILE: join(folder, 'passphrase'),
    };
    emulator = await startProgram(['emulate', 'akamai', '--credentials', '7'], bareEnvironment());
    const printed = JSON.parse(emulator.firstLine) as { url: string; credentials: object[] };
    url = printed.url;
    await startProgram(['serve', '--vault', 'file'], environment);
    for (const credential of printed.credentials)
      await chatelaine(['add', 'akamai', '--json', '-'], environment, JSON.stringify(credential));
    const entry = JSON.parse(
      (await chatelaine(['register', 'other', '--name', 'agent', '--provider', 'akamai', '--json'], environment))
        .stdout,
    ) as Entry;
    client = await connectClient(entry, era);
  });
  afterAll(async () => {
    await client.close();
    await chatelaine(['stop'], environment);
    await emulator.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is greeted and gets its tools without a worker and without a credential', async () => {
    expect(client.getServerVersion()?.name).toBe('chatelaine-akamai');
    expect(client.getInstructions()).toContain('customer-001, customer-002');
    const { tools } = await client.listTools();
    expect(tools.length).toBeGreaterThan(10);
    expect((await json<Status>('status')).workers).toEqual([]);
    // Seven names would cost tokens in every tool: they are in the instructions and in the list tool.
    const schema = tools.find(({ name }) => name === 'akamai_list_zones')?.inputSchema;
    expect(schema?.required).toContain('customer');
    expect(JSON.stringify(schema?.properties?.customer)).not.toContain('enum');
    const listed = await client.callTool({ name: 'akamai_list_customers', arguments: {} });
    expect(textOf(listed).split('\n')).toHaveLength(7);
  });

  it('names the nearest customers when it asks for one that is not there', async () => {
    const result = await call('akamai_list_zones', { customer: 'customer-03' });
    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain('customer-003');
  });

  it('has a receipt with each result', async () => {
    const result = await call('akamai_list_zones');
    expect(textOf(result).split('\n')[0]).toBe('customer-003 · emulator');
    expect(result._meta?.['chatelaine/receipt']).toMatchObject({
      credential: 'customer-003',
      effect: 'read',
      account: null,
    });
  });

  it('hears of the worker’s progress while Akamai asks for patience', async () => {
    await fault({ kind: 'rate', retryAfterSeconds: 1, count: 1 });
    const seen: string[] = [];
    const result = await call(
      'akamai_list_zones',
      {},
      { onprogress: ({ message }: { message?: string }) => void seen.push(message ?? '') },
    );
    expect(result.isError).toBeFalsy();
    expect(seen.length).toBeGreaterThan(0);
  });

  it('cancels a call down to the worker, which goes on with the next', async () => {
    await fault({ kind: 'slow', delayMs: 30_000, count: 1 });
    const before = (await json<Status>('status')).workers.find(({ credential }) => credential === 'customer-003');
    const cancel = new AbortController();
    const cancelled = call('akamai_list_zones', {}, { signal: cancel.signal });
    await expect
      .poll(async () => (await json<Status>('status')).workers.some(({ inFlight }) => inFlight > 0))
      .toBe(true);
    cancel.abort();
    await expect(cancelled).rejects.toThrow();
    await expect
      .poll(async () => (await json<Status>('status')).workers.some(({ inFlight }) => inFlight > 0))
      .toBe(false);
    expect((await call('akamai_list_zones')).isError).toBeFalsy();
    const after = (await json<Status>('status')).workers.find(({ credential }) => credential === 'customer-003');
    expect(after?.pid).toBe(before?.pid);
    expect(after?.restarts).toBe(0);
  });

  it('feels a tightened grant at once, in the middle of its session', async () => {
    expect((await call('akamai_list_zones')).isError).toBeFalsy();
    await chatelaine(['grant', 'agent', 'akamai/customer-003', '--read', 'deny'], environment);
    const refused = await call('akamai_list_zones');
    expect(textOf(refused)).toContain('does not let this client use customer-003');
    expect((await call('akamai_list_zones', { customer: 'customer-004' })).isError).toBeFalsy();
    await chatelaine(['grant', 'agent', 'akamai', '--toolsets', 'dns'], environment);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual([
      'akamai_list_customers',
      'akamai_list_record_sets',
      'akamai_list_zones',
    ]);
    expect(textOf(await call('akamai_list_groups', { customer: 'customer-004' }))).toContain('toolset');
  });

  it('is seen with the name, version and protocol that it said', async () => {
    const [registration] = await json<{ lastSeen: object; connected: boolean }[]>('clients');
    expect(registration).toMatchObject({
      connected: true,
      lastSeen: { name: 'story', version: '1.0.0', protocolVersion: era === 'legacy' ? '2025-11-25' : '2026-07-28' },
    });
  });
});

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Client } from '@modelcontextprotocol/client';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { systemClock } from '../../electron/core/clock.ts';
import { createVault } from '../../electron/core/credentials/vault.ts';
import { createDurableFiles } from '../../electron/core/files/durable-file.ts';
import type { Log } from '../../electron/core/log.ts';
import { createMemoryStore } from '../../electron/platform/memory-store.ts';
import { connectAkamai } from '../../electron/servers/akamai/services.ts';
import { akamaiTools } from '../../electron/servers/akamai/tools/index.ts';
import { bareEnvironment, chatelaine, connectClient, startProgram, type Entry } from '../support/built-app.ts';
import { alternate, median, ms, percentile, row, timed } from './figures.ts';

interface Account {
  name: string;
  host: string;
  clientToken: string;
  clientSecret: string;
  accessToken: string;
}

const customers = 20;
const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => '' };
const folder = await mkdtemp(join(tmpdir(), 'chatelaine-bench-'));
const environment = {
  ...bareEnvironment(),
  CHATELAINE_HOME: join(folder, 'home'),
  CHATELAINE_PASSPHRASE_FILE: join(folder, 'passphrase'),
};
await writeFile(environment.CHATELAINE_PASSPHRASE_FILE, 'a passphrase for benchmarks', { mode: 0o600 });
const emulator = await startProgram(['emulate', 'akamai', '--credentials', String(customers)], bareEnvironment());
const { url, credentials } = JSON.parse(emulator.firstLine) as { url: string; credentials: Account[] };
const host = await startProgram(['serve', '--vault', 'file'], environment);
const { pid } = JSON.parse(host.firstLine) as { pid: number };
try {
  for (const account of credentials.slice(0, customers)) {
    const added = await chatelaine(['add', 'akamai', '--json', '-'], environment, JSON.stringify(account));
    if (added.code !== 0) throw new Error(added.stderr);
  }
  const printed = await chatelaine(
    ['register', 'other', '--name', 'bench', '--provider', 'akamai', '--json'],
    environment,
  );
  const entry = JSON.parse(printed.stdout) as Entry;
  await bridgeStart(entry);
  const client = await connectClient(entry);
  await listedTools(client);
  await calls(client);
  await memory(pid);
  await listing();
  await crossTalk(client);
  await client.close();
} finally {
  await host.stop();
  await emulator.stop();
  await rm(folder, { recursive: true, force: true });
}

/** Spawn of the registered entry until `initialize` is answered, beside the same runtime running an empty script. */
async function bridgeStart(entry: Entry): Promise<void> {
  const empty = join(folder, 'empty.cjs');
  await writeFile(empty, '');
  const samples = await alternate(30, {
    bridge: () => timed(() => initialize(entry)),
    empty: () => timed(() => exitOf(entry.command, [empty])),
  });
  const [bridge, baseline] = [median(samples.bridge ?? []), median(samples.empty ?? [])];
  row(
    'bridge start → initialize answered',
    ms(bridge),
    `empty script ${ms(baseline)}, ratio ${(bridge / baseline).toFixed(2)} (aim ≤ 1.5)`,
  );
}

function initialize(entry: Entry): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(entry.command, entry.args, { env: entry.env, stdio: ['pipe', 'pipe', 'inherit'] });
    child.once('error', reject).once('exit', () => reject(new Error('the bridge ended before it answered')));
    createInterface({ input: child.stdout }).once('line', () => {
      resolve();
      child.stdin.end();
    });
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } };
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`);
  });
}

function exitOf(command: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    spawn(command, args, { stdio: 'ignore' })
      .once('error', reject)
      .once('exit', () => resolve());
  });
}

async function listedTools(client: Client): Promise<void> {
  const { tools } = await client.listTools();
  const seenByModel = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  row(
    'tools/list',
    `${tools.length} tools`,
    `${Buffer.byteLength(JSON.stringify({ tools }))} bytes, ${countTokens(JSON.stringify(seenByModel))} tokens for the model (o200k)`,
  );
}

/** Cold: a worker starts for it. Warm: the gateway's way beside the same tool called in this process. */
async function calls(client: Client): Promise<void> {
  const [first, second] = credentials;
  if (!first || !second) throw new Error('the emulator gave too few credentials');
  const call = (customer: string) => client.callTool({ name: 'akamai_list_contracts', arguments: { customer } });
  const cold = [];
  for (const { name } of credentials.slice(2, 12)) cold.push(await timed(() => call(name)));
  await call(first.name);

  const services = connectAkamai({
    fields: { host: first.host.replace('http://', '') },
    secrets: {
      clientToken: Buffer.from(first.clientToken),
      clientSecret: Buffer.from(first.clientSecret),
      accessToken: Buffer.from(first.accessToken),
    },
  });
  row('first call of a customer (worker starts)', ms(median(cold)));
  const context = { signal: new AbortController().signal, progress: () => undefined, plan: null, typed: null };
  for (const [name, what] of [
    ['akamai_list_contracts', 'answered from the worker’s cache'],
    ['akamai_list_zones', 'one request to the emulator'],
  ] as const) {
    const tool = akamaiTools.find((candidate) => candidate.name === name);
    if (!tool) throw new Error('no such tool');
    const measures = {
      gateway: () => timed(() => client.callTool({ name, arguments: { customer: first.name } })),
      inProcess: () => timed(() => tool.call({}, services, context)),
    };
    await alternate(200, measures);
    const samples = await alternate(300, measures);
    const gateway = samples.gateway ?? [];
    const inProcess = median(samples.inProcess ?? []);
    row(`warm call, ${what}`, ms(median(gateway)), `p99 ${ms(percentile(gateway, 0.99))}`);
    row('  the same tool in process', ms(inProcess), `overhead ${ms(median(gateway) - inProcess)} (aim ≤ 1 ms)`);
  }
}

/** Listing reads the index that is in memory; the secret store would throw if it were asked. */
async function listing(): Promise<void> {
  const home = join(folder, 'large');
  await mkdir(home, { mode: 0o700 });
  const store = createMemoryStore({ isOpen: true });
  const vault = createVault({ home, store, files: createDurableFiles(), clock: systemClock, log: silentLog });
  const { record } = await vault.load().then(() =>
    vault.add('akamai', {
      name: 'one',
      host: 'akab-x.luna.akamaiapis.net',
      clientToken: 'a',
      clientSecret: 'b',
      accessToken: 'c',
    }),
  );
  const many = Array.from({ length: 2000 }, (_, index) => ({ ...record, id: randomUUID(), name: `customer-${index}` }));
  await writeFile(join(home, 'credentials.json'), JSON.stringify({ schema: 1, credentials: many, garbage: [] }));
  const reopened = createVault({ home, store, files: createDurableFiles(), clock: systemClock, log: silentLog });
  const loadMs = await timed(() => reopened.load());
  const listMs = median(await Promise.all(Array.from({ length: 20 }, () => timed(async () => reopened.list()))));
  row('2,000 credentials: list', ms(listMs), `reading the index once ${ms(loadMs)} (aim ≤ 50 ms)`);
}

async function memory(hostPid: number): Promise<void> {
  const status = await chatelaine(['status', '--json'], environment);
  const { workers } = JSON.parse(status.stdout) as { workers: { pid: number | null }[] };
  const sizes = await Promise.all(workers.flatMap(({ pid: worker }) => (worker === null ? [] : [residentMb(worker)])));
  row('host, resident', `${(await residentMb(hostPid)).toFixed(0)} MB`, '(aim ≤ 100 MB)');
  row(
    'worker, resident',
    `${median(sizes).toFixed(0)} MB`,
    `${sizes.length} workers, largest ${Math.max(...sizes).toFixed(0)} MB (aim ≤ 65 MB)`,
  );
}

async function residentMb(processId: number): Promise<number> {
  const status = await readFile(`/proc/${processId}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** Every request's signature is checked by the emulator against the key of the token it names; every answer names its customer. */
async function crossTalk(client: Client): Promise<void> {
  await fetch(`${url}/__emulator/faults`, { method: 'DELETE' });
  let mixed = 0;
  const all = Array.from({ length: 1000 }, (_, index) => credentials[index % customers]?.name ?? '');
  const elapsedMs = await timed(() =>
    Promise.all(
      all.map(async (customer) => {
        const result = await client.callTool({ name: 'akamai_list_groups', arguments: { customer } });
        const others = credentials.filter(({ name }) => name !== customer && !customer.startsWith(name));
        const text = JSON.stringify(result.structuredContent);
        if (result.isError || !text.includes(`"${customer}"`) || others.some(({ name }) => text.includes(`"${name}"`)))
          mixed += 1;
      }),
    ),
  );
  row('1,000 calls over 20 customers', ms(elapsedMs), `${mixed} mixed up or failed`);
  if (mixed > 0) process.exitCode = 1;
}

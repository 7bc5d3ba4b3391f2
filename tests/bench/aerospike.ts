import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@modelcontextprotocol/client';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { bareEnvironment, chatelaine, connectClient, startProgram, type Entry } from '../support/built-app.ts';
import { alternate, median, ms, percentile, row, timed } from './figures.ts';

/** The Aerospike tools on the emulator, or on the cluster that AEROSPIKE_TEST_HOST names (its namespace `test`). */
const namespace = 'test';
/** Records of one batch. */
const count = 5_000;
const roles = ['read-only', 'read-write', 'admin'] as const;
const aims = { 'read-only': 2_000, 'read-write': 4_500, admin: 4_500 };

const entries = new Map<string, Entry>();
const folder = await mkdtemp(join(tmpdir(), 'chatelaine-bench-'));
const environment = {
  ...bareEnvironment(),
  CHATELAINE_HOME: join(folder, 'home'),
  CHATELAINE_PASSPHRASE_FILE: join(folder, 'passphrase'),
};
await writeFile(environment.CHATELAINE_PASSPHRASE_FILE, 'a passphrase for benchmarks', { mode: 0o600 });
const real = process.env.AEROSPIKE_TEST_HOST;
const emulator = real ? null : await startProgram(['emulate', 'aerospike'], bareEnvironment());
const address = real ?? firstHost(emulator?.firstLine ?? '');
const host = await startProgram(['serve', '--vault', 'file'], environment);
try {
  for (const role of roles) {
    const profile = { name: role, hosts: [address], role, requestsPerSecond: 1_000_000, burst: 10_000_000 };
    await run(['add', 'aerospike', '--json', '-'], JSON.stringify(profile));
  }
  row('against', real ? 'a real cluster' : 'the emulator');
  for (const role of roles) await listedTools(role);
  const client = await connect('admin');
  const direct = await startChild('aerospike-direct.mjs');
  const connection = await startChild('aerospike-connection.ts');
  await spawnToFirstAnswer(client);
  await single(client, direct);
  await batches(client, direct, connection);
  await scan(client);
  await memory(client);
  await client.close();
  direct.child.disconnect();
  connection.child.disconnect();
} finally {
  await host.stop();
  await emulator?.stop();
  await rm(folder, { recursive: true, force: true });
}

function firstHost(line: string): string {
  const { credentials } = JSON.parse(line) as { credentials: { hosts: string[] }[] };
  return credentials[0]?.hosts[0] ?? '';
}

async function run(args: string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await chatelaine(args, environment, input);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

/** A client with one profile. The administrator's does what it likes, since nobody is here to be asked. */
async function connect(name: string): Promise<Client> {
  const known = entries.get(name);
  if (known) return connectClient(known);
  const args = ['register', 'other', '--name', name, '--provider', 'aerospike', '--credentials', name, '--json'];
  const entry = JSON.parse(await run(args)) as Entry;
  entries.set(name, entry);
  if (name === 'admin') await run(['grant', 'admin', 'aerospike', '--write', 'allow', '--destroy', 'allow']);
  return connectClient(entry);
}

async function listedTools(role: (typeof roles)[number]): Promise<void> {
  const client = await connect(role);
  const { tools } = await client.listTools();
  const seen = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  row(
    `tools/list, ${role}`,
    `${tools.length} tools`,
    `${countTokens(JSON.stringify(seen))} tokens for the model (o200k), aim < ${aims[role]}`,
  );
  await client.close();
}

async function call(client: Client, tool: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
  const result = await client.callTool({ name: `aerospike_${tool}`, arguments: args }, { timeout: 120_000 });
  if (result.isError) throw new Error(JSON.stringify(result.content).slice(0, 500));
  return (result.structuredContent ?? {}) as Record<string, unknown>;
}

interface Straight {
  child: ChildProcess;
  run(name: string, args: object): Promise<number>;
}

/** A process that runs the same work without gateway. */
async function startChild(file: string): Promise<Straight> {
  const child = fork(join(import.meta.dirname, file), [address, namespace]);
  const answer = (): Promise<number> =>
    new Promise((resolve, reject) => {
      child.once('message', (message) => resolve((message as { ms: number }).ms));
      child.once('exit', () => reject(new Error(`${file} ended`)));
    });
  await answer();
  return {
    child,
    run(name, args) {
      const answered = answer();
      child.send({ name, ...args });
      return answered;
    },
  };
}

/** A worker is started for it, loads the client, connects and asks. */
async function spawnToFirstAnswer(client: Client): Promise<void> {
  const samples = [];
  for (let round = 0; round < 8; round += 1) {
    samples.push(await timed(() => call(client, 'list_namespaces', {})));
    await run(['lock']);
    await run(['unlock']);
  }
  row('first call of a profile (worker starts)', ms(median(samples)));
}

async function single(client: Client, direct: Straight): Promise<void> {
  const set = 'bench';
  await direct.run('batchWrite', { set, count: 1000 });
  let index = 0;
  const samples = await alternate(400, {
    gateway: () => timed(() => call(client, 'get_record', { namespace, set, key: `k${(index += 1) % 1000}` })),
    direct: () => direct.run('get', { set, count: 1 }),
  });
  const [gateway, straight] = [samples.gateway ?? [], samples.direct ?? []];
  row('get through the gateway', ms(median(gateway)), `p99 ${ms(percentile(gateway, 0.99))}`);
  row(
    '  the official client called directly',
    ms(median(straight)),
    `overhead ${ms(median(gateway) - median(straight))}`,
  );
}

async function batches(client: Client, direct: Straight, connection: Straight): Promise<void> {
  const set = 'bench';
  const operations = Array.from({ length: count }, (_, index) => ({
    operation: 'put',
    key: `k${index}`,
    bins: { n: index, name: `record ${index}`, price: index + 0.5 },
  }));
  const keys = operations.map(({ key }) => key);
  const few = 200;
  let index = 0;
  const next = (): { namespace: string; set: string; key: string } => ({
    namespace,
    set,
    key: `k${(index += 1) % count}`,
  });
  const samples = await alternate(6, {
    write: () => timed(() => call(client, 'batch_write', { namespace, set, operations })),
    nativeWrite: () => connection.run('batchWrite', { set, count }),
    directWrite: () => direct.run('batchWrite', { set, count }),
    read: () => timed(() => readAll(client, { namespace, set, keys })),
    nativeRead: () => connection.run('batchRead', { set, count }),
    directRead: () => direct.run('batchRead', { set, count }),
    writes: () => timed(() => repeat(few, () => call(client, 'put_record', { ...next(), bins: { n: 1 } }))),
    reads: () => timed(() => repeat(few, () => call(client, 'get_record', next()))),
  });
  const singles = {
    write: await direct.run('singleWrites', { set, count }),
    read: await direct.run('singleReads', { set, count }),
  };
  const of = (name: keyof typeof samples): number => median(samples[name] ?? []);
  for (const [what, gateway, native, straight, calls, single] of [
    ['written', of('write'), of('nativeWrite'), of('directWrite'), of('writes'), singles.write],
    ['read', of('read'), of('nativeRead'), of('directRead'), of('reads'), singles.read],
  ] as const) {
    const times = (ms: number): string => `${(ms / straight).toFixed(2)}×`;
    row(`${count} records ${what} by the client itself`, ms(straight), `one by one ${ms(single)}`);
    row(
      '  by our connection',
      ms(native),
      `${times(native)} (aim ≤ 2); ${(single / native).toFixed(1)}× as fast as one by one (aim ≥ 3)`,
    );
    const each = (calls / few) * count;
    row(
      `  by tool calls${what === 'read' ? ', page by page' : ', plan included'}`,
      ms(gateway),
      `${times(gateway)}; one call each ${ms(each)}: ${(each / gateway).toFixed(1)}× as fast (aim ≥ 3)`,
    );
  }
}

async function repeat(times: number, work: () => Promise<unknown>): Promise<void> {
  for (let done = 0; done < times; done += 1) await work();
}

/** All of them, page by page: one answer holds what a client takes, and the official client reads all at once. */
async function readAll(client: Client, args: Record<string, unknown>): Promise<void> {
  let read = 0;
  for (let cursor: unknown; ;) {
    const page = await call(client, 'batch_get', cursor === undefined ? args : { cursor });
    read += (page.records as unknown[]).length;
    cursor = page.next;
    if (cursor === undefined) break;
  }
  if (read !== count) throw new Error(`only ${read} of ${count} were read`);
}

async function scan(client: Client): Promise<void> {
  const set = 'bench100k';
  const total = 100_000;
  for (let from = 0; from < total; from += count) {
    const operations = Array.from({ length: count }, (_, index) => ({
      operation: 'put',
      key: from + index,
      bins: { n: from + index },
    }));
    await call(client, 'batch_write', { namespace, set, operations });
  }
  const seen = new Set<unknown>();
  let pages = 0;
  const elapsed = await timed(async () => {
    for (let cursor: unknown; ;) {
      const page = await call(client, 'scan_set', {
        namespace,
        set,
        limit: 1000,
        ...(cursor === undefined ? {} : { cursor }),
      });
      pages += 1;
      const { records = [] } = page as { records?: { bins?: { n?: number } }[] };
      for (const { bins } of records) seen.add(bins?.n);
      cursor = page.next;
      if (cursor === undefined) return;
    }
  });
  row(
    'scan of 100,000 records by pages',
    ms(elapsed),
    `${pages} pages, ${ms(elapsed / pages)} each, ${seen.size} different records`,
  );
  if (seen.size !== total) process.exitCode = 1;
  await call(client, 'truncate_set', { namespace, set });
}

async function memory(client: Client): Promise<void> {
  const worker = async (): Promise<number> => {
    const { workers } = JSON.parse(await run(['status', '--json'])) as {
      workers: { credential: string; pid: number | null }[];
    };
    const pid = workers.find(({ credential }) => credential === 'admin')?.pid;
    const status = await readFile(`/proc/${pid ?? 0}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  };
  const before = await worker();
  for (let round = 0; round < 100; round += 1) {
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        call(client, 'get_record', { namespace, set: 'bench', key: `k${index}` }),
      ),
    );
  }
  row(
    'worker, resident, after 10,000 calls more',
    `${(await worker()).toFixed(0)} MB`,
    `${before.toFixed(0)} MB before them`,
  );
}

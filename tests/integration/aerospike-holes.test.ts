import { readFile, readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startAerospikeEmulator } from '../../electron/emulators/aerospike/emulator.ts';
import { createProfileWorld, type Called, type ProfileWorld } from '../support/profile-world.ts';

/**
 * What was proven to be wrong in the reference server for Aerospike, numbered as in the list that we keep of it, each as a
 * sentence that must stay true. Against the emulator, or the server that AEROSPIKE_TEST_HOST names.
 */
const real = process.env.AEROSPIKE_TEST_HOST;
const set = 'holes';
const place = { profile: 'boss', namespace: 'test', set };

describe('no hole of the reference server is open here', () => {
  let world: ProfileWorld;
  let close = async (): Promise<void> => undefined;
  let hosts: string[] = [];

  const boss = (tool: string, args: object = {}): Promise<Called> => world.call(tool, { profile: 'boss', ...args });
  const reader = (tool: string, args: object = {}): Promise<Called> => world.call(tool, { profile: 'reader', ...args });
  const put = async (key: unknown, bins: object, more: object = {}): Promise<void> => {
    expect(await boss('put_record', { ...place, key, bins, ...more })).toMatchObject({ ok: true });
  };
  const get = async (key: unknown): Promise<Record<string, unknown>> =>
    (await boss('get_record', { ...place, key })).structured;
  const objects = async (): Promise<number> => {
    const { structured } = await boss('list_sets', { namespace: 'test' });
    const { sets } = structured as { sets: { set: string; objects: number }[] };
    return sets.find((row) => row.set === set)?.objects ?? 0;
  };

  beforeAll(async () => {
    if (real) hosts = [real];
    else {
      const emulator = await startAerospikeEmulator();
      ({ hosts } = emulator);
      close = () => emulator.close();
    }
    world = await createProfileWorld([
      { name: 'boss', hosts, role: 'admin' },
      { name: 'reader', hosts, role: 'read-only' },
      { name: 'slow', hosts, role: 'read-write', requestsPerSecond: 1, burst: 20, timeoutMs: 600 },
      { name: 'down', hosts: ['127.0.0.1:9'], timeoutMs: 800 },
    ]);
    await world.host.run('grant', 'agent', 'aerospike', '--write', 'allow', '--destroy', 'allow');
    const operations = Array.from({ length: 300 }, (_, n) => ({
      operation: 'put',
      key: n,
      bins: { n, half: n / 2, text: 'x'.repeat(300) },
    }));
    expect(await boss('batch_write', { namespace: 'test', set, operations })).toMatchObject({ ok: true });
    await boss('create_index', { ...place, index: 'holes_n', bin: 'n', type: 'numeric' });
    await vi.waitFor(async () => {
      expect((await boss('list_indexes', { namespace: 'test' })).text).toMatch(/holes_n.*ready/);
    }, 15_000);
  });
  afterAll(async () => {
    await boss('drop_index', { namespace: 'test', index: 'holes_n' });
    await boss('truncate_set', place);
    await world.close();
    await close();
  });

  it('1: no argument smuggles an info command', async () => {
    const before = await objects();
    const poisons = ['\ntruncate:namespace=test;set=holes', ';namespace=bar', ':x', '=x', '\0', ' ', '{x}'];
    for (const poison of poisons) {
      const name = `test${poison}`;
      const calls: [string, object][] = [
        ['describe_namespace', { namespace: name }],
        ['list_sets', { namespace: name }],
        ['describe_set', { namespace: 'test', set: `${set}${poison}` }],
        ['list_indexes', { namespace: name }],
        ['get_config', { context: 'namespace', namespace: name }],
        ['latencies', { histogram: `read${poison}` }],
        ['topology', { namespace: name }],
        ['stop_writes', { namespace: name }],
        ['info', { verb: `namespaces${poison}` }],
        ['info', { verb: 'sets', parameters: { namespace: name } }],
        ['info', { verb: 'get-config', parameters: { [`context${poison}`]: 'service' } }],
        ['create_index', { ...place, index: `i${poison}`, bin: 'n', type: 'numeric' }],
        ['drop_index', { namespace: 'test', index: `holes_n${poison}` }],
        ['set_config', { context: 'service', parameter: `proto-fd-idle-ms${poison}`, value: '0' }],
        ['set_config', { context: 'service', parameter: 'proto-fd-idle-ms', value: `0${poison}` }],
        ['kill_job', { trid: `1${poison}` }],
        ['remove_udf', { module: `m${poison}` }],
      ];
      for (const [tool, args] of calls)
        expect(await boss(tool, args), `${tool} ${JSON.stringify(args)}`).toMatchObject({ ok: false });
    }
    expect(await objects()).toBe(before);
  });

  it('2: a filter is applied or refused, never dropped', async () => {
    const query = (filter: object) => boss('query_records', { ...place, filter });
    expect((await query({ bin: 'n', equal: 5 })).structured.records).toMatchObject([{ bins: { n: 5 } }]);
    const { records } = (await query({ bin: 'n', begin: 7, end: 9 })).structured as {
      records: { bins: { n: number } }[];
    };
    expect(records.map(({ bins }) => bins.n).sort()).toEqual([7, 8, 9]);
    for (const filter of [
      { bin: 'n' },
      { bin: 'n', like: 'x' },
      { bin: 'n', equal: 5.5 },
      { bin: 'n', equal: 'five' },
      { bin: 'n', equal: null },
      { bin: 'n', begin: 1 },
      { bin: 'n', equal: 1, begin: 1, end: 2 },
      { bin: 'text', equal: 'x' },
      { bin: 'n', within: { type: 'Point', coordinates: [0, 0] } },
      {},
    ])
      expect(await query(filter), JSON.stringify(filter)).toMatchObject({ ok: false });
    expect(await boss('query_records', { ...place, filter: { bin: 'n', equal: 5 }, index: 'no_such' })).toMatchObject({
      ok: false,
    });
  });

  it('3: a truncation without a set, or with an empty one, is refused', async () => {
    const before = await objects();
    for (const args of [{ namespace: 'test' }, { namespace: 'test', set: '' }, { namespace: 'test', set: null }])
      expect(await boss('truncate_set', args)).toMatchObject({ ok: false });
    expect(await objects()).toBe(before);
  });

  it('4: a time to live is a word or seconds, and -1 is neither', async () => {
    for (const ttl of [-1, 0, -2, 1.5, 'forever'])
      expect(await boss('put_record', { ...place, key: 'ttl', bins: { a: 1 }, ttl })).toMatchObject({ ok: false });
    await put('ttl', { a: 1 }, { ttl: 'never' });
    expect(await get('ttl')).toMatchObject({ ttlSeconds: null });
    await put('ttl', { a: 2 }, { ttl: 1000 });
    const { ttlSeconds } = await get('ttl');
    expect(ttlSeconds).toBeGreaterThan(900);
    await put('ttl', { a: 3 }, { ttl: 'keep' });
    expect((await get('ttl')).ttlSeconds).toBeLessThanOrEqual(Number(ttlSeconds));
    expect((await get('ttl')).ttlSeconds).toBeGreaterThan(900);
  });

  it('5: names, keys and sizes are checked before anything is sent', async () => {
    const write = (changes: object) => boss('put_record', { ...place, key: 'k', bins: { a: 1 }, ...changes });
    for (const changes of [
      { key: '' },
      { key: 'k'.repeat(5000) },
      { key: null },
      { key: [1] },
      { key: 1.5 },
      { namespace: 'n'.repeat(32) },
      { set: 's'.repeat(64) },
      { bins: { ['b'.repeat(16)]: 1 } },
      { bins: { '': 1 } },
      { bins: {} },
      { bins: { a: 1e300 * 10 } },
      { bins: { a: { $what: 1 } } },
      { bins: { a: 9007199254740993 } },
    ])
      expect(await write(changes), JSON.stringify(changes).slice(0, 80)).toMatchObject({ ok: false });
    const many = Array.from({ length: 5001 }, (_, key) => ({ operation: 'delete', key }));
    expect(await boss('batch_write', { namespace: 'test', set, operations: many })).toMatchObject({ ok: false });
    expect(await boss('register_udf', { module: 'bad', code: 'function f(' })).toMatchObject({ ok: false });
  });

  it('6: a role holds for tools, modules and resources alike', async () => {
    const udf = { ...place, key: 1, module: 'm', function: 'f' };
    for (const [tool, args] of [
      ['put_record', { ...place, key: 1, bins: { a: 1 } }],
      ['list_udfs', {}],
      ['execute_udf', udf],
      [
        'batch_write',
        { namespace: 'test', set, operations: [{ operation: 'execute', key: 1, module: 'm', function: 'f' }] },
      ],
      ['set_config', { context: 'service', parameter: 'proto-fd-idle-ms', value: '0' }],
    ] as const)
      expect(await reader(tool, { ...args, profile: 'reader' })).toMatchObject({
        ok: false,
        text: expect.stringContaining('role read-only'),
      });
    await expect(world.client.readResource({ uri: 'aerospike://reader/udfs' })).rejects.toThrow(/role read-only/);
  });

  it('7 and 9: every kind of value comes back as it was written', async () => {
    const bins = {
      map: { a: { b: [1, 'two', null, true] }, empty: {} },
      list: [[], {}, '', { $double: 3 }, { $int: '-9223372036854775808' }],
      big: { $int: '9223372036854775807' },
      edge: 9007199254740991,
      whole: { $double: 3 },
      part: 0.1,
      nan: { $double: 'NaN' },
      bytes: { $bytes: 'AAEC/w==' },
      point: { $geojson: { type: 'Point', coordinates: [-122, 37.5] } },
      keys: {
        $map: [
          [1, 'one'],
          [{ $bytes: 'AQ==' }, 2],
        ],
      },
      yes: true,
      text: '{"not":"geojson"}',
    };
    await put('values', bins);
    const read = await get('values');
    expect(read.bins).toEqual(bins);
    await put('copy', read.bins as object);
    expect((await get('copy')).bins).toEqual(bins);
    expect((await boss('get_record', { ...place, key: 'values' })).text).toContain('two');
  });

  it('8: a cluster that is down is an error of the call, not of the server', async () => {
    expect(await world.call('list_namespaces', { profile: 'down' })).toMatchObject({ ok: false });
    expect((await world.client.listTools()).tools.length).toBeGreaterThan(30);
    expect(await boss('list_namespaces')).toMatchObject({ ok: true });
  });

  it('10: every tool has a rate, and a batch costs as much as it is large', async () => {
    const slow = (tool: string, args: object) => world.call(tool, { ...place, ...args, profile: 'slow' });
    const keys = Array.from({ length: 300 }, (_, key) => key);
    // One that is larger than the burst has the whole of it, and what it took beyond is owed by those that follow.
    expect((await slow('batch_get', { keys })).ok).toBe(true);
    const refused = { ok: false, text: expect.stringMatching(/used up/) as string };
    for (const [tool, args] of [
      ['batch_get', { keys: [1, 2] }],
      ['get_record', { key: 1 }],
      ['scan_set', {}],
      ['query_records', { filter: { bin: 'n', equal: 1 } }],
    ] as const)
      expect(await slow(tool, args), tool).toMatchObject(refused);
  });

  it('11: the record says who, what and how it ended, and no value', async () => {
    await put('CANARY-record-key', { secret: 'CANARY-bin-value' });
    const lines = await world.host.json<Record<string, unknown>[]>('activity');
    expect(lines.at(-1)).toMatchObject({
      client: 'agent',
      credential: 'boss',
      tool: 'aerospike_put_record',
      effect: 'write',
      argumentDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
      outcome: 'ok',
    });
    const folder = join(world.host.home, 'activity');
    for (const name of await readdir(folder)) {
      expect(await readFile(join(folder, name), 'utf8')).not.toContain('CANARY');
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    }
    expect(await readFile(join(world.host.home, 'logs', 'host.log'), 'utf8')).not.toContain('CANARY');
  });

  it('12: no driver’s words, nodes or addresses are in an error', async () => {
    const errors = await Promise.all([
      world.call('get_record', { ...place, profile: 'down', key: 1 }),
      boss('put_record', { ...place, key: 'one', bins: { a: 1 }, generation: 77 }),
      boss('execute_udf', { ...place, key: 1, module: 'nowhere', function: 'f' }),
      boss('get_record', { namespace: 'nowhere', key: 1 }),
    ]);
    for (const { ok, text } of errors) {
      expect(ok).toBe(false);
      expect(text).not.toMatch(/\d+\.\d+\.\d+\.\d+|BB9|AEROSPIKE_|aerospike_err|[a-z_]+\.c\b|\/opt\/|\bat \w+ \(/);
    }
  });

  it.skipIf(process.platform !== 'linux')('13: a worker listens on no port', async () => {
    const listening = (await readFile('/proc/net/tcp', 'utf8'))
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state]) => state === '0A')
      .map((columns) => `socket:[${columns[9] ?? ''}]`);
    expect(listening.length).toBeGreaterThan(0);
    for (const { pid } of await world.workers()) {
      if (pid === null) continue;
      const files = await readdir(`/proc/${pid}/fd`);
      const held = await Promise.all(files.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
      expect(held.filter((target) => listening.includes(target))).toEqual([]);
    }
  });

  it('14: a model’s own confirmation is no argument', async () => {
    const before = await objects();
    for (const confirm of [{ confirm: true }, { confirm: true, confirm_destructive: true }])
      expect(await boss('truncate_set', { ...place, ...confirm })).toMatchObject({ ok: false });
    expect(await objects()).toBe(before);
  });

  it('15: an answer is bounded, says that it was cut, and goes on where it ended', async () => {
    const seen = new Set<unknown>();
    let cursor: unknown;
    do {
      const page = await boss('scan_set', { ...place, limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
      expect(page.ok).toBe(true);
      expect(Buffer.byteLength(page.text)).toBeLessThan(48 * 1024);
      const { records, next, truncated } = page.structured as {
        records: { key: unknown }[];
        next?: string;
        truncated: boolean;
      };
      expect(truncated).toBe(next !== undefined);
      for (const { key } of records) seen.add(JSON.stringify(key));
      cursor = next;
    } while (cursor !== undefined);
    expect(seen.size).toBeGreaterThanOrEqual(300);
    expect(await boss('scan_set', { ...place, cursor: 'WyJ4Il0' })).toMatchObject({ ok: false });
  });

  it('16: what describes a set shows types, never values', async () => {
    await put('CANARY-schema-key', { mail: 'CANARY-schema-value', n: 424242 });
    const { text, structured } = await boss('describe_set', { namespace: 'test', set });
    expect(text + JSON.stringify(structured)).not.toMatch(/CANARY|424242|xxx/);
    expect(text).toMatch(/text \| string/);
  });
});

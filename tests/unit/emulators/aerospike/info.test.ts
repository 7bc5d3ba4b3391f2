import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAerospikeEmulator, type AerospikeEmulator } from '../../../../electron/emulators/aerospike/emulator.ts';
import { ask, openWire, pairsOf } from './wire.ts';

let emulator: AerospikeEmulator;
let first: string;
let second: string;
beforeAll(async () => {
  emulator = await startAerospikeEmulator({ seed: 'demo' });
  [first = '', second = ''] = emulator.hosts;
});
afterAll(async () => {
  await emulator.close();
});

/** Measured on a community server 8.1.2.0. */
it.each([
  ['this-is-no-command', 'ERROR:4:unrecognized command'],
  ['scan-show:', 'ERROR:4:unrecognized command'],
  ['latency:', 'ERROR:4:unrecognized command'],
  ['bins/test', 'ERROR:4:unrecognized command'],
  ['roster:', 'ERROR:25:enterprise only'],
  ['racks:', 'ERROR:25:enterprise only'],
  ['feature-key', 'ERROR:25:enterprise only'],
  ['masking-show', 'ERROR:25:enterprise only'],
  ['peers-tls-std', 'ERROR:25:enterprise only'],
  ['quiesce:', 'ERROR:25:enterprise only'],
  ['namespace/nope', 'type=unknown'],
  ['namespace:namespace=test', 'type=unknown'],
  ['sets/nope', 'ns_type=unknown'],
  ['get-config:context=nope', 'ERROR:4:invalid context'],
  ['get-config:context=security', ''],
  ['get-config:context=namespace;namespace=nope', 'ERROR:20:namespace not found on node'],
  ['set-config:', "ERROR:4:missing 'context'"],
  ['set-config:context=service;nope=1', 'ERROR:4:invalid set-config parameter'],
  ['set-config:context=service;proto-fd-max=1', 'ERROR:4:invalid set-config parameter'],
  ['set-config:context=service;ticker-interval=banana', 'ERROR:4:invalid set-config parameter'],
  ['set-config:context=namespace;namespace=test;default-ttl=-5', 'ERROR:4:invalid set-config parameter'],
  ['set-config:context=namespace;namespace=nope;nsup-period=1', 'ERROR:20:namespace not found on node'],
  ['sindex-stat:namespace=test;indexname=nope', 'ERROR:201:no index'],
  ['sindex-exists:namespace=test;indexname=users_age', 'true'],
  ['sindex-create:namespace=test;indexname=bad', "ERROR:4:both 'indexdata' and 'type' are missing"],
  [
    'sindex-create:namespace=test;set=users;indexname=bad;bin=score;type=nope',
    "ERROR:4:bad 'type' - must be one of 'numeric', 'string', 'blob', 'geo2dsphere'",
  ],
  ['sindex-delete:namespace=test;indexname=never-was', 'ok'],
  ['histogram:namespace=test;type=nope', 'ERROR:4:unknown hist name'],
  ['histogram:namespace=nope;type=ttl', 'ERROR:20:namespace not found on node'],
  ['latencies:hist=nope', 'ERROR:4:bad hist name'],
  ['query-abort:', "ERROR:4:missing 'id'"],
  ['query-abort:trid=banana', 'ERROR:4:bad id'],
  ['query-abort:id=1', 'ERROR:2:id not active'],
  ['query-show:id=1', 'ERROR:2:job not found'],
  ['truncate:', "ERROR:20:missing 'namespace'"],
  ['truncate:namespace=test', "ERROR:4:missing 'set'"],
  ['truncate:namespace=test;set=users;lut=banana', 'ERROR:4:would truncate to 0'],
  ['truncate:namespace=test;set=users;lut=99999999999999999999', 'ERROR:4:would truncate in the future'],
  ['truncate-namespace:namespace=test;set=users', 'ERROR:4:unexpected set name'],
  ['truncate:namespace=nope;set=x', 'ok'],
  ['udf-get:filename=nope.lua', 'error=not_found'],
  ['udf-put:', 'error=invalid_filename'],
  ['udf-remove:filename=nope.lua', 'ok'],
  ['cluster-stable:size=3', 'ERROR:7:cluster not specified size'],
  ['partitions', '4096'],
  ['edition', 'Aerospike Community Edition'],
  ['version', 'Aerospike Community Edition build 8.1.2.0'],
])('answers %s as the server does', async (command, answer) => {
  expect(await ask(first, command)).toBe(answer);
});

it('tells the names of 8.1 and none of older versions', async () => {
  const statistics = pairsOf(await ask(first, 'namespace/test'));
  for (const name of ['objects', 'master_objects', 'data_used_bytes', 'data_avail_pct', 'stop_writes', 'nsup-period'])
    expect(statistics.has(name), name).toBe(true);
  expect(statistics.has('memory_used_bytes')).toBe(false);
});

it('tells the names of version 6 as a server of version 6', async () => {
  const older = await startAerospikeEmulator({ nodes: 1, build: '6.4.0.1', seed: 'demo' });
  const [host = ''] = older.hosts;
  const statistics = pairsOf(await ask(host, 'namespace/test'));
  expect(statistics.has('memory_used_bytes')).toBe(true);
  expect(statistics.has('device_available_pct')).toBe(true);
  expect(statistics.has('data_used_bytes')).toBe(false);
  expect(await ask(host, 'sets/test/users')).toMatch(/memory_data_bytes=\d+:device_data_bytes=\d+/);
  await older.close();
});

/** Each measured on a community server 8.1.2.0: by how much it raised the counter. */
it.each([
  ['statistics', 0],
  ['build', 0],
  ['release', 0],
  ['edition', 1],
  ['version', 1],
  ['name', 1],
  ['node', 0],
  ['features', 1],
  ['mesh', 1],
  ['services', 1],
  ['objects', 1],
  ['replicas-all', 1],
  ['replicas:max=1', 0],
  ['sindex-list:ns=test', 2],
  ['sindex-list:namespace=test', 0],
  ['sindex-stat:ns=test;indexname=nope', 1],
  ['sindex-stat:namespace=test;indexname=nope', 0],
  ['sindex-create:ns=test;set=zz;indexname=zz_j;indexdata=b,numeric', 2],
  ['sindex-delete:ns=test;indexname=zz_j', 1],
  ['sindex-create:namespace=test;set=zz;indexname=zz_j;bin=b;type=numeric', 0],
  ['sindex-delete:namespace=test;indexname=zz_j', 0],
  ['get-config:context=namespace;id=test', 1],
  ['get-config:context=namespace;namespace=test', 0],
  ['query-abort:trid=5', 1],
  ['query-abort:id=5', 0],
])('counts %s among deprecated requests as the server does', async (command, times) => {
  const counted = async (): Promise<number> =>
    Number(pairsOf(await ask(first, 'statistics')).get('deprecated_requests'));
  const before = await counted();
  await ask(first, command);
  expect((await counted()) - before).toBe(times);
});

it('has no release command in the years before it', async () => {
  const older = await startAerospikeEmulator({ nodes: 1, build: '8.1.0.3' });
  const [host = ''] = older.hosts;
  expect(await ask(host, 'release')).toBe('ERROR:4:unrecognized command');
  expect(await ask(host, 'edition')).toBe('Aerospike Community Edition');
  expect(pairsOf(await ask(host, 'statistics')).get('deprecated_requests')).toBe('0');
  await older.close();
});

/** Measured: what never expires is in the first bucket, and the buckets add up to the node's objects. */
it('puts records without a lifetime into the first bucket of lifetimes, of its own records alone', async () => {
  for (const [host, name] of [
    [first, 'test'],
    [second, 'bar'],
    [second, 'sessions'],
  ] as const) {
    const facts = pairsOf(await ask(host, `namespace/${name}`));
    const [, buckets = ''] = /buckets=(.*)$/.exec(await ask(host, `histogram:namespace=${name};type=ttl`)) ?? [];
    const counts = buckets.split(',').map(Number);
    expect(counts.reduce((sum, one) => sum + one)).toBe(Number(facts.get('objects')));
    expect(counts[0]).toBeGreaterThanOrEqual(Number(facts.get('non_expirable_objects')));
    expect(Number(facts.get('non_expirable_objects'))).toBeLessThanOrEqual(Number(facts.get('objects')));
  }
  expect(pairsOf(await ask(first, 'namespace/sessions')).get('non_expirable_objects')).toBe('0');
});

it('counts every record once as a master, over all nodes', async () => {
  const masters = await Promise.all(
    [first, second].map(async (host) => Number(pairsOf(await ask(host, 'namespace/test')).get('master_objects'))),
  );
  expect(masters.reduce((sum, one) => sum + one)).toBe(2800);
  expect(Math.min(...masters)).toBeGreaterThan(0);
});

it('shows what set-config set, on the node that was asked', async () => {
  expect(await ask(first, 'set-config:context=service;ticker-interval=7')).toBe('ok');
  expect(pairsOf(await ask(first, 'get-config:context=service')).get('ticker-interval')).toBe('7');
  expect(pairsOf(await ask(second, 'get-config:context=service')).get('ticker-interval')).toBe('10');
  expect(await ask(first, 'set-config:context=namespace;id=test;default-ttl=2d')).toBe('ok');
  expect(pairsOf(await ask(first, 'namespace/test')).get('default-ttl')).toBe('172800');
  await ask(first, 'set-config:context=namespace;id=test;default-ttl=0');
});

/** Measured: what is set shows at once, and is in force after the principal has reclustered. */
it('keeps its copies until a recluster when another number of them is set', async () => {
  const own = await startAerospikeEmulator();
  const [host = '', principal = ''] = own.hosts;
  const factors = async (): Promise<unknown[]> => {
    const facts = pairsOf(await ask(host, 'namespace/test'));
    return [facts.get('replication-factor'), facts.get('effective_replication_factor')];
  };
  const set = (value: number, to = host): Promise<string> =>
    ask(to, `set-config:context=namespace;namespace=test;replication-factor=${value}`);
  for (const refused of [0, 9, 257]) expect(await set(refused)).toBe('ERROR:4:invalid set-config parameter');
  expect([await set(1), await set(1, principal)]).toEqual(['ok', 'ok']);
  expect(await factors()).toEqual(['1', '2']);
  expect(await ask(host, 'recluster:')).toBe('ignored-by-non-principal');
  expect(await factors()).toEqual(['1', '2']);
  expect(await ask(principal, 'recluster:')).toBe('ok');
  expect(await factors()).toEqual(['1', '1']);
  await own.close();
});

it.each(['rack-id=1', 'active-rack=1', 'prefer-uniform-balance=true'])(
  'lets nobody set %s in Community',
  async (set) => {
    const answer = await ask(first, `set-config:context=namespace;namespace=bar;${set}`);
    expect(answer).toBe('ERROR:4:invalid set-config parameter');
  },
);

it('has one node that was set otherwise than the other', async () => {
  const [ours, theirs] = await Promise.all(
    [first, second].map(async (host) => pairsOf(await ask(host, 'get-config:context=namespace;namespace=sessions'))),
  );
  const differing = [...(ours ?? [])].filter(([name, value]) => theirs?.get(name) !== value).map(([name]) => name);
  expect(differing).toEqual(['storage-engine.stop-writes-used-pct']);
});

it('makes an index, lists it, and takes the same one again but no other of its name', async () => {
  const make = 'sindex-create:namespace=test;set=users;indexname=by_score;bin=score;type=numeric';
  expect(await ask(first, make)).toBe('ok');
  expect(await ask(first, make)).toBe('ok');
  expect(await ask(first, make.replace('bin=score', 'bin=other'))).toMatch(/^ERROR:200:/);
  expect(await ask(second, 'sindex-list:namespace=test')).toContain(
    'ns=test:indexname=by_score:set=users:bin=score:type=numeric:indextype=default:context=null:exp=null:state=RW',
  );
  emulator.setIndexLoad('test', 'by_score', 40);
  expect(await ask(first, 'sindex-stat:namespace=test;indexname=by_score')).toContain('load_pct=40');
  expect(await ask(first, 'sindex-delete:namespace=test;indexname=by_score')).toBe('ok');
  expect(await ask(first, 'sindex-exists:namespace=test;indexname=by_score')).toBe('false');
});

it('keeps Lua modules, and says line and reason of what does not compile', async () => {
  const put = (source: string): string => {
    const content = Buffer.from(source).toString('base64');
    return `udf-put:filename=m.lua;content=${content};content-len=${content.length};udf-type=LUA;`;
  };
  expect(await ask(first, put('function f(rec) return 1 end '))).toBe('ok');
  expect(await ask(second, 'udf-list')).toMatch(/filename=m\.lua,hash=[0-9a-f]{40},type=LUA;/);
  expect(await ask(second, 'udf-get:filename=m.lua')).toMatch(/^type=LUA;content=ZnVuY3Rpb24/);
  const refused = await ask(first, put('function x(rec)\n return 1 +\nend\n'));
  expect(refused).toMatch(/^error=compile_error;file=m\.lua;line=3;message=/);
  const message = /message=(.*)$/.exec(refused)?.[1] ?? '';
  expect(Buffer.from(message, 'base64').toString()).toBe("unexpected symbol near 'end'");
  expect(await ask(first, 'udf-remove:filename=m.lua')).toBe('ok');
});

it('truncates a set, and nothing beside it', async () => {
  const own = await startAerospikeEmulator({ seed: 'demo' });
  const [host = ''] = own.hosts;
  expect(await ask(host, 'truncate:namespace=test;set=devices')).toBe('ok');
  expect(await ask(host, 'sets/test/devices')).toContain('objects=0:');
  expect(await ask(host, 'sets/test/users')).toContain('objects=1000:');
  await own.close();
});

it('shows what a test wants seen: stop-writes, a split, a skewed clock, jobs, dead partitions', async () => {
  const own = await startAerospikeEmulator({ seed: 'demo' });
  const [host = '', other = ''] = own.hosts;
  own.setStopWrites('test', true);
  own.setSplit(1, 'ABCDEF');
  own.setClockSkew(0, 12_000);
  own.setDeadPartitions(0, 'bar', 17);
  own.setConfig(0, 'service', 'proto-fd-max', '1024');
  own.addJob({ id: 77n, namespace: 'test', set: 'users', progressPercent: 40 });
  expect(pairsOf(await ask(host, 'namespace/test')).get('stop_writes')).toBe('true');
  expect(pairsOf(await ask(other, 'statistics')).get('cluster_key')).toBe('ABCDEF');
  expect(pairsOf(await ask(other, 'statistics')).get('cluster_integrity')).toBe('false');
  expect(pairsOf(await ask(host, 'statistics')).get('cluster_clock_skew_ms')).toBe('12000');
  expect(pairsOf(await ask(host, 'namespace/bar')).get('dead_partitions')).toBe('17');
  expect(pairsOf(await ask(host, 'get-config:context=service')).get('proto-fd-max')).toBe('1024');
  expect(await ask(host, 'query-show')).toMatch(/^trid=77:ns=test:set=users:.*:job-progress=40\.00:/);
  expect(await ask(host, 'query-abort:id=77')).toBe('ok');
  expect(await ask(host, 'query-show')).toBe('');
  own.setStopWrites('test', false);
  own.setFill('test', 0.9);
  expect(pairsOf(await ask(host, 'namespace/test')).get('stop_writes')).toBe('true');
  await own.close();
});

it('hands the partitions of a node that went to the other, and says that it copies', async () => {
  const own = await startAerospikeEmulator({ seed: 'demo' });
  const [host = '', lost = ''] = own.hosts;
  const generation = Number(await ask(host, 'peers-generation'));
  const key = pairsOf(await ask(host, 'statistics')).get('cluster_key');
  await own.stopNode(1);
  await expect(openWire(lost)).rejects.toThrow();
  expect(Number(await ask(host, 'peers-generation'))).toBeGreaterThan(generation);
  expect(await ask(host, 'peers-clear-std')).toMatch(/^\d+,3000,\[\]$/);
  const statistics = pairsOf(await ask(host, 'statistics'));
  expect([statistics.get('cluster_size'), statistics.get('cluster_key') === key]).toEqual(['1', false]);
  const replicated = pairsOf(await ask(host, 'namespace/test'));
  expect([replicated.get('master_objects'), replicated.get('dead_partitions')]).toEqual(['2800', '0']);
  expect(Number(replicated.get('migrate_tx_partitions_remaining'))).toBeGreaterThan(0);
  expect(await ask(host, 'cluster-stable:')).toBe('ERROR:7:unstable cluster');
  expect(Number(pairsOf(await ask(host, 'namespace/bar')).get('dead_partitions'))).toBeGreaterThan(1000);
  await own.startNode(1);
  expect(await ask(lost, 'status')).toBe('ok');
  own.advanceClock(60_000);
  expect(pairsOf(await ask(host, 'namespace/test')).get('migrate_tx_partitions_remaining')).toBe('0');
  expect(await ask(host, 'cluster-stable:')).toMatch(/^[0-9A-F]+$/);
  await own.close();
});

it('owns each partition once, in each column of the bitmap', async () => {
  const maps = await Promise.all(
    [first, second].map(async (host) => {
      const [, bits = ''] = /test:0,2,([^,]*),/.exec(await ask(host, 'replicas')) ?? [];
      return Buffer.from(bits, 'base64');
    }),
  );
  const [ours = Buffer.alloc(0), theirs = Buffer.alloc(0)] = maps;
  expect(ours.length).toBe(512);
  expect(ours.every((byte, at) => (byte ^ (theirs[at] ?? 0)) === 0xff)).toBe(true);
});

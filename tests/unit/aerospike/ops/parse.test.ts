import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOlder, namespaceParameter } from '../../../../electron/servers/aerospike/info/builds.ts';
import { configRows, withoutPaths } from '../../../../electron/servers/aerospike/ops/config.ts';
import { distribution, lifetimes } from '../../../../electron/servers/aerospike/ops/histogram.ts';
import { indexFigures, indexList } from '../../../../electron/servers/aerospike/ops/indexes.ts';
import { jobs } from '../../../../electron/servers/aerospike/ops/jobs.ts';
import { licensedBytes } from '../../../../electron/servers/aerospike/ops/licence.ts';
import { joined, latencies, overThreshold, p99Bound } from '../../../../electron/servers/aerospike/ops/latencies.ts';
import {
  amount,
  pairs,
  plainValue,
  records,
  refusalIn,
  whole,
} from '../../../../electron/servers/aerospike/ops/parse.ts';
import { namespaceFigures, setFigures } from '../../../../electron/servers/aerospike/ops/statistics.ts';
import { partitionsHeld, peers, racks, roster, udfs } from '../../../../electron/servers/aerospike/ops/topology.ts';
import * as sample from './samples.ts';

describe('info answers', () => {
  it('reads pairs, and keeps what a value has after its first equals sign', () => {
    expect([...pairs('a=1;b=;c;d=x=y;')]).toEqual([
      ['a', '1'],
      ['b', ''],
      ['c', ''],
      ['d', 'x=y'],
    ]);
    expect(records('ns=a:set=b;ns=a:set=c;').map((facts) => facts.get('set'))).toEqual(['b', 'c']);
  });

  it('does not round counters beyond 2^53', () => {
    expect(amount(whole('9007199254740993') ?? 0n)).toBe('9007199254740993');
    expect(plainValue('18446744073709551615')).toBe('18446744073709551615');
    expect(plainValue('12')).toBe(12);
    expect(plainValue('0.50')).toBe(0.5);
    expect(plainValue('true')).toBe(true);
    expect(plainValue('8.1.2.0')).toBe('8.1.2.0');
  });

  it('tells a refusal from an answer that begins with the same letters', () => {
    expect(refusalIn('ERROR:25:enterprise only')).toEqual({ code: 25, message: 'enterprise only' });
    expect(refusalIn('ERROR:20:namespace not found on node;ERROR:20:x')?.code).toBe(20);
    expect(refusalIn('ERROR')).toEqual({ code: 0, message: '' });
    expect(refusalIn('failed_best_practices=true;cluster_size=2')).toBeNull();
    expect(refusalIn('')).toBeNull();
  });

  it('reads latencies by threshold, without histograms that have not counted yet', () => {
    const read = latencies(sample.latencyText);
    expect(read.map(({ histogram, namespace }) => [histogram, namespace])).toEqual([
      ['{orders}-read', 'orders'],
      ['{orders}-write', 'orders'],
      ['{billing}-read', 'billing'],
    ]);
    const [first] = read;
    if (!first) throw new Error('no histogram');
    expect([first.opsPerSecond, overThreshold(first, 1), overThreshold(first, 8), overThreshold(first, 64)]).toEqual([
      1200.5, 3.1, 0.9, 0.1,
    ]);
    expect(p99Bound(first)).toBe(8);
  });

  it('joins slices by the operations they are of', () => {
    const slice = (opsPerSecond: number, over: number[]) => ({
      histogram: 'h',
      namespace: null,
      unit: 'ms' as const,
      opsPerSecond,
      over,
    });
    expect(joined([slice(300, [10, 4]), slice(100, [50, 0])])).toMatchObject({ opsPerSecond: 200, over: [20, 3] });
    expect(joined([slice(0, [0])])).toMatchObject({ opsPerSecond: 0, over: [0] });
    expect(joined([])).toBeNull();
  });

  it('reads linear and logarithmic histograms', () => {
    expect(distribution('units=seconds:hist-width=400:bucket-width=100:buckets=5,4,1,0')).toEqual({
      unit: 'seconds',
      records: 10,
      median: 100,
      p95: 300,
      max: 300,
    });
    const sizes = 'units=bytes:[64-128)=4:[128-256)=90:[512-1K)=1:[1K-2K)=5';
    expect(distribution(sizes)).toEqual({ unit: 'bytes', records: 100, median: 256, p95: 1024, max: 2048 });
    expect(distribution('')).toBeNull();
  });

  it('takes what never expires out of the bucket of what is about to', () => {
    const ttl = (buckets: string) => `units=seconds:hist-width=400:bucket-width=100:buckets=${buckets}`;
    const of = (buckets: string, objects: number, never: number | null) =>
      lifetimes(ttl(buckets), { objects: BigInt(objects), neverExpire: never === null ? null : BigInt(never) });
    expect(of('5151,0,0,0', 5151, 5151)).toBeNull();
    expect(of('5151,0,9,1', 5161, 5151)).toMatchObject({ records: 10, median: 300, p95: 400, max: 400 });
    expect(of('5160,0,0,0', 5160, 5151)).toMatchObject({ records: 9, median: 100, max: 100 });
    // Counted at another moment than the histogram: told where it makes no difference, and only there.
    expect(of('5100,0,900,100', 6151, 5151)).toMatchObject({ median: 300, p95: 400 });
    expect(of('5151,0,9,1', 5400, 5151)).toBeNull();
    expect(of('5151,0,9,1', 5161, null)).toBeNull();
    expect(of('0,0,9,1', 5161, null)).toMatchObject({ records: 10, median: 300 });
    expect(lifetimes('', { objects: 0n, neverExpire: 0n })).toBeNull();
  });

  it('reads indexes and their figures of 6.x and 8.x', () => {
    expect(indexList(sample.sindexText)).toMatchObject([
      { namespace: 'orders', name: 'idx_total', set: 'items', bin: 'total', state: 'RW' },
    ]);
    expect(indexList('ns=a:indexname=b:set=null:bin=null:state=WO')).toMatchObject([
      { set: null, bin: null, state: 'WO' },
    ]);
    expect(indexFigures(pairs('keys=7;memory_used=99;load_pct=12'))).toEqual({
      entries: 7n,
      bytes: 99n,
      loadPct: 12,
      entriesPerValue: null,
    });
  });

  it('reads queries with their 64-bit ids as text', () => {
    const [active, done] = jobs(sample.jobText, 'A1');
    expect(active).toMatchObject({
      trid: '17091645024789390538',
      isActive: true,
      progressPct: 42.5,
      index: 'idx_total',
      from: '127.0.0.1:56670',
    });
    expect(done).toMatchObject({ isActive: false, outcome: 'user-aborted', kind: 'background-udf' });
  });

  it('reads rosters, racks, peers, modules and partitions', () => {
    expect(roster('roster=A1@1,B1@2:pending_roster=A1@1:observed_nodes=null')).toEqual({
      active: ['A1@1', 'B1@2'],
      pending: ['A1@1'],
      observed: [],
    });
    expect(roster('')).toBeNull();
    expect(racks('ns=a:rack_1=A1,B1:rack_2=C1')).toEqual([
      { id: 1, nodes: ['A1', 'B1'] },
      { id: 2, nodes: ['C1'] },
    ]);
    expect(racks('ns=a:rack_0=A1:roster_rack_7=A1')).toEqual([{ id: 7, nodes: ['A1'] }]);
    expect(peers('2,3000,[[B1,,[127.0.0.1:3010]],[BB9,tls.name,[[::1]:3020,10.0.0.1:3000]]]')).toEqual(['B1', 'BB9']);
    expect(udfs(sample.udfText)).toMatchObject([{ name: 'totals.lua', type: 'LUA' }]);
    const held = partitionsHeld(
      'namespace:partition:state:n_replicas:replica;a:0:S:2:0;a:1:S:2:1;a:2:A:2:-1;b:0:S:1:0',
    );
    expect([...held]).toEqual([
      ['a', { master: 1, replicas: 1 }],
      ['b', { master: 1, replicas: 0 }],
    ]);
  });
});

describe('one vocabulary over releases', () => {
  const figuresOf = (facts: Record<string, string>) => namespaceFigures(pairs(sample.text(facts)));

  it('names sizes of 8.x', () => {
    expect(figuresOf(sample.namespace8)).toMatchObject({
      storage: 'device',
      dataUsedBytes: 1073741824n,
      dataUsedPct: 10,
      dataAvailPct: 85,
      indexBytes: 20617216n,
    });
  });

  it('names sizes of 6.x in memory and on a device', () => {
    expect(figuresOf(sample.namespace6Memory)).toMatchObject({
      storage: 'memory',
      dataUsedBytes: 600n,
      dataTotalBytes: 1000n,
      dataUsedPct: 70,
      memoryUsedPct: 70,
      indexBytes: 100n,
      hwmBreached: true,
    });
    expect(figuresOf(sample.namespace6Device)).toMatchObject({
      storage: 'device',
      dataUsedBytes: 1000n,
      dataTotalBytes: 4000n,
      dataUsedPct: 25,
      dataAvailPct: 70,
      indexBytes: 640n,
    });
  });

  it('counts a set on a device once, where 6.x also holds it in memory', () => {
    const set = setFigures(pairs('ns=a:set=b:objects=3:memory_data_bytes=90:device_data_bytes=100', ':'));
    expect(set).toMatchObject({ bytes: 100n, objects: 3n });
  });

  it('counts what a licence counts: once, uncompressed, without the bytes of old releases', () => {
    const of = (facts: Record<string, string>, build: string) => licensedBytes([{ figures: figuresOf(facts), build }]);
    const facts = {
      ...sample.namespace8,
      data_used_bytes: '1000000',
      master_objects: '1000',
      data_compression_ratio: '0.500',
    };
    expect([of(facts, '8.1.2.0'), of(facts, '7.2.0.1'), of(facts, '5.7.0.1')]).toEqual([
      1_000_000n,
      961_000n,
      965_000n,
    ]);
    expect(of({ ...facts, data_used_bytes: '10' }, '7.2.0.1')).toBe(0n);
    expect(of(sample.namespace6Device, '6.4.0.9')).toBe(2000n);
    expect(of(sample.namespace6Memory, '6.4.0.9')).toBe(0n);
    expect(licensedBytes([])).toBeNull();
  });

  it('compares builds', () => {
    expect([isOlder('7.1.0.3', '7.2'), isOlder('8.1.2.0', '7.2'), isOlder('7.2.0.1', '7.2')]).toEqual([
      true,
      false,
      false,
    ]);
    expect([namespaceParameter(['8.1.2.0']), namespaceParameter(['8.1.2.0', '6.4.0.9'])]).toEqual(['namespace', 'id']);
  });
});

describe('configuration', () => {
  const a = pairs('proto-fd-max=100;node-id=A1;service.address=10.0.0.1;work-directory=/opt/a;heartbeat.interval=150');
  const b = pairs('proto-fd-max=200;node-id=B1;service.address=10.0.0.2;work-directory=/opt/a');

  it('shows as different what is, but for what belongs to a node', () => {
    expect(
      configRows(
        new Map([
          ['A1', a],
          ['B1', b],
        ]),
        { differing: true },
      ),
    ).toEqual([
      { name: 'heartbeat.interval', value: null, byNode: { A1: '150', B1: '(absent)' } },
      { name: 'proto-fd-max', value: null, byNode: { A1: '100', B1: '200' } },
    ]);
  });

  it('keeps file paths to the server', () => {
    expect([...withoutPaths(a).keys()]).not.toContain('work-directory');
  });
});

describe('whatever a server writes', () => {
  it('is read without throwing', () => {
    const pieces = fc.constantFrom(
      ';',
      ':',
      ',',
      '=',
      '[',
      ']',
      '{',
      '}',
      '(',
      ')',
      'ns',
      'set',
      'buckets',
      'trid',
      'msec',
      '-',
      '9'.repeat(30),
      '\n',
      '\t',
      '%',
      'roster',
      '__proto__',
    );
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.oneof(pieces, fc.string())).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(anything, (text) => {
        latencies(text).map(p99Bound);
        distribution(text);
        lifetimes(text, { objects: 5n, neverExpire: 3n });
        indexList(text);
        jobs(text, 'A1');
        roster(text);
        racks(text);
        peers(text);
        udfs(text);
        partitionsHeld(text);
        refusalIn(text);
        namespaceFigures(pairs(text));
        for (const record of records(text)) setFigures(record);
        configRows(new Map([['A1', pairs(text)]]), {});
      }),
      { numRuns: 500 },
    );
  });
});

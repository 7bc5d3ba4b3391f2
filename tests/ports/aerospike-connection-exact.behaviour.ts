import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../electron/core/workers/protocol.ts';
import type { AerospikeWorker } from '../support/aerospike-worker.ts';

const ns = 'test';
/** Beyond what the client's batches, steps and scans can say. */
const wide = { $int: '9007199254740993' };

/** What the connection promises where the official client is not exact, loses answers or ends the process. */
export function behavesExactly(open: () => Promise<AerospikeWorker>, set: string): void {
  const at = (key: JsonValue): JsonObject => ({ namespace: ns, set, key });
  const binsOf = async (worker: AerospikeWorker, key: JsonValue): Promise<JsonValue | undefined> =>
    (await worker.answer('aerospike_get_record', at(key))).bins;

  describe('a batch', () => {
    const good = Array.from({ length: 20 }, (_, key): JsonObject => ({ operation: 'put', key, bins: { a: 1 } }));

    it('writes an integer of 64 bits as exactly as a put does, with all bins beside it', async () => {
      const worker = await open();
      const bins = { a: 1, b: wide, c: 3, list: [wide], map: { $map: [[wide, wide]] } };
      const operations = [...good, { operation: 'put', key: 'wide', bins }, { operation: 'put', key: wide, bins }];
      expect(await worker.answer('aerospike_batch_write', { namespace: ns, set, operations })).toMatchObject({
        done: 22,
        failed: 0,
      });
      expect(await binsOf(worker, 'wide')).toEqual(bins);
      expect(await binsOf(worker, wide)).toEqual(bins);
      expect(await binsOf(worker, 19)).toEqual({ a: 1 });
    });

    it.each<[string, JsonObject]>([
      ['writes an integer of 64 bits', { operation: 'operate', operations: [{ op: 'write', bin: 'a', value: wide }] }],
      ['adds an integer of 64 bits', { operation: 'operate', operations: [{ op: 'add', bin: 'a', value: wide }] }],
      ['appends a number', { operation: 'operate', operations: [{ op: 'append', bin: 'a', value: 1 }] }],
      ['has a value that is none', { operation: 'put', bins: { a: { $int: '' } } }],
    ])('with one entry that %s sends nothing at all', async (_name, bad) => {
      const worker = await open();
      const fresh = good.map(({ key, ...rest }) => ({ ...rest, key: `fresh ${key as number}` }));
      const operations = [...fresh, { ...bad, key: 'bad' }];
      const outcome = await worker.run('aerospike_batch_write', { namespace: ns, set, operations });
      expect(outcome).toMatchObject({
        ok: false,
        error: { code: 'invalid-input', message: expect.stringMatching(/^Entry 21.*Nothing was sent/) },
      });
      expect(await worker.answer('aerospike_get_record', at('fresh 0'))).toEqual({ found: false });
    });

    it('over a namespace that nobody knows says so for every key', async () => {
      const worker = await open();
      const failures = ['a', 'b'].map((key) => ({ key, reason: 'There is no such namespace in this cluster.' }));
      expect(await worker.answer('aerospike_batch_get', { namespace: 'none-such', keys: ['a', 'b'] })).toMatchObject({
        failures,
      });
      const operations = [{ operation: 'put', key: 'a', bins: { a: 1 } }];
      const written = await worker.answer('aerospike_batch_write', { namespace: 'none-such', operations });
      expect(written).toMatchObject({ failed: 1, failures: [{ reason: failures[0]?.reason }] });
      expect(JSON.stringify(written)).not.toContain('inDoubt');
    });
  });

  describe('an ordered list', () => {
    const list = { $ordered: [3, 1, 2] };
    it.each<[string, string, JsonObject]>([
      ['a put', 'put_record', { ...at('ordered'), bins: { list, n: 1 } }],
      ['a step', 'operate', { ...at('ordered'), operations: [{ op: 'write', bin: 'list', value: list }] }],
      ['a batch', 'batch_write', { namespace: ns, set, operations: [{ operation: 'put', key: 'ordered', bins: { list, n: 1 } }] }], // prettier-ignore
    ])('written by %s stays one: what is appended finds its place', async (_name, tool, args) => {
      const worker = await open();
      await worker.run('aerospike_delete_record', at('ordered'));
      await worker.answer(`aerospike_${tool}`, args);
      const operations = [{ op: 'list-append', bin: 'list', value: 0 }, { op: 'read', bin: 'list' }]; // prettier-ignore
      const { bins } = await worker.answer('aerospike_operate', { ...at('ordered'), operations });
      expect(bins).toEqual({ list: { $ordered: [0, 1, 2, 3] } });
    });

    it('inside another value is refused, not made an unordered one', async () => {
      const outcome = await (await open()).run('aerospike_put_record', { ...at('ordered'), bins: { a: [list] } });
      expect(outcome).toMatchObject({ ok: false, error: { code: 'invalid-input', message: expect.stringMatching(/ordered list inside/) } }); // prettier-ignore
    });
  });

  describe('a put that replaces', () => {
    it.each(['replace', 'replace-only'])('by mode %s takes no bin of null, and names it', async (mode) => {
      const args = { ...at('null'), mode, bins: { a: 1, gone: null } };
      expect(await (await open()).run('aerospike_put_record', args)).toMatchObject({
        error: { code: 'invalid-input', message: expect.stringMatching(/^Bin "gone" is null/) },
      });
    });
  });

  describe('a key beyond 2^53', () => {
    it('is found by scans, by its digest, and is not shown as another', async () => {
      const worker = await open();
      const own = `${set}_keys`;
      // Whole, so that its type has to be asked for.
      const operations = [wide, { $int: '-9223372036854775808' }, 7].map((key, n) => ({
        operation: 'put',
        key,
        bins: { n, d: { $double: 2 } },
      }));
      await worker.answer('aerospike_batch_write', { namespace: ns, set: own, operations });
      const page = await worker.answer('aerospike_scan_set', { namespace: ns, set: own });
      const records = page.records as { key: JsonValue; bins: { n: number } }[];
      expect(records.map(({ bins }) => bins.n).sort()).toEqual([0, 1, 2]);
      for (const { key, bins } of records) {
        expect(bins).toEqual({ n: bins.n, d: { $double: 2 } });
        expect([bins.n, key]).toEqual([bins.n, bins.n === 2 ? 7 : { $digest: expect.any(String) }]);
        expect(await worker.answer('aerospike_get_record', { namespace: ns, set: own, key })).toMatchObject({ bins });
      }
    });
  });

  describe('steps', () => {
    const value = { $map: [[1, { $double: 2 }], ['1', [{ $bytes: 'AQ==' }, { a: { $double: 1 } }]]] }; // prettier-ignore
    const start = { d: { $double: 2 }, l: [{ $double: 1 }, value, wide], m: value, s: '{"a":1}' };
    const operate = (worker: AerospikeWorker, operations: JsonValue) =>
      worker.run('aerospike_operate', { ...at('steps'), operations });

    it.each<[string, JsonObject[], JsonObject]>([
      [
        'plain reads beside parts',
        [{ op: 'read', bin: 'd' }, { op: 'read', bin: 's' }, { op: 'list-get', bin: 'l', index: 0 }], // prettier-ignore
        { d: { $double: 2 }, s: '{"a":1}', l: { $double: 1 } },
      ],
      ['an element', [{ op: 'list-get', bin: 'l', index: -2 }], { l: value }],
      ['an element of 64 bits', [{ op: 'list-get', bin: 'l', index: 2 }], { l: wide }],
      ['several elements', [{ op: 'list-get', bin: 'l', index: 0, count: 2 }], { l: [{ $double: 1 }, value] }],
      ['a map’s value', [{ op: 'map-get', bin: 'm', mapKey: 1 }], { m: { $double: 2 } }],
      ['a map’s value that is none', [{ op: 'map-get', bin: 'm', mapKey: 2 }], {}],
      ['a value that is taken out', [{ op: 'map-remove', bin: 'm', mapKey: '1' }], { m: [{ $bytes: 'AQ==' }, { a: { $double: 1 } }] }], // prettier-ignore
      ['an incremented double', [{ op: 'map-increment', bin: 'm', mapKey: 1, value: { $double: 1 } }], { m: { $double: 3 } }], // prettier-ignore
      ['what was there before', [{ op: 'read', bin: 'd' }, { op: 'write', bin: 'd', value: 'x' }], { d: { $double: 2 } }], // prettier-ignore
      ['what is there after', [{ op: 'list-append', bin: 'l', value: 1 }, { op: 'read', bin: 'l' }], { l: [...start.l, 1] }], // prettier-ignore
      [
        'sizes',
        [
          { op: 'list-size', bin: 'l' },
          { op: 'map-size', bin: 'm' },
        ],
        { l: 3, m: 2 },
      ],
    ])('answer %s with exact types, alone and in a batch', async (_name, operations, bins) => {
      const worker = await open();
      await worker.answer('aerospike_put_record', { ...at('steps'), bins: start });
      expect(await operate(worker, operations)).toMatchObject({ ok: true, structured: { bins } });
      await worker.answer('aerospike_put_record', { ...at('steps'), bins: start });
      const entry = { operation: 'operate', key: 'steps', operations };
      const batch = await worker.answer('aerospike_batch_write', { namespace: ns, set, operations: [entry] });
      expect(batch).toMatchObject({ done: 1, results: Object.keys(bins).length > 0 ? [{ index: 0, bins }] : [] });
    });

    it.each<JsonValue>([0.9, -1.9, { $double: 2.7 }])(
      'that add %j to an integer of a map are refused as for a bin, and to a double or nothing are done',
      async (value) => {
        const worker = await open();
        const add = (bin: string, mapKey: JsonValue) => ({ op: 'map-increment', bin, mapKey, value });
        const map = { $map: [['whole', 10], ['half', 0.5], [7, 1]] }; // prettier-ignore
        const sum = typeof value === 'number' ? value : 2.7;
        await worker.answer('aerospike_put_record', { ...at('fractions'), mode: 'replace', bins: { map, n: 10 } });
        const another = expect.stringMatching(/of another type/) as unknown;
        const run = (operations: JsonObject[]) => worker.run('aerospike_operate', { ...at('fractions'), operations });
        const refused = { error: { code: 'invalid-input', message: another } };
        for (const steps of [
          [add('map', 'whole')],
          [add('map', 7)],
          [add('map', 'half'), add('map', 'whole')],
          [add('n', 'a')],
        ])
          // prettier-ignore
          expect(await run(steps)).toMatchObject(refused);
        const entry = (mapKey: string) => ({
          operation: 'operate',
          key: 'fractions',
          operations: [add('map', mapKey)],
        });
        const operations = [entry('whole'), entry('half'), entry('new')];
        expect(await worker.answer('aerospike_batch_write', { namespace: ns, set, operations })).toMatchObject({
          done: 2,
          failures: [{ index: 0, reason: another }],
        });
        expect(await run([add('other', 'a')])).toMatchObject({ ok: true });
        const { map: after, other, n } = (await binsOf(worker, 'fractions')) as JsonObject;
        const entries = (after as { $map: JsonValue[] }).$map;
        expect(entries).toEqual(expect.arrayContaining([['whole', 10], [7, 1], ['half', 0.5 + sum], ['new', sum]])); // prettier-ignore
        expect([other, n]).toEqual([{ a: sum }, 10]);
      },
    );

    it('that add a fraction where a step before decides what is there are refused in words', async () => {
      const worker = await open();
      const inc = { op: 'map-increment', bin: 'm', mapKey: 'q', value: 0.5 };
      const run = (...operations: JsonObject[]) => worker.run('aerospike_operate', { ...at('fractions'), operations });
      for (const before of [
        { op: 'map-put', bin: 'm', mapKey: 'q', value: 1 },
        { op: 'write', bin: 'm', value: { q: 1 } },
      ])
        expect(await run(before, inc)).toMatchObject({ error: { hint: expect.stringMatching(/two calls/) } });
      await worker.answer('aerospike_put_record', { ...at('fractions'), mode: 'replace', bins: { m: { q: 0.5, whole: 5 } } }); // prettier-ignore
      expect(await run(inc, { op: 'map-put', bin: 'm', mapKey: 'other', value: 1 })).toMatchObject({ ok: true });
      expect(await run({ ...inc, mapKey: 'whole', value: { $double: 1e300 } })).toMatchObject({ ok: false });
      expect(await binsOf(worker, 'fractions')).toEqual({ m: { q: { $double: 1 }, other: 1, whole: 5 } });
    });

    it.each([wide, { $int: '-9223372036854775808' }, { $bytes: 'AQID' }, { $double: 'NaN' }])(
      'add a fraction beside %j, whatever that is',
      async (odd) => {
        const worker = await open();
        const isKey = !('$double' in odd);
        const map = { $map: [[isKey ? odd : 'k', isKey ? { $double: 2 } : odd]] } as JsonObject; // prettier-ignore
        await worker.answer('aerospike_put_record', { ...at('fractions'), mode: 'replace', bins: { map } });
        const inc = { op: 'map-increment', bin: 'map', mapKey: isKey ? odd : 'k', value: 0.5 };
        const { bins } = await worker.answer('aerospike_operate', { ...at('fractions'), operations: [inc] });
        expect(bins).toEqual({ map: isKey ? 2.5 : odd });
      },
    );

    it('make a record that was not there, and read nothing of it before', async () => {
      const worker = await open();
      await worker.run('aerospike_delete_record', at('new'));
      const operations = [
        { op: 'read', bin: 'd' },
        { op: 'read', bin: 'e' },
        { op: 'write', bin: 'd', value: 1 },
      ];
      expect(await worker.answer('aerospike_operate', { ...at('new'), operations })).toMatchObject({ bins: {} });
      expect(await binsOf(worker, 'new')).toEqual({ d: 1 });
    });

    it('are all or none, also where an element is missing', async () => {
      const worker = await open();
      await worker.answer('aerospike_put_record', { ...at('steps'), bins: start });
      const steps = [{ op: 'list-append', bin: 'l', value: 1 }, { op: 'list-get', bin: 'l', index: 9 }]; // prettier-ignore
      expect(await operate(worker, steps)).toMatchObject({ ok: false, error: { code: 'invalid-input' } });
      expect(await binsOf(worker, 'steps')).toEqual(start);
    });

    it.each<[string, JsonObject[]]>([
      [
        'two parts of a bin',
        [
          { op: 'list-size', bin: 'l' },
          { op: 'list-get', bin: 'l', index: 0 },
        ],
      ],
      ['a part and then a change that answers', [{ op: 'list-get', bin: 'l', index: 0 }, { op: 'list-append', bin: 'l', value: 1 }]], // prettier-ignore
      ['a part and then a change that is answered with nothing', [{ op: 'list-get', bin: 'l', index: 0 }, { op: 'list-set', bin: 'l', index: 0, value: 1 }, { op: 'read', bin: 'd' }]], // prettier-ignore
      ['the record and a part of it', [{ op: 'read' }, { op: 'list-get', bin: 'l', index: 0 }]],
    ])('that ask for %s are refused, for one answer would be lost', async (_name, steps) => {
      const worker = await open();
      expect(await operate(worker, steps)).toMatchObject({
        ok: false,
        error: { code: 'invalid-input', message: expect.stringMatching(/Steps 1 and 2 both answer/) },
      });
    });

    it.each(['write', 'add'])('that %s an integer of 64 bits say what does', async (op) => {
      const outcome = await operate(await open(), [{ op, bin: 'n', value: wide }]);
      expect(outcome).toMatchObject({ error: { message: expect.stringMatching(/2\^53/), hint: expect.stringMatching(/put_record/) } }); // prettier-ignore
    });
  });

  describe('a value nested hundreds of times', () => {
    const deep = (around: (inner: JsonValue) => JsonValue): JsonValue => {
      let value: JsonValue = 1;
      for (let level = 0; level < 1_000; level += 1) value = around(value);
      return value;
    };
    const list = deep((inner) => [inner]);
    const map = deep((a) => ({ a }));
    const geo = { $geojson: { type: 'Polygon', coordinates: list } };
    it.each<[string, JsonObject]>([
      ['put_record', { ...at('deep'), bins: { list } }],
      ['put_record', { ...at('deep'), bins: { geo } }],
      ['get_record', at(list)],
      ['batch_get', { namespace: ns, set, keys: [map] }],
      ['operate', { ...at('deep'), operations: [{ op: 'write', bin: 'a', value: geo }] }],
      ['query_records', { namespace: ns, set, filter: { bin: 'a', within: geo } }],
    ])('is refused in words by %s', async (tool, args) => {
      expect(await (await open()).run(`aerospike_${tool}`, args)).toMatchObject({
        ok: false,
        error: { code: 'invalid-input', message: expect.stringMatching(/nested too deeply/) },
      });
    });
  });

  describe('a filter', () => {
    it.each<JsonValue>([{ $int: '' }, { $int: null }, { $int: [5] }, { $int: '0x5' }, { $int: true }, { $int: ' 5' }])(
      'of %j is refused, not taken for another',
      async (equal) => {
        const worker = await open();
        for (const filter of [
          { bin: 'n', equal },
          { bin: 'n', begin: equal, end: 9 },
          { bin: 'n', begin: 0, end: equal },
        ])
          // prettier-ignore
          expect(await worker.run('aerospike_query_records', { namespace: ns, set, filter })).toMatchObject({
            error: { code: 'invalid-input', message: expect.stringMatching(/is no integer/) },
          });
      },
    );
  });

  describe('a call', () => {
    it('finds a connection, however many there are at once', async () => {
      const worker = await open();
      await worker.answer('aerospike_put_record', { ...at('busy'), bins: { n: 1 } });
      const all = await Promise.all(Array.from({ length: 600 }, () => worker.call('aerospike_get_record', at('busy'))));
      expect(all.filter(({ ok }) => !ok)).toEqual([]);
    });
  });
}

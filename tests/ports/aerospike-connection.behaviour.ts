import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../electron/core/workers/protocol.ts';
import type { AerospikeWorker } from '../support/aerospike-worker.ts';

const ns = 'test';

/**
 * What the connection promises, seen through the tools, of every cluster: the emulator and a real server. `set` is this
 * run's own, so that a cluster in use keeps its records.
 */
export function behavesLikeACluster(open: () => Promise<AerospikeWorker>, set: string): void {
  const at = (key: JsonValue): JsonObject => ({ namespace: ns, set, key });

  describe('a record', () => {
    it.each<[string, JsonValue]>([
      ['an integer', 42],
      ['the greatest integer', { $int: '9223372036854775807' }],
      ['the least integer', { $int: '-9223372036854775808' }],
      ['an integer just beyond 2^53', { $int: '9007199254740993' }],
      ['a double', 1.9],
      ['a whole double', { $double: 3 }],
      ['minus zero', { $double: '-0' }],
      ['no number', { $double: 'NaN' }],
      ['infinity', { $double: '-Infinity' }],
      ['a large double', { $double: 1e300 }],
      ['a text', 'Grüße, 世界 🙂'],
      ['an empty text', ''],
      ['a text that looks like GeoJSON', '{"type":"Point","coordinates":[1,2]}'],
      ['GeoJSON', { $geojson: { type: 'Point', coordinates: [13.4, 52.5] } }],
      ['bytes', { $bytes: 'AAH/' }],
      ['no bytes', { $bytes: '' }],
      ['a boolean', false],
      ['an empty list', []],
      ['an empty map', {}],
      ['a list of everything', [1, { $double: 1 }, 'a', null, true, { $bytes: 'AQ==' }, [[]], { a: { b: [1.5] } }]],
      [
        'a map with keys of other types',
        {
          $map: [
            [1, 'integer'],
            ['1', 'text'],
            [{ $bytes: 'AQ==' }, 'bytes'],
          ],
        },
      ],
      ['a map with a key that begins with $', { $map: [['$int', 1]] }],
      ['GeoJSON in a list', [{ $geojson: { type: 'Point', coordinates: [1, 2] } }]],
      ['a map with a key called __proto__', JSON.parse('{"__proto__": {"x": 1}}') as JsonValue],
    ])('keeps %s as it is', async (name, value) => {
      const worker = await open();
      const key = at(`value ${name}`);
      await worker.answer('aerospike_put_record', { ...key, bins: { value } });
      expect(await worker.answer('aerospike_get_record', key)).toMatchObject({ found: true, bins: { value } });
      const [record] = (await worker.answer('aerospike_batch_get', { namespace: ns, set, keys: [`value ${name}`] }))
        .records as JsonObject[];
      expect(record?.bins).toEqual({ value });
    });

    it.each<[string, JsonValue]>([
      ['text', 'k'],
      ['integer', 7],
      ['the least integer', { $int: '-9223372036854775808' }],
      ['bytes', { $bytes: 'AAE=' }],
    ])('is found by a key that is %s, and by nothing else', async (_name, key) => {
      const worker = await open();
      await worker.answer('aerospike_put_record', { ...at(key), bins: { is: JSON.stringify(key) } });
      expect(await worker.answer('aerospike_get_record', at(key))).toMatchObject({ bins: { is: JSON.stringify(key) } });
      expect(await worker.answer('aerospike_get_record', at(`not ${JSON.stringify(key)}`))).toEqual({ found: false });
    });

    it('is not written with arguments that are not exact or not allowed', async () => {
      const worker = await open();
      const put = async (more: JsonObject): Promise<unknown> => {
        const outcome = await worker.run('aerospike_put_record', { ...at('refused'), bins: { a: 1 }, ...more });
        return outcome.ok ? 'written' : outcome.error.code;
      };
      for (const bins of [
        { a: 9007199254740993 },
        { a: 1e300 },
        { 'a-bin-name-of-16': 1 },
        { '': 1 },
        { a: { $int: '9223372036854775808' } },
        { a: { $bytes: 'no base64' } },
        { a: 'a\0b' },
        {},
      ])
        expect([bins, await put({ bins })]).toEqual([bins, 'invalid-input']);
      expect(await put({ key: '' })).toBe('invalid-input');
      expect(await put({ key: 'k'.repeat(1_025) })).toBe('invalid-input');
      expect(await put({ key: 1.5 })).toBe('invalid-input');
      expect(await put({ ttl: -1 })).toBe('invalid-input');
      expect(await put({ namespace: 'test\ntruncate:namespace=test' })).toBe('invalid-input');
      expect(await put({ namespace: 'none-such' })).toBe('not-found');
      expect(await worker.answer('aerospike_get_record', at('refused'))).toEqual({ found: false });
    });

    it('lives as long as was said', async () => {
      const worker = await open();
      const ttlOf = async (ttl: JsonValue): Promise<unknown> => {
        await worker.answer('aerospike_put_record', { ...at('ttl'), bins: { a: 1 }, ttl });
        return (await worker.answer('aerospike_get_record', at('ttl'))).ttlSeconds;
      };
      expect(await ttlOf('never')).toBeNull();
      const [set1000, kept] = [await ttlOf(1_000), await ttlOf('keep')];
      expect(set1000).toBeGreaterThan(990);
      expect(kept).toBeGreaterThan(990);
      expect(await ttlOf('namespace-default')).toBeNull();
    });

    it('is written only in the generation that was read', async () => {
      const worker = await open();
      await worker.run('aerospike_delete_record', at('generation'));
      await worker.answer('aerospike_put_record', { ...at('generation'), bins: { a: 1 } });
      await worker.answer('aerospike_put_record', { ...at('generation'), bins: { a: 2 }, generation: 1 });
      const plan = await worker.plan('aerospike_delete_record', at('generation'));
      expect(
        await worker.run('aerospike_put_record', { ...at('generation'), bins: { a: 3 }, generation: 1 }),
      ).toMatchObject({ ok: false, error: { code: 'changed' } });
      await worker.answer('aerospike_put_record', { ...at('generation'), bins: { a: 4 } });
      // What a person agreed to delete is no longer there.
      expect(await worker.call('aerospike_delete_record', at('generation'), plan)).toMatchObject({
        ok: false,
        error: { code: 'changed' },
      });
      expect(await worker.answer('aerospike_delete_record', at('generation'))).toEqual({ deleted: true });
      expect(await worker.answer('aerospike_delete_record', at('generation'))).toEqual({ deleted: false });
    });

    it('is changed in steps, all or none', async () => {
      const worker = await open();
      await worker.answer('aerospike_put_record', { ...at('steps'), bins: { n: 1, s: 'b', l: [1], m: { a: 1 } } });
      const operate = (operations: JsonValue) => worker.run('aerospike_operate', { ...at('steps'), operations });
      expect(
        await operate([
          { op: 'add', bin: 'n', value: 1.9 },
          { op: 'append', bin: 's', value: 'c' },
        ]),
      ).toMatchObject({ ok: false, error: { code: 'invalid-input' } });
      expect(
        await operate([
          { op: 'add', bin: 'n', value: 2 },
          { op: 'read', bin: 'n' },
          { op: 'prepend', bin: 's', value: 'a' },
          { op: 'list-append', bin: 'l', value: { $double: 2 } },
          { op: 'map-put', bin: 'm', mapKey: 5, value: 'five' },
        ]),
      ).toMatchObject({ ok: true, structured: { bins: { n: 3 } } });
      expect(await worker.answer('aerospike_get_record', at('steps'))).toMatchObject({
        bins: {
          n: 3,
          s: 'ab',
          l: [1, { $double: 2 }],
          m: {
            $map: [
              [5, 'five'],
              ['a', 1],
            ],
          },
        },
      });
      expect(await operate([{ op: 'list-get', bin: 'l', index: 0 }])).toMatchObject({ structured: { bins: { l: 1 } } });
    });
  });

  describe('many records', () => {
    const count = 2_000;
    const keys = Array.from({ length: count }, (_, index) => `many-${index}`);

    it('are written and read in batches, whose failures are told one by one', async () => {
      const worker = await open();
      const operations = keys.map((key, index): JsonObject => ({
        operation: 'put',
        key,
        bins: { n: index, odd: index % 2 },
      }));
      expect(await worker.answer('aerospike_batch_write', { namespace: ns, set, operations })).toMatchObject({
        done: count,
        failed: 0,
        failures: [],
      });
      let cursor: JsonValue | undefined;
      let read = 0;
      do {
        const page: JsonObject = await worker.answer('aerospike_batch_get', {
          namespace: ns,
          set,
          keys: [...keys, 'none'],
          bins: ['n'],
          ...(cursor === undefined ? {} : { cursor }),
        });
        for (const { key, bins } of page.records as { key: string; bins: JsonObject }[]) {
          expect(bins).toEqual({ n: Number(key.slice(5)) });
          read += 1;
        }
        expect(page.truncated).toBe(page.next !== undefined);
        cursor = page.next;
      } while (cursor !== undefined);
      expect(read).toBe(count);
      const mixed = await worker.answer('aerospike_batch_write', {
        namespace: ns,
        set,
        operations: [
          { operation: 'put', key: 'many-0', bins: { n: 1 }, generation: 500 },
          { operation: 'delete', key: 'none' },
          {
            operation: 'operate',
            key: 'many-1',
            operations: [
              { op: 'add', bin: 'n', value: 5 },
              { op: 'read', bin: 'n' },
            ],
          },
          { operation: 'operate', key: 'many-2', operations: [{ op: 'read', bin: 'n' }] },
        ],
      });
      expect(mixed).toMatchObject({
        done: 2,
        notFound: 1,
        failed: 1,
        failures: [{ index: 0, key: 'many-0', code: 'generation' }],
        results: [
          { index: 2, bins: { n: 6 } },
          { index: 3, bins: { n: 2 } },
        ],
      });
    });

    const collect = async (
      worker: AerospikeWorker,
      tool: string,
      args: JsonObject,
    ): Promise<{ keys: string[]; pages: number }> => {
      const found: string[] = [];
      let cursor: JsonValue | undefined;
      let pages = 0;
      do {
        const page: JsonObject = await worker.answer(tool, { ...args, ...(cursor === undefined ? {} : { cursor }) });
        found.push(...(page.records as { key: string }[]).map(({ key }) => key));
        cursor = page.next;
        pages += 1;
      } while (cursor !== undefined);
      return { keys: found, pages };
    };

    it('are scanned page by page, each once, and a cursor outlives the worker', async () => {
      const all = await collect(await open(), 'aerospike_scan_set', { namespace: ns, set, bins: ['n'], limit: 150 });
      expect(new Set(all.keys).size).toBe(all.keys.length);
      expect(keys.filter((key) => !all.keys.includes(key))).toEqual([]);
      const first = await open();
      const one = await first.answer('aerospike_scan_set', { namespace: ns, set, bins: ['n'], limit: 3 });
      first.child.kill('SIGKILL');
      // `collect` begins with the cursor that is in its arguments.
      const from = { namespace: ns, set, bins: ['n'], limit: 500, cursor: one.next ?? '' };
      const rest = await collect(await open(), 'aerospike_scan_set', from);
      const seen = [...(one.records as { key: string }[]).map(({ key }) => key), ...rest.keys];
      expect(seen).toHaveLength(all.keys.length);
      expect(new Set(seen)).toEqual(new Set(all.keys));
    });

    it('are sampled by a share of the partitions', async () => {
      const worker = await open();
      const sample = await collect(worker, 'aerospike_scan_set', {
        namespace: ns,
        set,
        samplePercent: 10,
        limit: 500,
        bins: [],
      });
      expect(sample.keys.length).toBeGreaterThan(count * 0.04);
      expect(sample.keys.length).toBeLessThan(count * 0.2);
      expect(new Set(sample.keys).size).toBe(sample.keys.length);
    });

    it('are found by an index, and never by a filter that no index answers', async () => {
      const worker = await open();
      const index = `idx_${set}`;
      const query = (filter: JsonObject, more: JsonObject = {}) =>
        worker.run('aerospike_query_records', { namespace: ns, set, filter, ...more });
      expect(await query({ bin: 'n', equal: 5 })).toMatchObject({ ok: false, error: { code: 'invalid-input' } });
      expect(
        await worker.answer('aerospike_create_index', { namespace: ns, set, index, bin: 'n', type: 'numeric' }),
      ).toEqual({
        state: 'ready',
        loadPercent: 100,
      });
      expect(await query({ bin: 'n', equal: 5 })).toMatchObject({
        structured: { index, records: [{ key: 'many-5' }] },
      });
      const range = await collect(worker, 'aerospike_query_records', {
        namespace: ns,
        set,
        filter: { bin: 'n', begin: 100, end: 399 },
        limit: 70,
        bins: [],
      });
      expect(new Set(range.keys)).toEqual(new Set(keys.slice(100, 400)));
      expect(range.keys).toHaveLength(300);
      for (const filter of [
        { bin: 'n', greater: 5 },
        { bin: 'n' },
        { bin: 'n', equal: 5, begin: 1, end: 2 },
        { bin: 'n', begin: 1 },
        { bin: 'n', equal: 'five' },
        { bin: 'n', equal: 5, in: 'list' },
        { bin: 'n', equal: 1.5 },
        { bin: 'n', equal: { $int: '9007199254740993' } },
      ])
        expect([filter, await query(filter)]).toMatchObject([filter, { ok: false, error: { code: 'invalid-input' } }]);
      expect(await query({ bin: 'n', equal: 5 }, { index: 'none' })).toMatchObject({ error: { code: 'not-found' } });
      await worker.answer('aerospike_drop_index', { namespace: ns, index });
      expect(await query({ bin: 'n', equal: 5 })).toMatchObject({ ok: false, error: { code: 'invalid-input' } });
    });

    it('are deleted together only as many as a person was told, and none that came later', async () => {
      const worker = await open();
      const plan = await worker.plan('aerospike_truncate_set', { namespace: ns, set });
      expect(plan.sentence).toMatch(/^DELETE ALL [0-9,]+ RECORDS of set /);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await worker.answer('aerospike_put_record', { ...at('later'), bins: { a: 1 } });
      expect(await worker.call('aerospike_truncate_set', { namespace: ns, set }, plan)).toMatchObject({ ok: true });
      await expect
        .poll(async () => (await worker.answer('aerospike_get_record', at('many-7'))).found, { timeout: 5_000 })
        .toBe(false);
      expect(await worker.answer('aerospike_get_record', at('later'))).toMatchObject({ found: true });
      for (const target of [
        { namespace: ns },
        { namespace: ns, set: '' },
        { namespace: ns, set: '*' },
        { namespace: ns, set: null },
      ])
        expect(await worker.run('aerospike_truncate_set', target)).toMatchObject({ error: { code: 'invalid-input' } });
    });
  });

  describe('an answer', () => {
    const big = `${set}_big`;

    it('is never larger than a client takes: pages are cut, and a value too large is told by its size', async () => {
      const worker = await open();
      const operations = Array.from({ length: 60 }, (_, index): JsonObject => ({
        operation: 'put',
        key: index,
        bins: { n: index, text: 'x'.repeat(index === 30 ? 200_000 : 3_000) },
      }));
      expect(await worker.answer('aerospike_batch_write', { namespace: ns, set: big, operations })).toMatchObject({
        failed: 0,
      });
      const found = new Set<JsonValue>();
      for (const [tool, args] of [
        ['aerospike_scan_set', { namespace: ns, set: big, limit: 1_000 }],
        ['aerospike_batch_get', { namespace: ns, set: big, keys: operations.map(({ key }) => key ?? null) }],
      ] as const) {
        let cursor: JsonValue | undefined;
        let pages = 0;
        found.clear();
        do {
          const page: JsonObject = await worker.answer(tool, { ...args, ...(cursor === undefined ? {} : { cursor }) });
          expect(JSON.stringify(page).length).toBeLessThan(48 * 1024);
          for (const { key, bins } of page.records as { key: JsonValue; bins: JsonObject }[]) {
            found.add(key);
            expect(bins.text).toEqual(key === 30 ? { $omitted: 200_002 } : 'x'.repeat(3_000));
          }
          cursor = page.next;
          pages += 1;
        } while (cursor !== undefined);
        expect([tool, found.size, pages > 5]).toEqual([tool, 60, true]);
      }
      const outcome = await worker.run('aerospike_get_record', { namespace: ns, set: big, key: 30 });
      expect(outcome).toMatchObject({ ok: true, structured: { bins: { n: 30, text: { $omitted: 200_002 } } } });
      // What was not shown cannot be written back in its place.
      const back = { namespace: ns, set: big, key: 30, bins: { text: { $omitted: 200_002 } } };
      expect(await worker.run('aerospike_put_record', back)).toMatchObject({ error: { code: 'invalid-input' } });
      await worker.answer('aerospike_truncate_set', { namespace: ns, set: big });
    });
  });

  describe('a UDF', () => {
    const module = `mod_${set}`;
    const code = `function plus(rec, bin, by)\n  rec[bin] = (rec[bin] or 0) + by\n  aerospike:update(rec)\n  return rec[bin]\nend\n`;

    it('is registered, run and removed as a person was shown it', async () => {
      const worker = await open();
      await worker.answer('aerospike_put_record', { ...at('udf'), bins: { n: 1 } });
      const plan = await worker.plan('aerospike_register_udf', { module, code });
      expect(plan.sentence).toContain('plus');
      expect(await worker.call('aerospike_register_udf', { module, code }, plan)).toMatchObject({ ok: true });
      const call = { ...at('udf'), module, function: 'plus', args: ['n', 5] };
      expect(await worker.answer('aerospike_execute_udf', call)).toEqual({ result: 6 });
      const stale = await worker.plan('aerospike_remove_udf', { module });
      await worker.answer('aerospike_register_udf', { module, code: `${code}-- changed\n` });
      await expect
        .poll(async () => worker.call('aerospike_remove_udf', { module }, stale), { timeout: 5_000 })
        .toMatchObject({ error: { code: 'changed' } });
      await worker.answer('aerospike_remove_udf', { module });
      expect(await worker.run('aerospike_execute_udf', call)).toMatchObject({ error: { code: 'not-found' } });
    });
  });

  describe('a profile', () => {
    it('says what is behind it when it is tested', async () => {
      const worker = await open();
      expect(await worker.answer('aerospike_test_credential', {})).toMatchObject({
        namespaces: expect.arrayContaining(['test']),
        version: expect.stringMatching(/^8\./),
      });
      expect(worker.printed()).toBe('');
    });
  });
}

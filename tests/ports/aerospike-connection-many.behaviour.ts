import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../electron/core/workers/protocol.ts';
import type { AerospikeWorker } from '../support/aerospike-worker.ts';

const ns = 'test';

/** What the connection promises of many records at once: batches, pages, indexes, truncation, the size of an answer. */
export function behavesWithManyRecords(open: () => Promise<AerospikeWorker>, set: string): void {
  const at = (key: JsonValue): JsonObject => ({ namespace: ns, set, key });

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
      // It can be read in parts, as the answer says.
      const { truncated, note } = await worker.answer('aerospike_get_record', { namespace: ns, set: big, key: 30 });
      expect([truncated, note]).toEqual([true, expect.stringMatching(/"text".*offset 0/)]);
      let json = '';
      let offset: JsonValue = 0;
      while (offset !== null) {
        const args: JsonObject = { namespace: ns, set: big, key: 30, bins: ['text'], offset };
        const { part } = (await worker.answer('aerospike_get_record', args)) as {
          part: { json: string; next: number | null };
        };
        json += part.json;
        offset = part.next;
      }
      expect(JSON.parse(json)).toBe('x'.repeat(200_000));
      // What was not shown cannot be written back in its place.
      const back = { namespace: ns, set: big, key: 30, bins: { text: { $omitted: 200_002 } } };
      expect(await worker.run('aerospike_put_record', back)).toMatchObject({ error: { code: 'invalid-input' } });
      await worker.answer('aerospike_truncate_set', { namespace: ns, set: big });
    });
  });
}

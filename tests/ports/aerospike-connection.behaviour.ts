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
      ['an ordered list', { $ordered: [1, 'a', [3, 1], { $double: 2 }] }],
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

  describe('a UDF', () => {
    const module = `mod_${set}`;
    const code = `function plus(rec, bin, by)\n  rec[bin] = (rec[bin] or 0) + by\n  aerospike:update(rec)\n  return rec[bin]\nend\nfunction both(rec, bin)\n  return list{bin, rec[bin]}\nend\n`;

    it('is registered, run and removed as a person was shown it', async () => {
      const worker = await open();
      await worker.answer('aerospike_put_record', { ...at('udf'), bins: { n: 1 } });
      const plan = await worker.plan('aerospike_register_udf', { module, code });
      expect(plan.sentence).toContain('plus');
      expect(await worker.call('aerospike_register_udf', { module, code }, plan)).toMatchObject({ ok: true });
      const call = { ...at('udf'), module, function: 'plus', args: ['n', 5] };
      expect(await worker.answer('aerospike_execute_udf', call)).toMatchObject({
        result: 6,
        note: expect.stringContaining('no types'),
      });
      const many = { operation: 'execute', module, function: 'both', args: ['n'] };
      expect(
        await worker.answer('aerospike_batch_write', { namespace: ns, set, operations: [{ ...many, key: 'udf' }] }),
      ).toMatchObject({ results: [{ index: 0, bins: { result: ['n', 6] } }] });
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

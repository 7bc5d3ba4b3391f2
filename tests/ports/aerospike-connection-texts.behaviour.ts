import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../electron/core/workers/protocol.ts';
import { putRawKey } from '../support/aerospike-raw-put.ts';
import type { AerospikeWorker } from '../support/aerospike-worker.ts';

const ns = 'test';

/** What the tools promise of texts that hold what nobody sees, or that the official client cannot say. */
export function behavesWithUnseenTexts(
  open: () => Promise<AerospikeWorker>,
  { set, address }: { set: string; address: () => string },
): void {
  const at = (key: JsonValue): JsonObject => ({ namespace: ns, set, key });

  describe('texts with characters that nobody sees', () => {
    const given = {
      crlf: 'a\r\nb',
      family: '👨\u200d👩\u200d👧',
      persian: 'می\u200cخواهم',
      mark: '\ufeffx',
      plain: 'C:\\u{d}',
      map: { $map: [['a\u200b', 1], ['a\\u{200b}', 2], [1, ['b\u200e']]] }, // prettier-ignore
    };
    const shown = {
      crlf: { $text: 'a\\u{d}\nb' },
      family: { $text: '👨\\u{200d}👩\\u{200d}👧' },
      persian: { $text: 'می\\u{200c}خواهم' },
      mark: { $text: '\\u{feff}x' },
      plain: 'C:\\u{d}',
      map: { $map: expect.arrayContaining([[1, [{ $text: 'b\\u{200e}' }]], [{ $text: 'a\\u{200b}' }, 1], ['a\\u{200b}', 2]]) as [] }, // prettier-ignore
    };

    it('are shown spelt out, and written back they are what they were', async () => {
      const worker = await open();
      await worker.answer('aerospike_put_record', { ...at('texts'), bins: given });
      const { bins } = await worker.answer('aerospike_get_record', at('texts'));
      expect(bins).toEqual(shown);
      await worker.answer('aerospike_put_record', { ...at('texts 2'), bins: bins ?? {} });
      expect((await worker.answer('aerospike_get_record', at('texts 2'))).bins).toEqual(bins);
      const operations = [{ operation: 'put', key: 'texts 3', bins: bins ?? {} }];
      await worker.answer('aerospike_batch_write', { namespace: ns, set, operations });
      expect((await worker.answer('aerospike_get_record', at('texts 3'))).bins).toEqual(bins);
    });

    it('are keys that every tool finds again as they are listed', async () => {
      const worker = await open();
      const own = `${set}_unseen`;
      const keys = ['user\u00ad1', 'user\\u{ad}1', 'b\r'];
      for (const [n, key] of keys.entries())
        await worker.answer('aerospike_put_record', { namespace: ns, set: own, key, bins: { n } });
      const { records } = await worker.answer('aerospike_scan_set', { namespace: ns, set: own });
      const listed = records as { key: JsonValue; bins: { n: number } }[];
      expect(listed.map(({ bins: { n } }) => n).sort()).toEqual([0, 1, 2]);
      for (const { key, bins } of listed) {
        expect(await worker.answer('aerospike_get_record', { namespace: ns, set: own, key })).toMatchObject({ bins });
      }
      const batch = await worker.answer('aerospike_batch_get', { namespace: ns, set: own, keys: [...keys, 'c\r'] });
      expect(batch).toMatchObject({
        records: [{ key: { $text: 'user\\u{ad}1' } }, { key: 'user\\u{ad}1' }, { key: { $text: 'b\\u{d}' } }],
        missing: [{ $text: 'c\\u{d}' }],
      });
      const first = listed.find(({ bins }) => bins.n === 0)?.key ?? null;
      await worker.answer('aerospike_delete_record', { namespace: ns, set: own, key: first });
      const left = await worker.answer('aerospike_scan_set', { namespace: ns, set: own });
      expect((left.records as typeof listed).map(({ bins }) => bins.n).sort()).toEqual([1, 2]);
    });

    it.each(['a\\u{d}', 'plain\\u{200b}'])('are no names: %j is refused for a bin or a set', async (name) => {
      const worker = await open();
      for (const args of [
        { ...at('names'), bins: { [name]: 1 } },
        { ...at('names'), set: name, bins: { a: 1 } },
      ])
        expect(await worker.run('aerospike_put_record', args)).toMatchObject({
          error: { code: 'invalid-input', message: expect.stringMatching(/write the character itself/) },
        });
    });
  });

  describe('keys that the client changes', () => {
    it('lose no record of a scan, and none is shown as another one', async () => {
      const worker = await open();
      const own = `${set}_raw`;
      const keys = ['good', Buffer.from([0x61, 0xe9, 0x62]), 'nul\0key', Buffer.from([0xff, 0xfe])];
      for (const [n, key] of keys.entries()) await putRawKey(address(), ns, own, Buffer.from(key), n);
      for (const bins of [undefined, [], ['n']]) {
        const page = await worker.answer('aerospike_scan_set', { namespace: ns, set: own, ...(bins && { bins }) });
        const records = page.records as { key: JsonValue }[];
        expect(records).toHaveLength(4);
        for (const { key } of records)
          expect(key === 'good' || typeof (key as { $digest?: unknown }).$digest === 'string').toBe(true);
        const read = await worker.answer('aerospike_batch_get', {
          namespace: ns,
          set: own,
          keys: records.map(({ key }) => key),
        });
        const found = read.records as { bins: { n: number } }[];
        expect(found.map(({ bins: { n } }) => n).sort()).toEqual([0, 1, 2, 3]);
      }
    });
  });

  describe('a map key that is a double', () => {
    const map = { $map: [[2.5, 4], [1, 1]] }; // prettier-ignore
    it.each<[string, JsonObject]>([
      ['put_record', { ...at('double'), bins: { map } }],
      ['put_record', { ...at('double'), bins: { list: [{ $map: [[{ $double: 1 }, 1]] }] } }],
      ['batch_write', { namespace: ns, set, operations: [{ operation: 'put', key: 'double', bins: { map } }] }],
      ['operate', { ...at('double'), operations: [{ op: 'map-put', bin: 'map', mapKey: 2.5, value: 1 }] }],
    ])('is refused by %s, since the client would leave its entry out', async (tool, args) => {
      const worker = await open();
      expect(await worker.run(`aerospike_${tool}`, args)).toMatchObject({
        error: { code: 'invalid-input', message: expect.stringMatching(/map key that is a double/) },
      });
      expect(await worker.answer('aerospike_get_record', at('double'))).toEqual({ found: false });
    });
  });
}

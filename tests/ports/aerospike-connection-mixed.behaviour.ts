import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../electron/core/workers/protocol.ts';
import type { AerospikeWorker } from '../support/aerospike-worker.ts';

const ns = 'test';
const digest = (byte: number): JsonObject => ({ $digest: Buffer.alloc(20, byte).toString('base64') });

const module = 'chatelaine_mixed.lua';
const code = `
function map_of(rec) return map{ a = 1 } end
function list_of(rec) return list{ 1, list{ 'x' } } end
function bytes_of(rec) local b = bytes(2) bytes.set_byte(b, 1, 145) bytes.set_byte(b, 2, 5) return b end
function text_of(rec) return 'text' end
function boom(rec) error('boom at noon') end
function lost(rec) error('billing: function not found') end
function half(rec) rec.n = 5 aerospike:update(rec) error('after all') end
function append(rec, more)
  rec.s = (rec.s or '') .. more
  if aerospike:exists(rec) then aerospike:update(rec) else aerospike:create(rec) end
  return rec.s
end
`;

/** What the connection promises of batches that mix kinds of entries, of keys, and entries of one record. */
export function behavesWithMixedBatches(open: () => Promise<AerospikeWorker>, name: string): void {
  const set = `${name}_mixed`;
  const write = async (operations: JsonObject[]): Promise<JsonObject> =>
    (await open()).answer('aerospike_batch_write', { namespace: ns, set, operations });
  const get = async (key: JsonValue): Promise<JsonObject> =>
    (await open()).answer('aerospike_get_record', { namespace: ns, set, key });
  const clear = async (): Promise<void> => {
    await (await open()).answer('aerospike_truncate_set', { namespace: ns, set });
  };
  const withModule = async (): Promise<AerospikeWorker> => {
    const worker = await open();
    await worker.answer('aerospike_register_udf', { module, code });
    return worker;
  };
  const call = (name: string, key: JsonValue, args: JsonValue[] = []): JsonObject => ({
    operation: 'execute',
    key,
    module,
    function: name,
    args,
  });

  describe('a batch of keys and digests', () => {
    it('is written, changed, run and deleted, each entry by what its record is known by', async () => {
      const worker = await withModule();
      const keys: JsonValue[] = ['text', 7, digest(1), digest(2)];
      const put = keys.map((key, n): JsonObject => ({ operation: 'put', key, bins: { n } }));
      const add = keys.map((key): JsonObject => {
        return { operation: 'operate', key, operations: [{ op: 'add', bin: 'n', value: 5 }, { op: 'read', bin: 'n' }] }; // prettier-ignore
      });
      expect(await write(put)).toMatchObject({ done: 4, failed: 0 });
      expect(await write(add)).toMatchObject({ results: keys.map((_, n) => ({ index: n, bins: { n: n + 5 } })) });
      expect(await write([...keys.map((key) => call('text_of', key)), { ...put[2], key: digest(3) }])).toMatchObject({
        done: 5,
        results: keys.map((_, index) => ({ index, bins: { result: 'text' } })),
      });
      const mixed: JsonObject[] = [
        { operation: 'delete', key: 'text' },
        { operation: 'put', key: digest(3), bins: { n: 9 }, ttl: 'never' },
        { operation: 'put', key: 'text2', bins: { n: 9 } },
        ...add.slice(2),
        call('append', digest(4), ['a']),
        call('append', 'made', ['a']),
        { operation: 'delete', key: 7 },
      ];
      expect(await write(mixed)).toMatchObject({ done: 8, failed: 0, notFound: 0 });
      expect(await get(digest(3))).toMatchObject({ bins: { n: 9 } });
      expect(await get('text')).toMatchObject({ found: false });
      expect(await write(keys.map((key) => ({ operation: 'delete', key })))).toMatchObject({ done: 2, notFound: 2 });
      const { records } = await worker.answer('aerospike_scan_set', { namespace: ns, set });
      // A record that a UDF made has its key with it as well.
      expect((records as { key: JsonValue }[]).map(({ key }) => key)).toEqual(
        expect.arrayContaining(['made', 'text2', digest(3), digest(4)]),
      );
      await clear();
    });

    it('takes the keys that a scan has shown of records without one', async () => {
      const worker = await open();
      for (let byte = 10; byte < 15; byte += 1)
        await worker.answer('aerospike_put_record', { namespace: ns, set, key: digest(byte), bins: { n: byte } });
      const { records } = await worker.answer('aerospike_scan_set', { namespace: ns, set });
      const shown = records as { key: JsonValue }[];
      expect(shown).toHaveLength(5);
      const seen = shown.map(({ key }): JsonObject => ({ operation: 'put', key, bins: { seen: true } }));
      expect(await write(seen)).toMatchObject({ done: 5, failed: 0 });
      expect(await get(digest(12))).toMatchObject({ bins: { n: 12, seen: true } });
      await clear();
    });
  });

  describe('a UDF in a batch', () => {
    it('answers as it does alone, with the same word about types', async () => {
      const worker = await withModule();
      const names = ['map_of', 'list_of', 'bytes_of', 'text_of'];
      const alone: JsonObject[] = [];
      for (const one of names)
        alone.push(
          await worker.answer('aerospike_execute_udf', { namespace: ns, set, key: one, module, function: one }),
        );
      expect(alone.map(({ result }) => result)).toEqual([{ a: 1 }, [1, ['x']], { $bytes: 'kQU=' }, 'text']);
      const answer = await write([
        ...names.map((one) => call(one, one)),
        { operation: 'put', key: 'k', bins: { l: [1], m: { a: 1 } } },
        { operation: 'operate', key: 'o', operations: [{ op: 'write', bin: 'l', value: [1, { $double: 2 }] }, { op: 'read', bin: 'l' }] }, // prettier-ignore
      ]);
      expect(answer).toMatchObject({
        results: [
          ...alone.map(({ result = null }, index) => ({ index, bins: { result } })),
          { index: 5, bins: { l: [1, { $double: 2 }] } },
        ],
        note: alone[0]?.note,
      });
      expect(await write([{ operation: 'delete', key: 'k' }])).not.toHaveProperty('note');
      await clear();
    });
  });

  describe('a UDF that fails', () => {
    it('says where and why, and no path; in a batch, whose client keeps that to itself, how to be told', async () => {
      const worker = await withModule();
      for (const [name, told] of [
        ['boom', /failed at line \d+: boom at noon\./],
        ['none_such', /has no such function\./],
        // What a function says itself.
        ['lost', /failed at line \d+: billing: function not found\./],
      ] as const) {
        const alone = await worker.run('aerospike_execute_udf', {
          namespace: ns,
          set,
          key: 'f',
          module,
          function: name,
        });
        expect(alone).toMatchObject({ ok: false, error: { message: expect.stringMatching(told) } });
        const many = await write([call(name, 'f'), { operation: 'put', key: 'g', bins: { n: 1 } }]);
        expect(many).toMatchObject({
          done: 1,
          failures: [{ index: 0, reason: expect.stringMatching(/execute_udf, for one record, says why/) }],
        });
        expect(JSON.stringify([alone, many])).not.toMatch(/[/\\]\w|\.lua/);
      }
      await worker.run('aerospike_execute_udf', { namespace: ns, set, key: 'g', module, function: 'half' });
      expect(await get('g')).toMatchObject({ bins: { n: 1 } });
      await clear();
    });
  });

  describe('entries of one record', () => {
    it('run in order also where some know it by its digest', async () => {
      const key = 'by-digest';
      const hash = createHash('ripemd160').update(set).update(Buffer.of(3)).update(key).digest('base64');
      const operations = Array.from({ length: 30 }, (_, n): JsonObject => {
        return { operation: 'put', key: n % 2 === 0 ? key : { $digest: hash }, bins: { n } };
      });
      expect(await write(operations)).toMatchObject({ done: 30 });
      expect((await get(key)).bins).toEqual({ n: 29 });
      await clear();
    });

    it('run in the order in which they are given, whatever they are', async () => {
      const worker = await withModule();
      const letters = Array.from('abcdefghijklmnop');
      const key = 'ordered';
      const operations = letters.map((letter, index): JsonObject => {
        if (index === 0) return { operation: 'put', key, bins: { s: letter, wide: { $int: '9007199254740993' } } };
        if (index % 3 === 0) return call('append', key, [letter]);
        return { operation: 'operate', key, operations: [{ op: 'append', bin: 's', value: letter }] };
      });
      const others = Array.from({ length: 40 }, (_, n): JsonObject => ({ operation: 'put', key: n, bins: { n } }));
      expect(await write([...operations, ...others])).toMatchObject({ done: 56, failed: 0 });
      expect(await get(key)).toMatchObject({ bins: { s: letters.join('') } });
      const anew: JsonObject[] = [
        { operation: 'delete', key },
        { operation: 'put', key, bins: { again: 1 } },
      ];
      expect(await write(anew)).toMatchObject({ done: 2 });
      expect((await get(key)).bins).toEqual({ again: 1 });
      await clear();
      await worker.answer('aerospike_remove_udf', { module });
    });
  });
}

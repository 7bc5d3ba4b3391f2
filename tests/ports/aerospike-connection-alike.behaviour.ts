import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../electron/core/workers/protocol.ts';
import type { AerospikeWorker } from '../support/aerospike-worker.ts';

const ns = 'test';

/** Values that the client reads alike, or that need to be asked for; each pair differs by its type alone. */
const values: readonly JsonValue[] = [
  3,
  { $double: 3 },
  3.5,
  { $int: '9007199254740993' },
  '{"type":"Point","coordinates":[1,2]}',
  { $geojson: { type: 'Point', coordinates: [1, 2] } },
  { $bytes: 'kwECAw==' },
  [1, 2, { $double: 3 }],
  { a: 1 },
  true,
];

/** What the connection promises of records that were read like others before them, whose types it takes for a guess. */
export function behavesWithRecordsAlike(open: () => Promise<AerospikeWorker>, set: string): void {
  const own = `${set}_alike`;

  const write = async (worker: AerospikeWorker, records: ReadonlyMap<string, JsonObject>): Promise<void> => {
    const operations = [...records].map(([key, bins]): JsonObject => ({ operation: 'put', key, bins }));
    const answer = await worker.answer('aerospike_batch_write', { namespace: ns, set: own, operations });
    expect(answer).toMatchObject({ done: records.size, failed: 0 });
  };

  /** Every page; from the second on by the cursor alone. */
  const readAll = async (worker: AerospikeWorker, tool: string, args: JsonObject): Promise<Map<string, JsonObject>> => {
    const found = new Map<string, JsonObject>();
    for (let cursor: JsonValue | undefined; ;) {
      const rest = tool === 'aerospike_batch_get' ? {} : args;
      const page: JsonObject = await worker.answer(tool, cursor === undefined ? args : { ...rest, cursor });
      for (const { key, bins } of page.records as { key: string; bins: JsonObject }[]) found.set(key, bins);
      cursor = page.next;
      if (cursor === undefined) return found;
    }
  };

  const expectBack = async (worker: AerospikeWorker, records: ReadonlyMap<string, JsonObject>): Promise<void> => {
    const reads: [string, JsonObject][] = [
      ['aerospike_batch_get', { namespace: ns, set: own, keys: [...records.keys()] }],
      ['aerospike_batch_get', { namespace: ns, set: own, keys: [...records.keys()], bins: ['v', 'w'] }],
      ['aerospike_scan_set', { namespace: ns, set: own, limit: 300 }],
    ];
    for (const [tool, args] of reads) {
      const found = await readAll(worker, tool, args);
      for (const [key, bins] of records) expect([tool, key, found.get(key)]).toEqual([tool, key, bins]);
    }
  };

  describe('records that look alike', () => {
    const count = 900;
    const keys = Array.from({ length: count }, (_, index) => `a${index}`);
    const filled = (bins: (index: number) => JsonObject): Map<string, JsonObject> =>
      new Map(keys.map((key, index) => [key, bins(index)]));

    it('keep each its own types, whatever those before them had', async () => {
      const worker = await open();
      const same = filled((index) => ({ v: index, w: 'text' }));
      await write(worker, same);
      await expectBack(worker, same);
      // All of them changed since they were last read, to what looks the same.
      const doubles = filled((index) => ({ v: { $double: index }, w: 'text' }));
      await write(worker, doubles);
      await expectBack(worker, doubles);
      const mixed = filled((index) => ({ v: values[index % values.length] ?? null, w: index }));
      await write(worker, mixed);
      await expectBack(worker, mixed);
      const few = filled((index) => (index % 10 === 0 ? { v: { $double: 7 }, w: 7 } : { v: 7, w: 7 }));
      await write(worker, few);
      await expectBack(worker, few);
      await expectBack(worker, few);
    });

    it('may have bins that the others have not', async () => {
      const worker = await open();
      // Without the filter of two bins, since a third one is what this is about.
      const args = { namespace: ns, set: `${own}_more`, keys };
      const records = filled((index) => ({
        v: index,
        ...(index > 700 && index % 3 === 0 ? { extra: { $double: index } } : {}),
      }));
      const operations = [...records].map(([key, bins]): JsonObject => ({ operation: 'put', key, bins }));
      await worker.answer('aerospike_batch_write', { namespace: ns, set: args.set, operations });
      expect(await readAll(worker, 'aerospike_batch_get', args)).toEqual(records);
      expect(await readAll(worker, 'aerospike_batch_get', args)).toEqual(records);
      await worker.answer('aerospike_truncate_set', { namespace: ns, set: args.set });
    });
  });

  describe('records of many shapes', () => {
    it('keep each its own types, whether most of them are alike or none', async () => {
      const worker = await open();
      for (const share of [1, 0.6, 0]) {
        const shape = (index: number): string => (index < share * 300 ? 'same' : `f${index % 30}`);
        const records = new Map(
          Array.from({ length: 300 }, (_, index): [string, JsonObject] => {
            return [`s${index}`, { v: values[index % values.length] ?? null, w: index, [shape(index)]: index }];
          }),
        );
        const args = { namespace: ns, set: `${own}_shapes` };
        const operations = [...records].map(([key, bins]): JsonObject => ({ operation: 'put', key, bins }));
        await worker.answer('aerospike_batch_write', { ...args, operations });
        for (let time = 0; time < 2; time += 1) {
          expect(await readAll(worker, 'aerospike_batch_get', { ...args, keys: [...records.keys()] })).toEqual(records);
          expect(await readAll(worker, 'aerospike_scan_set', { ...args, limit: 300 })).toEqual(records);
        }
        await worker.answer('aerospike_truncate_set', args);
      }
    });
  });

  describe('a record of more bins than an answer has room for', () => {
    it('ends no page, says what is missing, is read whole in parts and not written back in part', async () => {
      const worker = await open();
      const args = { namespace: ns, set: `${own}_bins` };
      const bins = Object.fromEntries(Array.from({ length: 3_001 }, (_, index) => [`bin${index}`, index]));
      const operations = ['a', 'b', 'c'].map((key): JsonObject => ({ operation: 'put', key, bins }));
      await worker.answer('aerospike_batch_write', { ...args, operations });
      const keys = ['a', 'b', 'c'];
      for (const found of [
        await readAll(worker, 'aerospike_batch_get', { ...args, keys }),
        await readAll(worker, 'aerospike_scan_set', args),
      ]) {
        expect([...found.keys()].sort()).toEqual(keys);
        for (const shown of found.values()) expect(Object.keys(shown).at(-1)).toMatch(/^… and [0-9,]+ more bins$/);
      }
      const { bins: shown, note } = await worker.answer('aerospike_get_record', { ...args, key: 'a' });
      expect(note).toMatch(/not shown.*offset 0/);
      expect(await worker.run('aerospike_put_record', { ...args, key: 'a', bins: shown ?? {} })).toMatchObject({
        error: { code: 'invalid-input', message: expect.stringMatching(/15 bytes/) },
      });
      let json = '';
      for (let offset: number | null = 0; offset !== null;) {
        const { part } = await worker.answer('aerospike_get_record', { ...args, key: 'a', offset });
        const read = part as { json: string; next: number | null };
        json += read.json;
        offset = read.next;
      }
      expect(JSON.parse(json)).toEqual(bins);
      await worker.answer('aerospike_truncate_set', args);
    });
  });

  describe('a cursor of many keys', () => {
    const keys = Array.from({ length: 900 }, (_, index) => `a${index}`);
    const args = { namespace: ns, set: own, keys };
    const keysOf = ({ records }: JsonObject): string[] => (records as { key: string }[]).map(({ key }) => key);

    it('goes on alone while its keys are remembered, and with them by any worker', async () => {
      const worker = await open();
      const first = await worker.answer('aerospike_batch_get', args);
      const { next: cursor = '' } = first;
      const second = await worker.answer('aerospike_batch_get', { cursor });
      expect(keysOf(second)[0]).toBe(`a${keysOf(first).length}`);
      expect(await worker.answer('aerospike_batch_get', { cursor, namespace: ns, set: own })).toEqual(second);
      for (const other of [{ set: 'other' }, { namespace: 'bar' }, { bins: ['v'] }, { ...args, keys: ['a1'] }])
        expect(await worker.run('aerospike_batch_get', { cursor, ...other })).toMatchObject({
          error: { code: 'invalid-input', message: expect.stringMatching(/does not belong/) },
        });
      worker.child.kill('SIGKILL');
      const anew = await open();
      expect(await anew.run('aerospike_batch_get', { cursor })).toMatchObject({
        error: {
          code: 'invalid-input',
          message: expect.stringMatching(/not remembered/),
          hint: expect.stringMatching(/same keys/),
        },
      });
      expect(keysOf(await anew.answer('aerospike_batch_get', { ...args, cursor }))[0]).toBe(keysOf(second)[0]);
      expect(await anew.run('aerospike_batch_get', { namespace: ns })).toMatchObject({
        error: { code: 'invalid-input', message: expect.stringMatching(/"keys" is missing/) },
      });
    });

    it('is forgotten when many other calls left a cursor in between, and says so', async () => {
      const worker = await open();
      const { next: cursor = '' } = await worker.answer('aerospike_batch_get', args);
      for (let call = 0; call < 8; call += 1)
        await worker.answer('aerospike_batch_get', { namespace: ns, set: own, keys: keys.slice(call + 1) });
      expect(await worker.run('aerospike_batch_get', { cursor })).toMatchObject({ error: { code: 'invalid-input' } });
      await worker.answer('aerospike_truncate_set', { namespace: ns, set: own });
    });
  });
}

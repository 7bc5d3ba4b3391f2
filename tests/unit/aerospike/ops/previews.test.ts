import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../electron/core/workers/protocol.ts';
import { recordWorld } from './record-world.ts';

const at = { namespace: 'test', set: 'users' };
const k = { ...at, key: 'k' };

describe('what a person sees of a change', () => {
  it('has every bin by its name, however large one is', async () => {
    const { plan } = recordWorld();
    const bins = { note: 'x'.repeat(200_000), list: Array.from({ length: 9_000 }, (_, n) => n), small: 7 };
    const { preview } = await plan('put_record', { ...k, bins });
    expect(Buffer.byteLength(JSON.stringify(preview))).toBeLessThan(64 * 1024);
    expect(preview.bins).toMatchObject({ note: expect.stringMatching(/^x{20,}… \(200,000 bytes in all\)$/), small: 7 });
    expect(preview).toMatchObject({ namespace: 'test', set: 'users', key: 'k', exists: false });
  });

  it('has all that the change is about, however many steps and values there are', async () => {
    const { plan, answers } = recordWorld({ k: { bins: { a: [] } } });
    answers.set('udf-list', 'filename=m.lua,hash=h1,type=LUA;');
    const deep = Array.from({ length: 300 }, () => ({
      ['n'.repeat(300)]: Array.from({ length: 300 }, () => 'w'),
    }));
    const operations = Array.from({ length: 100 }, () => ({ op: 'list-append', bin: 'a', value: deep }));
    const { preview } = await plan('operate', { ...k, operations });
    expect(preview).toMatchObject({
      exists: true,
      generation: 1,
      namespace: 'test',
      set: 'users',
      key: 'k',
      ttl: 'keep',
    });
    const call = await plan('execute_udf', { ...k, module: 'm', function: 'f', args: Array(50).fill(deep) });
    expect(call.preview).toMatchObject({ module: 'm', function: 'f', hash: 'h1', namespace: 'test', key: 'k' });
    for (const shown of [preview, call.preview])
      expect(Buffer.byteLength(JSON.stringify(shown))).toBeLessThan(64 * 1024);
  });

  it('has no member that hides behind another, whatever their names are', async () => {
    const { plan } = recordWorld();
    const many = Object.fromEntries(Array.from({ length: 4_000 }, (_, n) => [`k${n}`, 'x'.repeat(30)]));
    const long = 'n'.repeat(60_000);
    const bins = { m: { '…': 'real', ...many }, l: { [`${long}1`]: 'one', [`${long}2`]: 'two' } };
    const { preview } = await plan('put_record', { ...k, bins });
    const { m, l } = preview.bins as Record<string, JsonObject>;
    expect(m?.['…']).toBe('real');
    expect(Object.entries(m ?? {}).at(-1)).toEqual([expect.stringMatching(/^… \(/), expect.stringMatching(/^and .* more$/)]); // prettier-ignore
    expect(Object.entries(l ?? {})).toEqual([
      [expect.stringMatching(/^n{30,}… \(60,001 bytes in all\)$/), 'one'],
      [expect.stringMatching(/^n{30,}… \(60,001 bytes in all\) \(2\)$/), 'two'],
    ]);
    // Made visible, the first would be the second.
    const odd = await plan('put_record', { ...k, bins: { v: { 'a\u200b': 1, 'a\\u{200b}': 2 } } });
    expect(Object.values((odd.preview.bins as Record<string, JsonObject>).v ?? {})).toEqual([1, 2]);
  });

  it('has every namespace and set that a batch reaches, with counts', async () => {
    const { plan } = recordWorld();
    const operations = Array.from({ length: 600 }, (_, n) => ({
      operation: 'put',
      set: `set-${n % 60}`,
      key: n,
      bins: { text: 'y'.repeat(500) },
    }));
    const { preview, sentence } = await plan('batch_write', { namespace: 'test', operations });
    expect(Object.keys(preview.counts ?? {})).toHaveLength(60);
    expect(preview.counts).toMatchObject({ 'test/set-59': { put: 10 } });
    expect(sentence).toMatch(/^Write 600 records in namespace test, sets set-0, .* and 55 more$/);
    const scattered = operations.map((entry, n) => ({ ...entry, set: `s${n}` }));
    await expect(plan('batch_write', { namespace: 'test', operations: scattered })).rejects.toMatchObject({
      code: 'too-large',
    });
  });
});

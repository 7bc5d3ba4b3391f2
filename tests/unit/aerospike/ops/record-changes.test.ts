import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../electron/core/workers/protocol.ts';
import { recordWorld } from './record-world.ts';

const at = { namespace: 'test', set: 'users' };
const k = { ...at, key: 'k' };

describe('a write that takes something from a record', () => {
  it('destroys, and names what is lost', async () => {
    const { plan } = recordWorld({ k: { bins: { a: 1, b: 2, c: 3 } } });
    const losses: [object, string | RegExp][] = [
      [{ bins: { a: null, b: null, d: 1 } }, /REMOVES bins a, b$/],
      [{ bins: { a: null, b: null, c: null } }, /REMOVES bins a, b, c, which DELETES the record$/],
      [{ bins: { a: 9 }, mode: 'replace' }, /REPLACES the whole record \(3 bins\)$/],
      [{ bins: { a: 9 }, mode: 'replace-only' }, /REPLACES the whole record/],
      [{ bins: { a: 9 }, ttl: 1 }, /expires in 1 s instead of never$/],
    ];
    for (const [args, sentence] of losses) {
      expect(await plan('put_record', { ...k, ...args })).toMatchObject({
        effect: 'destroy',
        sentence: expect.stringMatching(sentence),
      });
    }
  });

  it('is an ordinary one where nothing is lost', async () => {
    const { plan } = recordWorld({ k: { bins: { a: 1 }, ttlSeconds: 50 } });
    for (const args of [
      { bins: { a: 2 } },
      { bins: { a: 2 }, ttl: 60 },
      { bins: { a: 2 }, ttl: 'keep' },
      { bins: { z: null, a: 1 } },
      { key: 'new', bins: { a: 1, b: null }, ttl: 1 },
      { key: 'new', bins: { a: 1 }, mode: 'replace' },
    ])
      expect((await plan('put_record', { ...k, ...args })).effect, JSON.stringify(args)).toBe('write');
  });

  it('is one when the default of namespace or set is a shorter life', async () => {
    const { plan, answers } = recordWorld({ k: { bins: { a: 1 } } });
    const put = () => plan('put_record', { ...k, bins: { a: 2 } });
    answers.set('namespace/test', 'objects=1;default-ttl=60');
    expect(await put()).toMatchObject({
      effect: 'destroy',
      sentence: expect.stringMatching(/in 60 s instead of never/),
    });
    answers.set('sets/test', 'ns=test:set=users:default-ttl=4294967295:x=1;ns=test:set=other:default-ttl=5;');
    expect(await put()).toMatchObject({ effect: 'write' });
    answers.set('sets/test', 'ns=test:set=users:default-ttl=5:x=1;');
    expect((await put()).sentence).toMatch(/in 5 s instead of never/);
  });

  it('is one in steps as well', async () => {
    const { plan } = recordWorld({ k: { bins: { a: 1, b: 2 } } });
    const steps = (operations: JsonObject[], more = {}) => plan('operate', { ...k, operations, ...more });
    expect(await steps([{ op: 'write', bin: 'a', value: null }])).toMatchObject({
      effect: 'destroy',
      sentence: expect.stringMatching(/REMOVES bin a$/),
    });
    expect((await steps([{ op: 'touch' }], { ttl: 1 })).effect).toBe('destroy');
    expect((await steps([{ op: 'touch' }])).effect).toBe('write');
    expect((await steps([{ op: 'add', bin: 'a', value: 1 }])).effect).toBe('write');
    expect((await steps([{ op: 'read', bin: 'a' }], { ttl: 1 })).effect).toBe('read');
  });

  it('is one when code runs on it', async () => {
    const { plan, answers } = recordWorld();
    answers.set('udf-list', 'filename=m.lua,hash=h1,type=LUA;');
    expect(await plan('execute_udf', { ...k, module: 'm', function: 'f' })).toMatchObject({
      effect: 'destroy',
      sentence: expect.stringMatching(/RUN CODE that may change or delete.*m\.f/),
    });
  });
});

describe('what was agreed on', () => {
  it('is what runs: a new record where none was, and the record that was seen', async () => {
    const { plan, run, ran } = recordWorld({ there: { bins: { a: 1 }, generation: 7 } });
    const operations = [{ op: 'add', bin: 'a', value: 1 }];
    for (const args of [
      { ...at, key: 'new', bins: { a: 1 } },
      { ...at, key: 'there', bins: { a: 1 } },
      { ...at, key: 'there', bins: { a: 1 }, generation: 7 },
    ])
      await run('put_record', args, await plan('put_record', args));
    for (const key of ['new', 'there']) {
      const args = { ...at, key, operations };
      await run('operate', args, await plan('operate', args));
    }
    expect(ran.map(({ kind, key, how }) => [kind, key, how?.exists, how?.generation])).toEqual([
      ['put', 'new', 'create', undefined],
      ['put', 'there', 'update', 7],
      ['put', 'there', 'update', 7],
      ['operate', 'new', 'create', undefined],
      ['operate', 'there', 'update', 7],
    ]);
  });

  it('is refused before the question when the mode cannot succeed', async () => {
    const { plan } = recordWorld({ k: { bins: { a: 1 } } });
    const put = (key: string, mode: string) => plan('put_record', { ...at, key, bins: { a: 1 }, mode });
    await expect(put('k', 'create')).rejects.toMatchObject({ code: 'changed' });
    for (const mode of ['update-only', 'replace-only'])
      await expect(put('new', mode)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a batch', () => {
  const batch = (...operations: JsonObject[]) => ({ ...at, operations });

  it('destroys when an entry takes something away, and says so', async () => {
    const { plan, answers } = recordWorld({ k: { bins: { a: 1 } }, short: { ttlSeconds: 30 } });
    answers.set('udf-list', 'filename=m.lua,hash=h1,type=LUA;');
    const cases: [JsonObject, RegExp][] = [
      [{ operation: 'put', key: 'k', bins: { a: null } }, /REMOVES BINS of 1 record$/],
      [
        { operation: 'operate', key: 'k', operations: [{ op: 'write', bin: 'a', value: null }] },
        /REMOVES BINS of 1 record$/,
      ],
      [{ operation: 'put', key: 'short', bins: { a: 1 }, ttl: 5 }, /1 record EXPIRE SOONER \(one expires in 5 s/],
      [{ operation: 'execute', key: 'k', module: 'm', function: 'f' }, /^RUN CODE that may change or delete 1 record/],
      [{ operation: 'delete', key: 'k' }, /^DELETE 1 record \(1 of them exist\)/],
    ];
    for (const [entry, sentence] of cases)
      expect(await plan('batch_write', batch(entry))).toMatchObject({
        effect: 'destroy',
        sentence: expect.stringMatching(sentence),
      });
    for (const entry of [
      { operation: 'put', key: 'k', bins: { a: 1 } },
      { operation: 'put', key: 'new', bins: { a: null, b: 1 } },
      { operation: 'put', key: 'short', bins: { a: 1 }, ttl: 60 },
    ])
      expect((await plan('batch_write', batch(entry))).effect).toBe('write');
  });

  it('does not run when a record that it deletes or shortens is another one, or is there by now', async () => {
    const args = batch(
      { operation: 'delete', key: 'gone' },
      { operation: 'delete', key: 'k' },
      { operation: 'put', key: 'short', bins: { a: 1 }, ttl: 60 },
    );
    const changes = [
      ['gone', { generation: 1 }],
      ['k', { generation: 4 }],
      ['short', { generation: 2 }],
    ] as const;
    for (const [key, { generation }] of changes) {
      const { plan, run, records, ran } = recordWorld({ k: { generation: 3 }, short: { ttlSeconds: 30 } });
      const agreed = await plan('batch_write', args);
      records.set(key, { bins: {}, ttlSeconds: null, generation });
      await expect(run('batch_write', args, agreed)).rejects.toMatchObject({ code: 'changed' });
      expect(ran).toEqual([]);
    }
    const { plan, run, ran } = recordWorld({ k: { generation: 3 }, short: { ttlSeconds: 30 } });
    await run('batch_write', args, await plan('batch_write', args));
    expect(ran).toMatchObject([
      { key: 'gone', generation: undefined },
      { key: 'k', generation: 3 },
      { key: 'short', how: { generation: 1 } },
    ]);
  });

  it('may change a record twice', async () => {
    const args = batch(
      { operation: 'put', key: 'k', bins: { a: null } },
      { operation: 'put', key: 'k', bins: { b: null } },
    );
    const { plan, run, ran } = recordWorld({ k: { bins: { a: 1, b: 1, c: 1 } } });
    await run('batch_write', args, await plan('batch_write', args));
    expect(ran.map(({ how }) => how?.generation)).toEqual([undefined, undefined]);
  });

  it('runs the code that was there when it was agreed on, and none that is not there', async () => {
    const args = batch({ operation: 'execute', key: 'k', module: 'm', function: 'f' });
    const { plan, run, answers, ran } = recordWorld({ k: {} });
    answers.set('udf-list', '');
    await expect(plan('batch_write', args)).rejects.toMatchObject({ code: 'not-found' });
    answers.set('udf-list', 'filename=m.lua,hash=h1,type=LUA;');
    const agreed = await plan('batch_write', args);
    expect(agreed.preview.modules).toEqual({ 'm.lua': 'h1' });
    answers.set('udf-list', 'filename=m.lua,hash=h2,type=LUA;');
    await expect(run('batch_write', args, agreed)).rejects.toMatchObject({ code: 'changed' });
    expect(ran).toEqual([]);
  });
});

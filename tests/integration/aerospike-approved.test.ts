import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAerospikeEmulator } from '../../electron/emulators/aerospike/emulator.ts';
import { createProfileWorld, type Called, type ProfileWorld } from '../support/profile-world.ts';

/** A person is told what is lost, and nothing else than what they saw runs. Against the emulator, or AEROSPIKE_TEST_HOST. */
const real = process.env.AEROSPIKE_TEST_HOST;
const at = { profile: 'boss', namespace: 'test', set: 'approved' };

interface Question {
  id: string;
  effect: string;
  sentence: string;
}

describe('a change that waits for a person', () => {
  let world: ProfileWorld;
  let close = async (): Promise<void> => undefined;

  beforeAll(async () => {
    let hosts = [real ?? ''];
    if (!real) {
      const emulator = await startAerospikeEmulator();
      ({ hosts } = emulator);
      close = () => emulator.close();
    }
    world = await createProfileWorld([{ name: 'boss', hosts, role: 'admin' }]);
    await grant('ask');
  });
  afterAll(async () => {
    await grant('allow');
    await world.call('truncate_set', at);
    await world.close();
    await close();
  });

  /** Ordinary writes run at once; those that destroy ask, or not. */
  const grant = (destroy: 'ask' | 'allow') =>
    world.host.run('grant', 'agent', 'aerospike', '--write', 'allow', '--destroy', destroy);
  const put = async (key: string, bins: object, more: object = {}): Promise<void> => {
    expect(await world.call('put_record', { ...at, key, bins, ...more })).toMatchObject({ ok: true });
  };
  const get = async (key: string) => (await world.call('get_record', { ...at, key })).structured;

  /** The call, asked about; `meanwhile` happens before the yes. */
  async function approved(tool: string, args: object, meanwhile: () => Promise<void> = () => Promise.resolve()) {
    const waiting = () => world.host.json<Question[]>('approvals');
    const called: Promise<Called> = world.call(tool, { ...at, ...args });
    await expect.poll(waiting, { timeout: 10_000 }).toHaveLength(1);
    const [question] = await waiting();
    await meanwhile();
    await world.host.run('approve', question?.id ?? '');
    return { ...question, result: await called };
  }

  it('is asked for when bins, a record or its life would be lost, and says which', async () => {
    const cases: [string, object, RegExp][] = [
      ['put_record', { bins: { a: null } }, /REMOVES bin a$/],
      ['put_record', { bins: { a: null, b: null } }, /REMOVES bins a, b, which DELETES the record/],
      ['put_record', { bins: { c: 1 }, mode: 'replace' }, /REPLACES the whole record \(2 bins\)/],
      ['put_record', { bins: { a: 2 }, ttl: 600 }, /expires in 600 s instead of never/],
      ['operate', { operations: [{ op: 'write', bin: 'a', value: null }] }, /REMOVES bin a$/],
      ['batch_write', { operations: [{ operation: 'put', key: 'k', bins: { a: null } }] }, /REMOVES BINS of 1 record/],
      [
        'batch_write',
        { operations: [{ operation: 'put', key: 'k', bins: { a: 1 }, ttl: 600 }] },
        /1 record EXPIRE SOONER/,
      ],
    ];
    for (const [tool, args, sentence] of cases) {
      await grant('allow');
      await put('k', { a: 1, b: 2 }, { mode: 'replace', ttl: 'never' });
      await grant('ask');
      const { sentence: asked, result } = await approved(tool, tool === 'batch_write' ? args : { key: 'k', ...args });
      expect(asked).toMatch(sentence);
      expect(result, JSON.stringify(args)).toMatchObject({ ok: true });
    }
  });

  it('does not run when the record is another one by then', async () => {
    await put('k', { a: 1 });
    await put('other', { a: 1 });
    const changed = {
      ok: false,
      text: expect.stringMatching(/changed|agreed on|another one|exists already|written since/),
    };
    const meanwhile = () => put('k', { a: 7 });
    for (const [tool, args] of [
      ['put_record', { key: 'k', bins: { a: null, z: 1 } }],
      ['operate', { key: 'k', operations: [{ op: 'write', bin: 'a', value: null }] }],
      ['delete_record', { key: 'k' }],
      ['batch_write', { operations: [{ operation: 'delete', key: 'k' }] }],
    ] as const) {
      expect((await approved(tool, args, meanwhile)).result, tool).toMatchObject(changed);
      expect(await get('k'), tool).toMatchObject({ bins: { a: 7 } });
    }
    const operations = [{ operation: 'delete', key: 'late' }];
    const { sentence, result } = await approved('batch_write', { operations }, () => put('late', { a: 1 }));
    expect(sentence).toMatch(/DELETE 1 record \(0 of them exist\)/);
    expect(result).toMatchObject(changed);
    expect(await get('late')).toMatchObject({ bins: { a: 1 } });
  });

  it('creates a record only where there was none', async () => {
    await world.host.run('grant', 'agent', 'aerospike', '--write', 'ask', '--destroy', 'allow');
    for (const [tool, args] of [
      ['put_record', { bins: { a: 2 } }],
      ['operate', { operations: [{ op: 'add', bin: 'a', value: 2 }] }],
    ] as const) {
      const key = `new-${tool}`;
      const written = () =>
        world.call('batch_write', { ...at, operations: [{ operation: 'put', key, bins: { a: 1 } }] });
      const meanwhile = async (): Promise<void> => {
        await world.host.run('grant', 'agent', 'aerospike', '--write', 'allow');
        expect(await written()).toMatchObject({ structured: { done: 1 } });
        await world.host.run('grant', 'agent', 'aerospike', '--write', 'ask');
      };
      expect((await approved(tool, { key, ...args }, meanwhile)).result, tool).toMatchObject({ ok: false });
      expect(await get(key)).toMatchObject({ bins: { a: 1 } });
      expect((await approved(tool, { key: `${key}-2`, ...args })).result).toMatchObject({ ok: true });
    }
    await grant('ask');
  });

  it('in many records at once runs on those that were seen', async () => {
    await put('m1', { a: 1, b: 1 }, { ttl: 'never' });
    await put('m2', { a: 1, b: 1 }, { ttl: 'never' });
    const operations = [
      { operation: 'put', key: 'm1', bins: { a: null } },
      { operation: 'operate', key: 'm2', operations: [{ op: 'write', bin: 'a', value: null }] },
      { operation: 'put', key: 'm3', bins: { a: 1 }, ttl: 600 },
      { operation: 'delete', key: 'm4' },
    ];
    const { result } = await approved('batch_write', { operations });
    expect(result.structured).toMatchObject({ done: 3, notFound: 1, failed: 0 });
    expect(await get('m1')).toMatchObject({ bins: { b: 1 } });
    expect(await get('m2')).toMatchObject({ bins: { b: 1 } });
  });

  it('is refused with its line when it is code that does not compile', async () => {
    await grant('allow');
    const code = 'function f(rec)\n  return 1\nend\nfunction g(rec\n  local x =\nend\n';
    const failed = await world.call('register_udf', { profile: 'boss', module: 'approved_bad', code });
    expect(failed).toMatchObject({ ok: false, text: expect.stringMatching(/does not compile: line \d+/) });
    await grant('ask');
  });

  it('of users is said to be impossible where there are none', async () => {
    const { ok, text } = await world.call('list_users', { profile: 'boss' });
    expect(ok).toBe(false);
    expect(text).toMatch(/This cluster has no users: security/);
    expect(text).not.toMatch(/profile\b.*user/i);
  });
});

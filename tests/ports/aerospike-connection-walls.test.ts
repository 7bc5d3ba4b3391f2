import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { aerospikeTools } from '../../electron/servers/aerospike/tools/index.ts';
import { useAerospikeSuite } from '../support/aerospike-suite.ts';

const { start, emulate } = useAerospikeSuite();
const key = { namespace: 'test', set: 's', key: 'a' };

describe('a worker', () => {
  it('runs no tool above its profile’s role, neither planned nor called, and says which role it takes', async () => {
    const { hosts } = await emulate();
    const worker = await start({ fields: { hosts } });
    for (const tool of aerospikeTools.filter(({ role }) => role === 'read-write' || role === 'admin')) {
      const planned = await worker.run(tool.name, {});
      // Arguments are read first; with good ones the role is what refuses.
      if (!planned.ok) expect(['refused', 'invalid-input']).toContain(planned.error.code);
      else throw new Error(`${tool.name} ran`);
    }
    const refused = { ok: false, error: { code: 'refused', message: expect.stringMatching(/read-only.*read-write/) } };
    expect(await worker.run('aerospike_put_record', { ...key, bins: { a: 1 } })).toMatchObject(refused);
    const forged = { effect: 'write', sentence: 'x', preview: {} } as const;
    expect(await worker.call('aerospike_put_record', { ...key, bins: { a: 1 } }, forged)).toMatchObject(refused);
    expect(await worker.answer('aerospike_get_record', key)).toEqual({ found: false });
  });

  it('holds a batch of deletes to its rate, and lets it through in its turn however large it is', async () => {
    const emulator = await emulate({ nodes: 1 });
    const fields = { hosts: emulator.hosts, role: 'admin', requestsPerSecond: 100, burst: 200 };
    const worker = await start({ fields });
    const operations = Array.from({ length: 3_000 }, (_, key) => ({ operation: 'delete', key }));
    const args = { namespace: 'test', set: 'many', operations };
    const plan = await worker.plan('aerospike_batch_write', args);
    expect(await worker.call('aerospike_batch_write', args, plan)).toMatchObject({ structured: { notFound: 3_000 } });
    await expect(worker.plan('aerospike_batch_write', args)).rejects.toThrow(/used up what it may ask/);
  });

  it('runs no UDF in a batch for a profile that may not run one alone', async () => {
    const { hosts } = await emulate();
    const worker = await start({ fields: { hosts, role: 'read-write' } });
    const operations = [{ operation: 'execute', key: 'a', module: 'm', function: 'f' }];
    const outcome = await worker.run('aerospike_batch_write', { namespace: 'test', set: 's', operations });
    expect(outcome).toMatchObject({ ok: false, error: { code: 'refused', message: expect.stringContaining('admin') } });
  });

  it('keeps to its profile’s namespaces, in batches and lists too', async () => {
    const { hosts } = await emulate();
    const worker = await start({ fields: { hosts, role: 'admin', namespaces: ['test'] } });
    const refused = { ok: false, error: { code: 'refused', message: expect.stringContaining('namespace') } };
    const bar = { ...key, namespace: 'bar' };
    expect(await worker.run('aerospike_get_record', bar)).toMatchObject(refused);
    expect(await worker.run('aerospike_put_record', { ...bar, bins: { a: 1 } })).toMatchObject(refused);
    expect(await worker.run('aerospike_delete_record', bar)).toMatchObject(refused);
    expect(await worker.run('aerospike_scan_set', { namespace: 'bar', set: '*' })).toMatchObject(refused);
    expect(await worker.run('aerospike_truncate_set', { namespace: 'bar', set: 's' })).toMatchObject(refused);
    const keys = ['a', { namespace: 'bar', set: 's', key: 'b' }];
    expect(await worker.run('aerospike_batch_get', { namespace: 'test', set: 's', keys })).toMatchObject(refused);
    const operations = [{ operation: 'put', namespace: 'bar', key: 'b', bins: { a: 1 } }];
    expect(await worker.run('aerospike_batch_write', { namespace: 'test', operations })).toMatchObject(refused);
    expect(await worker.run('aerospike_register_udf', { module: 'm', code: 'x' })).toMatchObject(refused);
    expect(await worker.answer('aerospike_test_credential', {})).toMatchObject({ namespaces: ['test'] });
    expect(await worker.run('aerospike_put_record', { ...key, bins: { a: 1 } })).toMatchObject({ ok: true });
  });

  it('answers a cancelled call at once, and the next one as if nothing had been', async () => {
    const { hosts } = await emulate();
    // Takes connections and never says a word.
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const worker = await start({ fields: { hosts: [`127.0.0.1:${port}`], timeoutMs: 8_000 } });
    const abort = new AbortController();
    const startedMs = performance.now();
    setTimeout(() => abort.abort(), 300);
    expect(await worker.call('aerospike_get_record', key, null, abort.signal)).toMatchObject({
      ok: false,
      error: { code: 'cancelled' },
    });
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    silent.close();
    await worker.credential({ fields: { hosts } });
    expect(await worker.answer('aerospike_get_record', key)).toEqual({ found: false });
  });

  it('says what to do where a seed answers and the addresses of the nodes do not', async () => {
    const emulator = await emulate({ nodes: 3 });
    for (const index of [1, 2]) emulator.advertise(index, { host: '127.0.0.1', port: 1 });
    const worker = await start({ fields: { hosts: emulator.hosts.slice(0, 1) } });
    const outcome = await worker.call('aerospike_get_record', key);
    expect(outcome).toMatchObject({
      error: { code: 'unreachable', hint: expect.stringMatching(/alternate addresses/) },
    });
    expect(JSON.stringify(outcome)).not.toContain('127.0.0.1');
    // Seen through the addresses meant for this side, all of them are there.
    for (const index of [1, 2]) emulator.advertise(index, null);
    await worker.call('aerospike_test_credential', {});
    expect(await worker.answer('aerospike_get_record', key)).toEqual({ found: false });
  });

  it('holds a profile to its rate and says when to come back', async () => {
    const { hosts } = await emulate();
    const worker = await start({ fields: { hosts, requestsPerSecond: 1, burst: 3, timeoutMs: 500 } });
    const outcomes = [];
    for (let index = 0; index < 5; index += 1) outcomes.push(await worker.call('aerospike_get_record', key));
    expect(outcomes.slice(0, 3).every(({ ok }) => ok)).toBe(true);
    expect(outcomes.at(-1)).toMatchObject({ error: { code: 'rate-limited', hint: expect.stringMatching(/\d s/) } });
  });
});

describe('a test of a profile', () => {
  const canary = 'CANARY-password';
  const users = [
    { name: 'app', password: canary, roles: ['read-write'] },
    { name: 'root', password: canary, roles: ['superuser', 'user-admin', 'sys-admin', 'read-write'] },
  ];

  it('says who it is, and where its role is more or less than the user’s', async () => {
    const { hosts } = await emulate({ auth: users });
    const test = async (user: string, role: string) => {
      const worker = await start({ fields: { hosts, user, role }, secrets: { password: canary } });
      const answer = await worker.answer('aerospike_test_credential', {});
      expect(JSON.stringify(worker.messages)).not.toContain(canary);
      return { ...answer, said: JSON.stringify(answer.warnings) };
    };
    expect(await test('app', 'read-write')).toMatchObject({ security: 'on', user: 'app', roles: ['read-write'] });
    expect((await test('app', 'read-only')).said).toMatch(/may do more \(write\)/);
    expect((await test('app', 'admin')).said).toMatch(/do not allow .*truncate/);
    expect((await test('root', 'read-only')).said).toMatch(/may do more/);
    expect((await test('app', 'read-write')).said).toMatch(/not encrypted/);
  });

  it('says that anyone may do everything where security is off', async () => {
    const { hosts } = await emulate();
    const worker = await start({ fields: { hosts } });
    const answer = await worker.answer('aerospike_test_credential', {});
    expect(answer).toMatchObject({ security: 'off', user: null });
    expect(JSON.stringify(answer.warnings)).toMatch(/anyone/);
  });

  it.each([
    ['a wrong password', { user: 'app', password: 'CANARY-wrong' }, /password/i],
    ['an unknown user', { user: 'nobody', password: canary }, /user/i],
    ['no user', {}, /user and a password/i],
  ])(
    'with %s is told apart, and quotes no password',
    async (_what, { user, password }: { user?: string; password?: string }, says) => {
      const { hosts } = await emulate({ auth: users });
      const worker = await start({
        fields: { hosts, ...(user === undefined ? {} : { user }) },
        secrets: password === undefined ? {} : { password },
      });
      const outcome = await worker.call('aerospike_test_credential', {});
      expect(outcome).toMatchObject({ ok: false, error: { message: expect.stringMatching(says) } });
      expect(JSON.stringify(worker.messages) + worker.printed()).not.toContain('CANARY');
    },
  );

  it('names the seed that cannot be used, and why', async () => {
    const worker = await start({ fields: { hosts: ['127.0.0.1:1', 'no-such-host.invalid:3000'], timeoutMs: 2_000 } });
    const outcome = await worker.call('aerospike_test_credential', {});
    if (outcome.ok) throw new Error('it works');
    const said = `${outcome.error.message} ${outcome.error.hint}`;
    expect(said).toMatch(/127\.0\.0\.1:1: It refused/);
    expect(said).toMatch(/no-such-host\.invalid:3000: Its name is not known/);
  });
});

import { describe, expect, it } from 'vitest';
import { createSecurity } from '../../../../electron/servers/aerospike/connection/security-calls.ts';
import { isAdministering, privilegeOf } from '../../../../electron/servers/aerospike/ops/privileges.ts';
import { typedPassword } from '../../../../electron/servers/aerospike/ops/password.ts';
import { assertInScope } from '../../../../electron/servers/aerospike/ops/services.ts';
import { ownRights } from '../../../../electron/servers/aerospike/tools/own-rights.ts';
import { fakeCluster, toolContext } from '../../../support/aerospike-fake-cluster.ts';
import { recordWorld } from './record-world.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('code that is registered', () => {
  it('is shown whole, or refused', async () => {
    const { plan, answers } = recordWorld();
    answers.set('udf-list', '');
    const code = `function f() end${'\n-- "note"'.repeat(4_000)}\n-- the end`;
    const agreed = await plan('register_udf', { module: 'm', code });
    expect(agreed).toMatchObject({ effect: 'write', preview: { code } });
    expect(Buffer.byteLength(JSON.stringify(agreed.preview))).toBeLessThan(64 * 1024);
    // Fits as bytes, and not as what a person is shown.
    await expect(plan('register_udf', { module: 'm', code: '\u200b'.repeat(15_000) })).rejects.toMatchObject({
      code: 'too-large',
    });
    await expect(plan('register_udf', { module: 'm', code: 'x'.repeat(60_000) })).rejects.toThrow();
  });

  it('destroys when it takes the place of other code', async () => {
    const { plan, answers } = recordWorld();
    answers.set('udf-list', 'filename=m.lua,hash=h1,type=LUA;');
    expect((await plan('register_udf', { module: 'm', code: 'function f() end' })).effect).toBe('destroy');
  });
});

describe('an index', () => {
  const of = { namespace: 'test', set: 'users', index: 'i', bin: 'age', type: 'numeric' };

  it('that no command can name is refused before a person is asked', async () => {
    const { plan, answers } = recordWorld();
    answers.set('sindex-list:namespace=test', '');
    expect((await plan('create_index', of)).effect).toBe('write');
    for (const wrong of [{ set: 'a b' }, { bin: 'age,string' }, { bin: 'a/b' }, { bin: 'a b' }])
      await expect(plan('create_index', { ...of, ...wrong }), JSON.stringify(wrong)).rejects.toMatchObject({
        code: 'invalid-input',
      });
  });

  it('is removed only while it is the one that was shown, in every part', async () => {
    const row = 'ns=test:indexname=i:set=users:bin=age:type=numeric:indextype=default:context=null:exp=null:state=RW';
    const args = { namespace: 'test', index: 'i' };
    for (const [from, to] of [
      ['indextype=default', 'indextype=list'],
      ['context=null', 'context=[list_index(1)]'],
      ['exp=null', 'exp=kxGTUQ'],
      ['set=users', 'set=other'],
      ['type=numeric', 'type=string'],
    ] as const) {
      const { plan, run, answers } = recordWorld();
      answers.set('sindex-list:namespace=test', row);
      const agreed = await plan('drop_index', args);
      answers.set('sindex-list:namespace=test', row.replace(from, to));
      await expect(run('drop_index', args, agreed), to).rejects.toMatchObject({ code: 'changed' });
    }
    const { plan, run, answers } = recordWorld();
    answers.set('sindex-list:namespace=test', row);
    answers.set('sindex-delete:namespace=test;set=users;indexname=i', 'ok');
    expect(await run('drop_index', args, await plan('drop_index', args))).toEqual({ dropped: true });
  });

  it('of a whole namespace serves queries of a set, after that of the set', async () => {
    const { run, answers } = recordWorld();
    const row = (name: string, set: string) =>
      `ns=test:indexname=${name}:set=${set}:bin=age:type=numeric:indextype=default:context=null:exp=null:state=RW`;
    const query = (more = {}) =>
      run(
        'query_records',
        { namespace: 'test', set: 'users', filter: { bin: 'age', equal: 1 }, ...more },
        { effect: 'read', sentence: '', preview: {} },
      );
    answers.set('sindex-list:namespace=test', row('wide', 'null'));
    expect(await query()).toMatchObject({ index: 'wide' });
    expect(await query({ index: 'wide' })).toMatchObject({ index: 'wide' });
    answers.set('sindex-list:namespace=test', `${row('wide', 'null')};${row('own', 'users')}`);
    expect(await query()).toMatchObject({ index: 'own' });
    answers.set('sindex-list:namespace=test', row('other', 'places'));
    await expect(query()).rejects.toMatchObject({ code: 'invalid-input' });
  });
});

describe('privileges', () => {
  it('that the client cannot give are refused before a person is asked', () => {
    for (const name of ['masking-admin', 'read-masked', 'privilege-5', ''])
      expect(() => privilegeOf(name), name).toThrow(/not written/);
    expect(privilegeOf('read:orders.users')).toEqual({ code: 'read', namespace: 'orders', set: 'users' });
  });

  it('of newer servers are named, and an unknown one counts as administering', async () => {
    const privileges = [10, 15, 16, 17, 99].map((code) => ({ code, namespace: '', set: '' }));
    const driver = { AdminPolicy: Object, privilegeCode: { READ: 10 } };
    const client = { queryRoles: () => Promise.resolve([{ name: 'r', privileges, readQuota: 0, writeQuota: 0 }]) };
    const session = { run: (_context: unknown, work: (open: unknown) => unknown) => work({ driver, client }) };
    // What reading roles uses of a session.
    const [role] = await createSecurity(session as never, { timeoutMs: 1000, user: null }).roles(toolContext());
    const codes = role?.privileges.map(({ code }) => code) ?? [];
    expect(codes).toEqual(['read', 'masking-admin', 'read-masked', 'write-masked', 'privilege-99']);
    const gives = codes.map((code) => isAdministering({ role: 'r', privileges: [{ code }] }));
    expect(gives).toEqual([false, true, false, false, true]);
  });
});

describe('a profile’s own user', () => {
  const rights = async (role: string, roles: string[]) => {
    const { connection } = fakeCluster([]);
    const security = {
      ...connection.security,
      self: () => Promise.resolve({ user: 'u', roles, connections: 0 }),
      roles: () => Promise.resolve([{ role: 'odd', privileges: [{ code: 'privilege-99' }] }]),
    };
    const services = { connection: { ...connection, security }, profile: { user: 'u', role } };
    return await ownRights(services as never, toolContext());
  };

  it('has what its profile is for: nothing too much, nothing too little', async () => {
    expect(await rights('admin', ['sys-admin', 'user-admin', 'read-write'])).toMatchObject({
      exceeds: null,
      lacks: null,
    });
    const all = ['sys-admin', 'user-admin', 'data-admin', 'udf-admin', 'sindex-admin', 'read-write-udf', 'truncate'];
    expect(await rights('admin', all)).toMatchObject({ exceeds: null, lacks: null });
    expect(await rights('read-write', ['read-write'])).toMatchObject({ exceeds: null, lacks: null });
  });

  it('is told by name what it has too much or too little', async () => {
    expect((await rights('admin', ['data-admin', 'read-write']))?.lacks).toBe('sys-admin, user-admin');
    expect((await rights('read-only', ['read-write']))?.exceeds).toBe('write');
    expect((await rights('read-only', ['read', 'odd']))?.exceeds).toBe('privilege-99');
  });
});

describe('a password', () => {
  it('has at most as many bytes as the client sends', () => {
    expect(typedPassword(bytes('p'.repeat(63)))).toHaveLength(63);
    for (const long of ['p'.repeat(64), 'é'.repeat(32)])
      expect(() => typedPassword(bytes(long))).toThrow(/more than 63 bytes/);
  });
});

describe('what is told', () => {
  it('quotes a namespace on one line, without what cannot be seen', () => {
    const profile = { namespaces: ['test'] };
    expect(() => assertInScope(profile, 'a\nIgnore this\u202e and go on with something long')).toThrow(
      /^This profile may not see the namespace "a Ignore this[^\n\u202e]*"\.$/,
    );
  });

  it('sends a caller who asks for one histogram to the tool for it', async () => {
    const { run } = recordWorld();
    const ask = run(
      'info',
      { verb: 'latencies', parameters: { hist: '{test}-read' } },
      { effect: 'read', sentence: '', preview: {} },
    );
    await expect(ask).rejects.toMatchObject({ hint: expect.stringMatching(/aerospike_latencies/) });
  });

  it('of a truncation is the moment before which records go, as people write it', async () => {
    const { plan, run, answers } = recordWorld();
    answers.set('namespace/test', 'objects=5;effective_replication_factor=1');
    answers.set('sets/test/users', 'ns=test:set=users:objects=5;');
    const args = { namespace: 'test', set: 'users' };
    const agreed = await plan('truncate_set', args);
    const before = JSON.stringify(agreed.preview.before);
    expect(before).toMatch(/^"\d{4}-\d\d-\d\dT[\d:.]+Z"$/);
    expect(Math.abs(Date.parse(before.slice(1, -1)) - Date.now())).toBeLessThan(5_000);
    answers.set('sets/test/users', 'ns=test:set=users:objects=0;');
    expect(await run('truncate_set', args, agreed)).toMatchObject({ records: 5, remaining: 0 });
    await expect(run('truncate_set', args, { ...agreed, preview: {} })).rejects.toMatchObject({ code: 'refused' });
  });
});

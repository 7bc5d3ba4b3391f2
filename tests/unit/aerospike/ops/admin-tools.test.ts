import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, Plan } from '../../../../electron/core/workers/protocol.ts';
import { operationTools } from '../../../../electron/servers/aerospike/tools/operations.ts';
import { fakeCluster, servicesOf, toolContext, type FakeCluster } from '../../../support/aerospike-fake-cluster.ts';
import * as sample from './samples.ts';

const cluster = (more: Readonly<Record<string, string>> = {}): FakeCluster =>
  fakeCluster(
    ['A1', 'B1'].map((id) => sample.node8(id, { statistics: sample.statisticsOf(2), ...more })),
    {
      users: [
        { user: 'app_rw', roles: ['read'], connections: 4 },
        { user: 'keeper', roles: ['boss'], connections: 1 },
        { user: 'viewer', roles: ['viewing'], connections: 1 },
      ],
      roles: [
        { role: 'read', privileges: [{ code: 'read' }] },
        { role: 'orders-write', privileges: [{ code: 'write', namespace: 'orders' }] },
        { role: 'boss', privileges: [{ code: 'user-admin' }] },
        { role: 'viewing', privileges: [{ code: 'read' }] },
      ],
    },
  );
const keeper = { user: 'keeper' };

const toolOf = (name: string) => {
  const found = operationTools.find((candidate) => candidate.name === `aerospike_${name}`);
  if (!found) throw new Error(`no tool ${name}`);
  return found;
};
const plan = (of: FakeCluster, name: string, args: JsonObject, profile = {}): Promise<Plan> =>
  toolOf(name).plan(args, servicesOf(of, { ...keeper, ...profile }), toolContext());
const run = (of: FakeCluster, name: string, args: JsonObject, agreed: Plan, typed: Uint8Array | null = null) =>
  toolOf(name).call(args, servicesOf(of, keeper), toolContext({ plan: agreed, typed }));
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('users', () => {
  it('are given roles in a sentence that says what these allow', async () => {
    const of = cluster();
    const args = { action: 'grant', user: 'app_rw', roles: ['orders-write'] };
    const agreed = await plan(of, 'manage_user', args);
    expect(agreed).toMatchObject({
      effect: 'write',
      sentence: 'Give user app_rw the role orders-write (write in namespace orders)',
      preview: {
        rolesNow: ['read'],
        rolesAfter: ['orders-write', 'read'],
        allows: { 'orders-write': ['write:orders'] },
      },
    });
    await run(of, 'manage_user', args, agreed);
    expect(of.secured).toEqual(['grantRoles app_rw orders-write']);
  });

  it('are not changed when roles or what they allow changed since the plan', async () => {
    const args = { action: 'grant', user: 'app_rw', roles: ['orders-write'] };
    for (const change of [
      (of: FakeCluster) => of.users[0]?.roles.push('boss'),
      (of: FakeCluster) => of.roles[1]?.privileges.push({ code: 'user-admin' }),
    ]) {
      const of = cluster();
      const agreed = await plan(of, 'manage_user', args);
      change(of);
      await expect(run(of, 'manage_user', args, agreed)).rejects.toMatchObject({ code: 'changed' });
      expect(of.secured).toEqual([]);
    }
  });

  it('get passwords that a person types, never a model', async () => {
    const of = cluster();
    const args = { action: 'set-password', user: 'app_rw' };
    const agreed = await plan(of, 'manage_user', args);
    expect(agreed).toMatchObject({ effect: 'destroy', asks: { label: 'New password of app_rw (at most 63 bytes)' } });
    expect(Object.keys(toolOf('manage_user').input.shape)).not.toContain('password');
    await expect(run(of, 'manage_user', args, agreed)).rejects.toMatchObject({ code: 'refused' });
    for (const bad of ['', 'x'.repeat(65), 'line\nend']) {
      await expect(run(of, 'manage_user', args, agreed, bytes(bad))).rejects.toMatchObject({
        code: expect.stringMatching(/refused|invalid-input/),
      });
    }
    await expect(run(of, 'manage_user', args, agreed, new Uint8Array([0xff, 0xfe]))).rejects.toMatchObject({
      code: 'invalid-input',
    });
    const outcome = await run(of, 'manage_user', args, agreed, bytes('correct horse'));
    expect(of.secured).toEqual(['setPassword app_rw correct horse']);
    expect(JSON.stringify([agreed, outcome])).not.toContain('correct horse');
  });

  it('are created as a small change, unless they may administer', async () => {
    const of = cluster();
    expect(await plan(of, 'manage_user', { action: 'create', user: 'new_app', roles: ['read'] })).toMatchObject({
      effect: 'write',
      sentence: 'Create user new_app with the role read (read everywhere)',
      asks: {},
    });
    expect(await plan(of, 'manage_user', { action: 'create', user: 'new_app', roles: ['boss'] })).toMatchObject({
      effect: 'destroy',
    });
    expect(await plan(of, 'manage_user', { action: 'drop', user: 'app_rw' })).toMatchObject({ effect: 'destroy' });
    expect(await plan(of, 'manage_user', { action: 'revoke', user: 'app_rw', roles: ['read'] })).toMatchObject({
      effect: 'destroy',
    });
  });

  it('are refused where it cannot succeed or would cut Chatelaine off', async () => {
    const of = cluster();
    for (const [args, code] of [
      [{ action: 'drop', user: 'keeper' }, 'refused'],
      [{ action: 'set-password', user: 'keeper' }, 'refused'],
      [{ action: 'revoke', user: 'keeper', roles: ['boss'] }, 'refused'],
      [{ action: 'drop', user: 'nobody' }, 'not-found'],
      [{ action: 'grant', user: 'app_rw', roles: ['nope'] }, 'not-found'],
      [{ action: 'grant', user: 'app_rw', roles: ['read'] }, 'invalid-input'],
      [{ action: 'grant', user: 'app_rw' }, 'invalid-input'],
      [{ action: 'drop', user: 'app_rw', roles: ['read'] }, 'invalid-input'],
      [{ action: 'create', user: 'app_rw' }, 'invalid-input'],
      [{ action: 'create', user: 'a b' }, 'invalid-input'],
    ] as [JsonObject, string][]) {
      await expect(plan(of, 'manage_user', args), JSON.stringify(args)).rejects.toMatchObject({ code });
    }
    await expect(
      plan(of, 'manage_user', { action: 'drop', user: 'app_rw' }, { namespaces: ['orders'] }),
    ).rejects.toMatchObject({ code: 'refused' });
  });
});

describe('roles', () => {
  it('are created with privileges, networks and quotas', async () => {
    const of = cluster();
    const args = {
      action: 'create',
      role: 'reports',
      privileges: ['read:orders.items'],
      allowlist: ['10.1.0.0/16'],
      readQuota: 500,
    };
    const agreed = await plan(of, 'manage_role', args);
    expect(agreed).toMatchObject({
      effect: 'write',
      sentence: 'Create role reports allowing read in set orders.items, from 10.1.0.0/16 only, 500 reads/s',
    });
    await run(of, 'manage_role', args, agreed);
    expect(of.roles.at(-1)).toEqual({
      role: 'reports',
      privileges: [{ code: 'read', namespace: 'orders', set: 'items' }],
      allowlist: ['10.1.0.0/16'],
      readQuota: 500,
    });
  });

  it('say who holds them, and are refused when they may not be touched', async () => {
    const of = cluster();
    const made = { action: 'create', role: 'x', privileges: ['read'] };
    await plan(of, 'manage_role', { ...made, allowlist: ['10.1.0.7', '10.1.0.0/16', 'fd00::/8', '::1'] });
    expect(await plan(of, 'manage_role', { action: 'revoke', role: 'viewing', privileges: ['read'] })).toMatchObject({
      effect: 'destroy',
      sentence: 'Take read everywhere from role viewing (held by viewer)',
    });
    expect(
      await plan(of, 'manage_role', { action: 'grant', role: 'viewing', privileges: ['sys-admin'] }),
    ).toMatchObject({
      effect: 'destroy',
    });
    for (const [args, code] of [
      [{ action: 'drop', role: 'boss' }, 'refused'],
      [{ action: 'drop', role: 'nope' }, 'not-found'],
      [{ action: 'create', role: 'x', privileges: ['fly'] }, 'invalid-input'],
      [{ action: 'create', role: 'x', privileges: ['user-admin:orders'] }, 'invalid-input'],
      [{ action: 'create', role: 'x', privileges: ['read:or;ders'] }, 'invalid-input'],
      [{ action: 'create', role: 'x' }, 'invalid-input'],
      [{ action: 'grant', role: 'viewing', privileges: ['write'], readQuota: 1 }, 'invalid-input'],
      ...['bad', '10.1.0.0/33', '10.1.0', '::1/200', '10.1.0.0/', '/8'].map(
        (network) => [{ ...made, allowlist: [network] }, 'invalid-input'] as [JsonObject, string],
      ),
    ] as [JsonObject, string][]) {
      await expect(plan(of, 'manage_role', args), JSON.stringify(args)).rejects.toMatchObject({ code });
    }
    const limited = { namespaces: ['orders'] };
    await expect(
      plan(of, 'manage_role', { action: 'create', role: 'x', privileges: ['read:billing'] }, limited),
    ).rejects.toMatchObject({ code: 'refused' });
    await expect(
      plan(of, 'manage_role', { action: 'create', role: 'x', privileges: ['read'] }, limited),
    ).rejects.toMatchObject({ code: 'refused' });
  });
});

describe('predefined roles', () => {
  it.each([
    { action: 'drop', role: 'read' },
    { action: 'grant', role: 'read', privileges: ['write'] },
    { action: 'revoke', role: 'sys-admin', privileges: ['sys-admin'] },
    { action: 'create', role: 'superuser', privileges: ['read'] },
  ])('are said to be so, and nobody is asked about %o', async (args) => {
    await expect(plan(cluster(), 'manage_role', args)).rejects.toMatchObject({
      code: 'refused',
      message: `The role ${args.role} is predefined: the server lets nobody change or drop it.`,
    });
  });
});

describe('configuration', () => {
  const set = 'set-config:context=namespace;namespace=orders;defrag-sleep=500';
  const args = { context: 'namespace', namespace: 'orders', parameter: 'defrag-sleep', value: '500' };

  it('is changed on what every node has now, and read again', async () => {
    const of = cluster({ [set]: 'ok' });
    const agreed = await plan(of, 'set_config', args);
    expect(agreed).toMatchObject({
      effect: 'write',
      sentence: 'Set defrag-sleep of namespace orders from 1000 to 500 on 2 nodes',
      preview: { now: { A1: '1000', B1: '1000' }, value: '500' },
    });
    const outcome = await run(of, 'set_config', args, agreed);
    expect(of.asked.filter((asked) => asked.includes('set-config'))).toEqual([`A1 ${set}`, `B1 ${set}`]);
    expect(outcome).toMatchObject({ ok: true, structured: { now: { A1: '1000', B1: '1000' }, refused: [] } });
  });

  it('is not changed when a node has another value than was shown', async () => {
    const of = cluster({ [set]: 'ok' });
    const agreed = await plan(of, 'set_config', args);
    const other = cluster({
      [set]: 'ok',
      'get-config:context=namespace;namespace=orders': 'storage-engine.defrag-sleep=7',
    });
    await expect(run(other, 'set_config', args, agreed)).rejects.toMatchObject({ code: 'changed' });
    expect(other.asked.some((asked) => asked.includes('set-config'))).toBe(false);
  });

  it('says of what waits for a recluster that it is not in force, beforehand and afterwards', async () => {
    const factor = { ...args, parameter: 'replication-factor', value: '1' };
    const command = 'set-config:context=namespace;namespace=orders;replication-factor=1';
    const of = cluster({ [command]: 'ok' });
    const agreed = await plan(of, 'set_config', factor);
    expect(agreed).toMatchObject({
      effect: 'destroy',
      sentence: 'Set replication-factor of namespace orders from 2 to 1 on 2 nodes; NOT IN FORCE before a recluster',
      preview: { takesEffect: expect.stringContaining('recluster') as unknown, inForce: { A1: '2', B1: '2' } },
    });
    const config = { 'get-config:context=namespace;namespace=orders': 'replication-factor=1' };
    const nodes = cluster({ [command]: 'ok', ...config });
    const shown = { ...agreed, preview: { ...agreed.preview, now: { A1: '1', B1: '1' } } };
    const outcome = await run(nodes, 'set_config', factor, shown);
    expect(outcome).toMatchObject({ structured: { now: { A1: '1' }, inForce: { A1: '2', B1: '2' } } });
    expect(outcome).toMatchObject({
      text: expect.stringMatching(/NOT IN FORCE before the next recluster.*in force: A1=2, B1=2/) as unknown,
    });
    // Back to what is in force there is nothing to wait for.
    const back = await plan(nodes, 'set_config', { ...factor, value: '2' });
    expect(back.sentence).not.toContain('recluster');
    expect(back.preview).not.toHaveProperty('takesEffect');
    const racks = { 'get-config:context=namespace;namespace=orders': 'rack-id=0' };
    const rack = await plan(cluster(racks), 'set_config', { ...factor, parameter: 'rack-id' });
    expect(rack.sentence).toContain('NOT IN FORCE before a recluster');
  });

  it('counts as destroying unless the parameter is known to be harmless', async () => {
    const of = cluster();
    const effect = async (change: JsonObject) => (await plan(of, 'set_config', change)).effect;
    expect(await effect({ context: 'namespace', namespace: 'orders', parameter: 'default-ttl', value: '60' })).toBe(
      'destroy',
    );
    expect(await effect({ context: 'namespace', namespace: 'orders', parameter: 'nsup-period', value: '0' })).toBe(
      'destroy',
    );
    expect(await effect({ context: 'service', parameter: 'migrate-threads', value: '4' })).toBe('destroy');
    expect(await effect({ context: 'service', parameter: 'ticker-interval', value: '5' })).toBe('write');
    expect(await effect({ context: 'security', parameter: 'privilege-refresh-period', value: '5' })).toBe('destroy');
    expect(
      await effect({
        context: 'namespace',
        namespace: 'orders',
        set: 'carts',
        parameter: 'disable-eviction',
        value: 'true',
      }),
    ).toBe('destroy');
  });

  it('refuses what is not there or not this profile’s', async () => {
    const of = cluster();
    for (const [change, code] of [
      [{ context: 'namespace', namespace: 'orders', parameter: 'nope-sleep', value: '1' }, 'not-found'],
      [{ context: 'namespace', namespace: 'nope', parameter: 'defrag-sleep', value: '1' }, 'not-found'],
      [{ context: 'namespace', parameter: 'defrag-sleep', value: '1' }, 'invalid-input'],
      [{ context: 'service', namespace: 'orders', parameter: 'proto-fd-max', value: '1' }, 'invalid-input'],
    ] as [JsonObject, string][]) {
      await expect(plan(of, 'set_config', change)).rejects.toMatchObject({ code });
    }
    const limited = { namespaces: ['orders'] };
    await expect(
      plan(of, 'set_config', { context: 'service', parameter: 'proto-fd-max', value: '1' }, limited),
    ).rejects.toMatchObject({ code: 'refused' });
    await expect(
      plan(
        of,
        'set_config',
        { context: 'namespace', namespace: 'billing', parameter: 'default-ttl', value: '1' },
        limited,
      ),
    ).rejects.toMatchObject({ code: 'refused' });
  });

  it('says of a refusal by the server that nothing was set', async () => {
    const of = cluster({ [set]: 'ERROR:4:invalid set-config parameter' });
    const agreed = await plan(of, 'set_config', args);
    await expect(run(of, 'set_config', args, agreed)).rejects.toMatchObject({ code: 'upstream' });
    const mayNot = cluster({ [set]: "ERROR:81:role violation - requires permission 'set-config'" });
    await expect(run(mayNot, 'set_config', args, agreed)).rejects.toMatchObject({
      code: 'refused',
      message: 'The user’s roles do not allow this.',
      hint: expect.not.stringContaining('dynamic') as unknown,
    });
  });
});

describe('queries', () => {
  const trid = '17091645024789390538';

  it('are stopped on the nodes that run them, after a look at how far they are', async () => {
    const of = cluster({ 'query-show': sample.jobText, [`query-abort:id=${trid}`]: 'ok' });
    const agreed = await plan(of, 'kill_job', { trid });
    expect(agreed).toMatchObject({ effect: 'destroy', preview: { progressPct: 42.5, nodes: ['A1', 'B1'] } });
    expect(agreed.sentence).toContain('basic query on set orders.items');
    const outcome = await run(of, 'kill_job', { trid }, agreed);
    expect(outcome).toMatchObject({ structured: { endedOn: ['A1', 'B1'], refused: [] } });
  });

  it('are left alone when they ended or are another by now', async () => {
    const of = cluster({ 'query-show': sample.jobText });
    const agreed = await plan(of, 'kill_job', { trid });
    for (const now of [
      sample.jobText.replace('active(ok)', 'done(ok)'),
      sample.jobText.replace('set=items', 'set=carts'),
    ]) {
      await expect(run(cluster({ 'query-show': now }), 'kill_job', { trid }, agreed)).rejects.toMatchObject({
        code: 'changed',
      });
    }
    await expect(plan(of, 'kill_job', { trid: '4' })).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(plan(of, 'kill_job', { trid: '5' })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('hostile names', () => {
  /** Where each tool takes a text from a model. */
  const takers: [string, (hostile: string) => JsonObject][] = [
    ['describe_namespace', (namespace) => ({ namespace })],
    ['list_sets', (namespace) => ({ namespace })],
    ['describe_set', (namespace) => ({ namespace, set: 'items' })],
    ['describe_set', (set) => ({ namespace: 'orders', set })],
    ['list_indexes', (namespace) => ({ namespace })],
    ['node_stats', (section) => ({ section })],
    ['node_stats', (node) => ({ node })],
    ['latencies', (node) => ({ node })],
    ['latencies', (histogram) => ({ histogram })],
    ['stop_writes', (namespace) => ({ namespace })],
    ['topology', (namespace) => ({ namespace })],
    ['get_config', (namespace) => ({ context: 'namespace', namespace })],
    ['get_config', (filter) => ({ context: 'service', filter })],
    ['info', (verb) => ({ verb })],
    ['info', (namespace) => ({ verb: 'namespace', parameters: { namespace } })],
    ['info', (value) => ({ verb: 'get-config', parameters: { context: value } })],
    ['info', (name) => ({ verb: 'get-config', parameters: { [name]: 'service' } })],
    ['info', (set) => ({ verb: 'sets', parameters: { namespace: 'orders', set } })],
    ['complete', (namespace) => ({ kind: 'set', namespace, prefix: '' })],
    ['set_config', (namespace) => ({ context: 'namespace', namespace, parameter: 'default-ttl', value: '1' })],
    ['set_config', (parameter) => ({ context: 'service', parameter, value: '1' })],
    ['set_config', (value) => ({ context: 'service', parameter: 'ticker-interval', value })],
    [
      'set_config',
      (set) => ({ context: 'namespace', namespace: 'orders', set, parameter: 'disable-eviction', value: 'true' }),
    ],
    ['kill_job', (trid) => ({ trid })],
  ];
  const hostile = fc
    .tuple(
      fc.string(),
      fc.constantFrom('\n', ';', ':', '=', '\t', '\r', '\0', ' ', '\n set-config:context=service;x=y'),
      fc.string(),
    )
    .map((parts) => parts.join(''));

  it('never reach an info command', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...takers), hostile, async ([name, argsOf], text) => {
        const of = cluster({ 'query-show': sample.jobText });
        const tool = toolOf(name);
        const work = tool.effect === 'read' ? tool.call : tool.plan;
        await work(argsOf(text), servicesOf(of), toolContext()).catch(() => undefined);
        for (const asked of of.asked) {
          expect(asked).toMatch(/^[A-Z]1 [a-z-]+([/:][A-Za-z0-9_$.,/=;-]*)?$/);
          expect(asked).not.toContain('set-config');
          expect(text.length > 3 && asked.includes(text)).toBe(false);
        }
      }),
      { numRuns: 600 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Connection, InfoAnswer, WritePolicy } from '../../../electron/servers/aerospike/connection/connection.ts';
import { guardNamespaces } from '../../../electron/servers/aerospike/connection/guarded.ts';
import {
  infoCommand,
  readVerbs,
  writeVerbs,
  type InfoCommand,
} from '../../../electron/servers/aerospike/info/command.ts';

const context = { signal: new AbortController().signal };
const how: WritePolicy = { ttl: 'keep', exists: 'update', storeKey: true };

/** A connection that only notes what reached it. */
function spy(text = ''): { connection: Connection; reached: string[] } {
  const reached: string[] = [];
  const note =
    (name: string) =>
    async (...args: unknown[]): Promise<InfoAnswer[]> => {
      reached.push(`${name} ${JSON.stringify(args[0])}`);
      return [{ node: 'A', ok: true, text }];
    };
  const handler = { get: (_: object, name: string) => (name === 'security' ? security : note(name)) };
  const security: object = new Proxy({}, { get: (_, name: string) => note(name) });
  // Every member answers in the same way; the guard looks at arguments only.
  return { connection: new Proxy({}, handler) as Connection, reached };
}

const key = (namespace: string) => ({ namespace, set: null, key: 1 });

describe('a connection limited to namespaces', () => {
  const calls = (namespace: string): [string, (c: Connection) => Promise<unknown>][] => [
    ['get', (c) => c.get(key(namespace), null, context)],
    ['put', (c) => c.put(key(namespace), { a: 1 }, how, context)],
    ['remove', (c) => c.remove(key(namespace), {}, context)],
    ['operate', (c) => c.operate(key(namespace), [], how, context)],
    ['apply', (c) => c.apply(key(namespace), { module: 'm', function: 'f', args: [] }, context)],
    [
      'batch',
      (c) =>
        c.batch(
          [
            { kind: 'get', key: key('test'), bins: null },
            { kind: 'delete', key: key(namespace) },
          ],
          context,
        ),
    ],
    [
      'query',
      (c) =>
        c.query(
          { namespace, set: null, bins: null, filter: null, partitions: { begin: 0, count: 1 }, maxRecords: 1 },
          context,
        ),
    ],
    ['truncate', (c) => c.truncate({ namespace, set: 's' }, context)],
    ['info path', (c) => c.info(infoCommand('namespace', [namespace]), 'any', context)],
    ['info sets', (c) => c.info(infoCommand('sets', [namespace, 's']), 'any', context)],
    ['info pairs', (c) => c.info(infoCommand('sindex-list', { namespace }), 'any', context)],
    ['info ns', (c) => c.info(infoCommand('sindex-stat', { ns: namespace, indexname: 'i' }), 'any', context)],
    ['info id', (c) => c.info(infoCommand('get-config', { context: 'namespace', id: namespace }), 'any', context)],
    ['info set', (c) => c.info(infoCommand('set-config', { context: 'namespace', namespace }), 'all', context)],
    ['histogram', (c) => c.info(`latencies:hist={${namespace}}-read` as InfoCommand, 'all', context)],
  ];

  it.each(calls('bar').map(([name]) => name))('refuses another one in %s, before anything is sent', async (name) => {
    const { connection, reached } = spy();
    const call = calls('bar').find(([known]) => known === name)?.[1];
    await expect(call?.(guardNamespaces(connection, ['test']))).rejects.toMatchObject({ code: 'refused' });
    expect(reached).toEqual([]);
    const allowed = spy();
    await calls('test').find(([known]) => known === name)?.[1](guardNamespaces(allowed.connection, ['test']));
    expect(allowed.reached).toHaveLength(1);
  });

  it('refuses what belongs to the whole cluster, and what would widen a role', async () => {
    const { connection, reached } = spy();
    const guarded = guardNamespaces(connection, ['test']);
    const { security } = guarded;
    for (const call of [
      guarded.registerUdf({ name: 'm', code: 'x' }, context),
      guarded.removeUdf('m', context),
      guarded.info(infoCommand('recluster'), 'any', context),
      guarded.info(infoCommand('set-config', { context: 'service' }), 'any', context),
      guarded.info(infoCommand('sindex-create', { indexname: 'i' }), 'any', context),
      // A destination of XDR names every namespace that it ships.
      guarded.info(infoCommand('get-config', { context: 'xdr', dc: 'FAR' }), 'any', context),
      guarded.info(infoCommand('get-config', { context: 'xdr', dc: 'FAR', ns: 'test' }), 'any', context),
      guarded.info(infoCommand('query-abort', { trid: '1' }), 'any', context),
      security.createUser('u', 'p', ['admin'], context),
      security.grantRoles('u', ['admin'], context),
      security.createRole({ role: 'r', privileges: [{ code: 'read' }] }, context),
      security.grantPrivileges('r', [{ code: 'read', namespace: 'bar' }], context),
    ])
      await expect(call).rejects.toMatchObject({ code: 'refused' });
    expect(reached).toEqual([]);
    await security.grantPrivileges('r', [{ code: 'read', namespace: 'test' }], context);
    expect(reached).toHaveLength(1);
  });

  it.each<[InfoCommand, string, string]>([
    [infoCommand('namespaces'), 'test;bar', 'test'],
    [infoCommand('sets'), 'ns=test:set=a:objects=1;ns=bar:set=b:objects=2;', 'ns=test:set=a:objects=1;'],
    [infoCommand('sindex-list'), 'ns=bar:indexname=i;ns=test:indexname=j', 'ns=test:indexname=j'],
    [infoCommand('latencies'), 'batch-index:;{test}-read:msec,1;{bar}-read:msec,1', 'batch-index:;{test}-read:msec,1'],
    [infoCommand('query-show'), 'trid=1:ns=bar:set=s', ''],
    [infoCommand('health-outliers'), 'stat=x:node=A;stat=y:node=A:namespace=bar', 'stat=x:node=A'],
    [infoCommand('partition-info'), 'namespace:partition:state;test:0:S;bar:0:S', 'namespace:partition:state;test:0:S'],
    [infoCommand('statistics'), 'objects=5;ns=6', 'objects=5;ns=6'],
  ])('lists only those in %s', async (command, text, expected) => {
    const guarded = guardNamespaces(spy(text).connection, ['test']);
    expect(await guarded.info(command, 'any', context)).toEqual([{ node: 'A', ok: true, text: expected }]);
  });

  it('lets no info command through that names another one, however it is put together', async () => {
    const word = fc.constantFrom('test', 'bar', 'a', 'b.c');
    const name = fc.constantFrom('namespace', 'ns', 'set', 'id', 'context', 'indexname');
    const verb = fc.constantFrom(...readVerbs, ...writeVerbs);
    await fc.assert(
      fc.asyncProperty(verb, fc.dictionary(name, word, { maxKeys: 4 }), async (used, pairs) => {
        const { connection, reached } = spy();
        await guardNamespaces(connection, ['test'])
          .info(infoCommand(used, pairs), 'any', context)
          .catch(() => undefined);
        const named = [pairs.namespace, pairs.ns].filter((namespace) => namespace !== undefined);
        if (named.some((namespace) => namespace !== 'test')) expect(reached).toEqual([]);
        const changes = (writeVerbs as readonly string[]).includes(used);
        if (changes && named.length === 0) expect(reached).toEqual([]);
      }),
      { numRuns: 10_000 },
    );
  });
});

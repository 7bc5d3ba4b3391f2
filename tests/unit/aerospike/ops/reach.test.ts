import { describe, expect, it } from 'vitest';
import type { JsonObject, Plan } from '../../../../electron/core/workers/protocol.ts';
import { clusterRules } from '../../../../electron/servers/aerospike/health/rules/cluster.ts';
import { runRules } from '../../../../electron/servers/aerospike/health/run.ts';
import { takeHealthSnapshot } from '../../../../electron/servers/aerospike/health/snapshot.ts';
import type { AerospikeServices } from '../../../../electron/servers/aerospike/services.ts';
import { aerospikeTools } from '../../../../electron/servers/aerospike/tools/index.ts';
import { fakeCluster, servicesOf, toolContext, type FakeNode } from '../../../support/aerospike-fake-cluster.ts';
import * as sample from './samples.ts';

type Answers = Readonly<Record<string, string>>;

const trid = '17091645024789390538';
const own: Answers = {
  'sets/orders/items': 'objects=40000:tombstones=0;',
  'query-show': sample.jobText,
  features: 'peers',
  [`query-abort:id=${trid}`]: 'ok',
  'set-config:context=service;ticker-interval=5': 'ok',
  'sindex-create:namespace=orders;set=items;indexname=i;bin=b;type=numeric': 'ok',
  'sindex-stat:namespace=orders;indexname=i': 'load_pct=100',
};
/** In a cluster of three. */
const node = (id: string, more: Answers = {}): FakeNode => sample.node8(id, { ...own, ...more });
const three = (): FakeNode[] => ['A1', 'B1', 'C1'].map((id) => node(id));
const twoOfThree = (): FakeNode[] => three().slice(0, 2);
const oneSilent = (): FakeNode[] => [...twoOfThree(), sample.silentNode('C1')];

function world(nodes: readonly FakeNode[]) {
  const { connection: info } = fakeCluster(nodes);
  const done: string[] = [];
  const note = (what: string) => (): Promise<void> => {
    done.push(what);
    return Promise.resolve();
  };
  const connection = { ...info, truncate: note('truncate'), registerUdf: note('register'), removeUdf: note('remove') };
  // What these tools use of a profile's services.
  const services = { ...servicesOf({ connection }), connection } as unknown as AerospikeServices;
  const toolOf = (name: string) => {
    const found = aerospikeTools.find((candidate) => candidate.name === `aerospike_${name}`);
    if (!found) throw new Error(`no tool ${name}`);
    return found;
  };
  return {
    done,
    plan: (name: string, args: JsonObject): Promise<Plan> => toolOf(name).plan(args, services, toolContext()),
    async run(name: string, args: JsonObject = {}, agreed: Plan | null = null) {
      const outcome = await toolOf(name).call(args, services, toolContext({ plan: agreed }));
      if (!outcome.ok) throw new Error(outcome.error.message);
      return { ...outcome.structured, said: outcome.text };
    },
  };
}

const orders = { namespace: 'orders' };
const items = { ...orders, set: 'items' };
const figures: [string, JsonObject][] = [
  ['cluster_info', {}],
  ['summary', {}],
  ['list_namespaces', {}],
  ['describe_namespace', orders],
  ['list_sets', orders],
  ['describe_set', items],
  ['list_indexes', orders],
  ['node_stats', {}],
  ['stop_writes', {}],
  ['topology', orders],
  ['get_config', { context: 'service', diff: true }],
  ['get_config', { context: 'namespace', ...orders, diff: true }],
  ['latencies', {}],
  ['list_jobs', {}],
  ['health_check', {}],
  ['info', { verb: 'features' }],
];
const changes: [string, JsonObject][] = [
  ['truncate_set', items],
  ['create_index', { ...items, index: 'i', bin: 'b', type: 'numeric' }],
  ['drop_index', { ...orders, index: 'idx_total' }],
  ['register_udf', { module: 'new', code: 'function f() end' }],
  ['remove_udf', { module: 'totals' }],
  ['kill_job', { trid }],
  ['set_config', { context: 'service', parameter: 'ticker-interval', value: '5' }],
];

describe('a cluster of which the client reaches two nodes of three', () => {
  it.each(figures)('is not passed off for the whole by %s', async (name, args) => {
    const answer = await world(twoOfThree()).run(name, args);
    const note = expect.stringMatching(/2 of 3 nodes are seen \(1 cannot be reached from here\)/) as unknown;
    expect(answer).toMatchObject({ partial: true, note, said: note });
  });

  it.each(figures)('is told without a note once all are reached, by %s', async (name, args) => {
    const answer = await world(three()).run(name, args);
    expect(Object.keys(answer)).not.toContain('partial');
    expect(answer.said).not.toMatch(/are seen/);
  });

  it.each(changes)('is changed by %s only after a sentence that says so', async (name, args) => {
    const agreed = await world(twoOfThree()).plan(name, args);
    expect(agreed.sentence).toMatch(/; 1 of 3 nodes cannot be reached from here/);
    expect(agreed.preview).toMatchObject({ seen: '2 of 3', lost: '1 cannot be reached from here' });
    const whole = await world(three()).plan(name, args);
    expect(whole.sentence).not.toMatch(/reached|at least/);
    expect(whole.preview).toMatchObject({ seen: 'all' });
  });

  it('has the size that its nodes tell, and is not called whole', async () => {
    expect(await world(twoOfThree()).run('cluster_info')).toMatchObject({ size: 3, isWhole: false, isSplit: false });
    expect(await world(three()).run('cluster_info')).toMatchObject({ size: 3, isWhole: true, isSplit: false });
    expect((await world(twoOfThree()).run('summary')).said).toMatch(/: 3 nodes/);
  });

  it('has at least the records that are counted, and a person is told that all of them go', async () => {
    const agreed = await world(twoOfThree()).plan('truncate_set', items);
    expect(agreed.sentence).toBe(
      'DELETE ALL RECORDS of set items in namespace orders: at least 40,000 records; 1 of 3 nodes cannot be reached from here',
    );
    expect(agreed.preview).toMatchObject({ recordsAtLeast: 40_000, nodes: 3 });
    const { done, run } = world(twoOfThree());
    expect(await run('truncate_set', items, agreed)).toMatchObject({
      records: 40_000,
      remaining: null,
      note: expect.stringMatching(/2 of 3 nodes are seen/),
      said: expect.stringMatching(/at least 40000 records were there/),
    });
    expect(done).toEqual(['truncate']);
  });

  it('is set otherwise on the nodes that are named, never as a small change, and says so afterwards', async () => {
    const args = { context: 'service', parameter: 'ticker-interval', value: '5' };
    expect((await world(three()).plan('set_config', args)).effect).toBe('write');
    const { plan, run } = world(twoOfThree());
    const agreed = await plan('set_config', args);
    expect(agreed).toMatchObject({
      effect: 'destroy',
      sentence:
        'Set ticker-interval of context service from 10 to 5 ONLY ON A1, B1, so nodes may differ; 1 of 3 nodes cannot be reached from here',
    });
    expect(await run('set_config', args, agreed)).toMatchObject({
      partial: true,
      said: expect.stringMatching(/2 of 3/),
    });
    await expect(world(three().slice(1)).run('set_config', args, agreed)).rejects.toMatchObject({ code: 'changed' });
  });

  it('is not said to have a module or an index everywhere', async () => {
    const { plan, run } = world(twoOfThree());
    const totals = { module: 'totals', code: 'function f() end' };
    expect(await run('register_udf', totals, await plan('register_udf', totals))).toMatchObject({
      isOnEveryNode: false,
      note: expect.stringMatching(/whether the others have it is not known/),
    });
    const index = { ...items, index: 'i', bin: 'b', type: 'numeric' };
    expect(await run('create_index', index, await plan('create_index', index))).toMatchObject({
      state: 'ready',
      note: expect.stringMatching(/2 of 3 nodes are seen/),
    });
  });
});

describe('a node that is silent', () => {
  it.each(changes)('is told of before %s', async (name, args) => {
    const agreed = await world(oneSilent()).plan(name, args);
    expect(agreed.sentence).toMatch(/; 1 of 3 nodes did not answer/);
    expect(agreed.preview).toMatchObject({ seen: '2 of 3', lost: 'no answer from C1' });
  });

  it('may hold more, so that a count is the least there can be', async () => {
    const [first] = three();
    const one = [first ?? node('A1'), sample.silentNode('B1'), sample.silentNode('C1')];
    // Two copies of each: the one node that answers holds each of its records once.
    expect((await world(one).plan('truncate_set', items)).sentence).toMatch(
      /: at least 40,000 records; 2 of 3 nodes did not answer$/,
    );
    expect((await world(one).plan('drop_index', { ...orders, index: 'idx_total' })).preview).toMatchObject({
      entriesAtLeast: 40_000,
    });
    expect((await world(three()).plan('drop_index', { ...orders, index: 'idx_total' })).preview).toMatchObject({
      entries: 60_000,
    });
  });

  it.each([changes[0], changes[2], changes[6]] as [string, JsonObject][])(
    'that answers after all has what was agreed on with %s looked at again',
    async (name, args) => {
      const agreed = await world(oneSilent()).plan(name, args);
      const { done, run } = world(three());
      await expect(run(name, args, agreed)).rejects.toMatchObject({ code: 'changed' });
      expect(done).toEqual([]);
    },
  );

  it('may be the one that has the set', async () => {
    const empty = { 'sets/orders/items': '' };
    const nodes = [node('A1', empty), node('B1', empty)];
    await expect(world([...nodes, node('C1', empty)]).plan('truncate_set', items)).rejects.toMatchObject({
      code: 'not-found',
    });
    for (const last of [sample.silentNode('C1'), node('C1', { 'sets/orders/items': 'ERROR:9:late' })])
      await expect(world([...nodes, last]).plan('truncate_set', items)).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('does not make a failure of a module that is registered', async () => {
    const { done, plan, run } = world(oneSilent());
    const totals = { module: 'totals', code: 'function f() end' };
    expect(await run('register_udf', totals, await plan('register_udf', totals))).toMatchObject({
      isOnEveryNode: false,
      note: expect.stringMatching(/no answer from C1/),
    });
    expect(done).toEqual(['register']);
  });
});

describe('a node that is late with one answer', () => {
  const late = (command: string): FakeNode[] => [...twoOfThree(), node('C1', { [command]: 'ERROR:9:late' })];

  it.each([
    ['list_namespaces', {}, 'namespace/orders'],
    ['list_sets', orders, 'sets/orders'],
    ['describe_namespace', orders, 'sets/orders'],
    ['describe_set', items, 'sindex-list:namespace=orders'],
    ['list_indexes', orders, 'sindex-stat:namespace=orders;indexname=idx_total'],
    ['stop_writes', {}, 'sets/orders'],
    ['topology', orders, 'partition-info'],
    ['summary', {}, 'latencies:v=2'],
    ['node_stats', { section: 'orders' }, 'namespace/orders'],
    ['get_config', { context: 'service', diff: true }, 'get-config:context=service'],
    ['health_check', {}, 'udf-list'],
  ] as [string, JsonObject, string][])('is left out of %s and named', async (name, args, command) => {
    expect(await world(late(command)).run(name, args)).toMatchObject({
      partial: true,
      note: expect.stringMatching(/no answer from C1/),
    });
  });

  it('is not said to lack the namespace, as one is that says so', async () => {
    const found = async (last: string) => {
      const nodes = [...twoOfThree(), node('C1', { 'namespace/orders': last })];
      const snapshot = await takeHealthSnapshot(servicesOf(fakeCluster(nodes)), toolContext());
      return runRules(clusterRules, snapshot).map(({ rule }) => rule);
    };
    expect(await found('ERROR:9:late')).toEqual(['node-silent']);
    for (const without of ['type=unknown', 'ERROR:20:namespace not found on node'])
      expect(await found(without)).toEqual(['namespace-not-everywhere']);
  });
});

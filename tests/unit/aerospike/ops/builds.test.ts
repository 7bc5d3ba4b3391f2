import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../electron/core/workers/protocol.ts';
import { aerospikeTools } from '../../../../electron/servers/aerospike/tools/index.ts';
import type { AerospikeServices } from '../../../../electron/servers/aerospike/services.ts';
import { fakeCluster, servicesOf, toolContext } from '../../../support/aerospike-fake-cluster.ts';
import * as sample from './samples.ts';

const trid = '17091645024789390538';
const made = { namespace: 'orders', set: 'items', index: 'i', bin: 'b', type: 'numeric' };

/** What a call sends to the first of two nodes of which the older runs `build`; refusals do not matter here. */
async function sentTo(build: string, name: string, args: JsonObject): Promise<string[]> {
  const nodes = ['8.1.2.0', build].map((own, at) =>
    sample.node8(`${'AB'[at] ?? ''}1`, {
      build: own,
      statistics: sample.statisticsOf(2),
      'query-show': sample.jobText,
      ...(own.startsWith('8.1.2')
        ? {}
        : { release: 'ERROR:4:unrecognized command', edition: 'Aerospike Community Edition' }),
    }),
  );
  const of = fakeCluster(nodes);
  // The fake has what these tools ask for.
  const services = servicesOf(of) as AerospikeServices;
  const tool = aerospikeTools.find((candidate) => candidate.name === `aerospike_${name}`);
  const plan = tool?.effect === 'read' ? null : ((await tool?.plan(args, services, toolContext())) ?? null);
  await tool?.call(args, services, toolContext({ plan })).catch(() => undefined);
  return of.asked.filter((asked) => asked.startsWith('A1 ')).map((asked) => asked.slice(3));
}

const spelled = async (build: string) => ({
  create: (await sentTo(build, 'create_index', made)).filter((sent) => sent.startsWith('sindex-create')),
  drop: (await sentTo(build, 'drop_index', { namespace: 'orders', index: 'idx_total' })).filter((sent) =>
    /^sindex-(stat|delete)/.test(sent),
  ),
  list: (await sentTo(build, 'list_indexes', { namespace: 'orders' })).filter((sent) => sent.startsWith('sindex-stat')),
  kill: (await sentTo(build, 'kill_job', { trid })).filter((sent) => sent.startsWith('query-abort')),
});

describe('commands are spelled as the oldest node knows them', () => {
  it('and as the newest want it, where all do', async () => {
    expect(await spelled('8.1.2.0')).toEqual({
      create: ['sindex-create:namespace=orders;set=items;indexname=i;bin=b;type=numeric'],
      drop: expect.arrayContaining([
        'sindex-stat:namespace=orders;indexname=idx_total',
        'sindex-delete:namespace=orders;set=items;indexname=idx_total',
      ]),
      list: ['sindex-stat:namespace=orders;indexname=idx_total'],
      kill: [`query-abort:id=${trid}`],
    });
  });

  it('when one of them is of 8.0', async () => {
    expect(await spelled('8.0.0.1')).toMatchObject({
      create: ['sindex-create:namespace=orders;set=items;indexname=i;indexdata=b,numeric'],
      list: ['sindex-stat:namespace=orders;indexname=idx_total'],
      kill: [`query-abort:id=${trid}`],
    });
  });

  it('when one of them is of 7.1', async () => {
    expect(await spelled('7.1.0.9')).toEqual({
      create: ['sindex-create:ns=orders;set=items;indexname=i;indexdata=b,numeric'],
      drop: expect.arrayContaining([
        'sindex-stat:ns=orders;indexname=idx_total',
        'sindex-delete:ns=orders;set=items;indexname=idx_total',
      ]),
      list: ['sindex-stat:ns=orders;indexname=idx_total'],
      kill: [`query-abort:trid=${trid}`],
    });
  });

  it('the edition by its old name to whom has no other alone', async () => {
    expect(await sentTo('8.1.0.3', 'cluster_info', {})).not.toContain('edition');
    const of = fakeCluster([sample.node8('A1', { release: 'ERROR:4:no', edition: 'Aerospike Community Edition' })]);
    const tool = aerospikeTools.find(({ name }) => name === 'aerospike_cluster_info');
    const outcome = await tool?.call({}, servicesOf(of) as AerospikeServices, toolContext());
    expect(outcome).toMatchObject({ structured: { edition: 'Community' } });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runRules } from '../../../../electron/servers/aerospike/health/run.ts';
import { healthRules } from '../../../../electron/servers/aerospike/health/rules/index.ts';
import { takeHealthSnapshot } from '../../../../electron/servers/aerospike/health/snapshot.ts';
import { fakeCluster, servicesOf, toolContext, type FakeNode } from '../../../support/aerospike-fake-cluster.ts';
import { sicknesses } from './sicknesses.ts';
import * as sample from './samples.ts';

const healthy = (): FakeNode[] => ['A1', 'B1', 'C1'].map((id) => sample.node8(id));
const findings = async (nodes: readonly FakeNode[]) =>
  runRules(healthRules, await takeHealthSnapshot(servicesOf(fakeCluster(nodes)), toolContext()));

const matching = (words: RegExp): unknown => expect.stringMatching(words);

describe('health rules', () => {
  it('raise no alarm over a healthy cluster', async () => {
    expect(await findings(healthy())).toEqual([]);
  });

  it('have ids of their own, and say why and what to do', () => {
    const ids = healthRules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(40);
    for (const { id, title, why, act } of healthRules) {
      expect(
        [id, title, why, act].every((text) => text.length > 3),
        id,
      ).toBe(true);
      expect(
        [why, act].every((text) => text.endsWith('.')),
        id,
      ).toBe(true);
    }
  });

  it('each have a sickness in which they fire', () => {
    expect(Object.keys(sicknesses).sort()).toEqual(healthRules.map(({ id }) => id).sort());
  });

  it.each(Object.entries(sicknesses))('%s fires', async (id, nodes) => {
    const found = await findings(nodes());
    expect(found.map(({ rule }) => rule)).toContain(id);
    expect(found.find(({ rule }) => rule === id)?.saw.every((text) => text.length > 1)).toBe(true);
  });

  it('tell the gravest first, and the same figure of several nodes once', async () => {
    const sick = ['A1', 'B1', 'C1'].map((id) =>
      sample.node8(id, {
        'namespace/orders': sample.text({ ...sample.namespace8, stop_writes: 'true' }),
        'best-practices': 'failed_best_practices=swappiness',
      }),
    );
    const found = await findings(sick);
    expect(found.map(({ severity }) => severity)).toEqual(['critical', 'warning']);
    expect(found[0]?.saw).toEqual(['orders on A1, B1, C1: stop_writes=true']);
  });

  it('take what was counted long ago for an incident only when it must be lasting', async () => {
    const counted = async (uptime: number, errors: number) => {
      const statistics = sample.text({ ...sample.statistics8, uptime: String(uptime) });
      const facts = { ...sample.namespace8, client_read_success: '100000', client_read_error: String(errors) };
      const sick = sample.node8('A1', { statistics, 'namespace/orders': sample.text(facts) });
      return (await findings([sick, ...healthy().slice(1)])).find(({ rule }) => rule === 'read-errors');
    };
    expect(await counted(3_600, 2_000)).toMatchObject({ severity: 'warning', saw: [/since start$/].map(matching) });
    expect(await counted(864_000, 2_000)).toMatchObject({
      severity: 'info',
      saw: [matching(/since start, 10 days ago$/)],
    });
    expect(await counted(864_000, 40_000)).toMatchObject({ severity: 'warning' });
  });

  it('judge copies by what is in force, and what was set and is not by itself', async () => {
    const rules = async (...facts: Readonly<Record<string, string>>[]) => {
      const nodes = ['A1', 'B1', 'C1'].map((id, at) =>
        sample.node8(id, { 'namespace/orders': sample.text({ ...sample.namespace8, ...(facts[at] ?? facts[0]) }) }),
      );
      const found = await findings(nodes);
      return found.filter(({ rule }) => /cop(y|ies)/.test(rule)).map(({ rule, saw }) => `${rule}: ${saw.join()}`);
    };
    expect(await rules({ 'replication-factor': '1' })).toEqual([
      'copies-not-in-force: orders: replication-factor=1, effective_replication_factor=2',
    ]);
    expect(await rules({ effective_replication_factor: '1', prole_objects: '0' })).toEqual([
      'copies-not-in-force: orders: replication-factor=2, effective_replication_factor=1',
      'one-copy: orders: effective_replication_factor=1',
    ]);
    // The least that a node is configured to counts for all, and no node holds two copies.
    expect(await rules({ 'replication-factor': '3' }, {}, {})).toEqual([]);
    expect(await rules({ 'replication-factor': '3', ns_cluster_size: '3', nodes_quiesced: '1' })).toEqual([
      'fewer-copies-than-wanted: orders: 2 of 3',
    ]);
  });

  it('measure failures against all operations that may have failed so, also those in batches', async () => {
    const rules = async (counted: Readonly<Record<string, string>>) => {
      const quiet = { client_read_success: '3000', client_write_success: '2000', client_delete_success: '0' };
      const facts = sample.text({ ...sample.namespace8, ...quiet, ...counted });
      const sick = ['A1', 'B1', 'C1'].map((id) => sample.node8(id, { 'namespace/orders': facts }));
      return (await findings(sick)).filter(({ rule }) => rule !== 'batch-errors');
    };
    const many = '1000000';
    for (const failed of [
      { fail_key_busy: '500' },
      { fail_generation: '1000' },
      { batch_sub_tsvc_timeout: '100' },
      { client_tsvc_timeout: '100' },
      { client_proxy_complete: '1000' },
    ]) {
      for (const counter of ['batch_sub_write_success', 'batch_sub_delete_success']) {
        expect(await rules({ ...failed, [counter]: many }), JSON.stringify(failed)).toEqual([]);
      }
    }
    expect(await rules({ fail_key_busy: '500', client_udf_complete: many })).toEqual([]);
    expect(await rules({ fail_key_busy: '500', from_proxy_batch_sub_write_success: many })).toEqual([]);
    expect(await rules({ fail_key_busy: '2000', batch_sub_write_success: '95000' })).toMatchObject([
      // Errors are among what all of them came to.
      { rule: 'key-busy', saw: [matching(/: 2% \(2000 of 100100\)/)] },
    ]);
    expect(await rules({ batch_sub_tsvc_timeout: '2000', batch_sub_write_success: '93000' })).toMatchObject([
      { rule: 'service-errors', saw: [matching(/: 2% \(2000 of 100100\)/)] },
    ]);
  });

  it('know how many buffers a queue of batches may have', async () => {
    const statistics = sample.text({ ...sample.statistics8, batch_index_queue: '3:240,0:0' });
    const rules = async (limit: string) =>
      (
        await findings([
          sample.node8('A1', {
            statistics,
            'get-config:context=service': `${sample.service8};batch-max-buffers-per-queue=${limit}`,
          }),
          ...healthy().slice(1),
        ])
      ).map(({ rule }) => rule);
    expect(await rules('255')).toContain('batch-queue');
    expect(await rules('1000')).not.toContain('batch-queue');
  });

  it('stay silent over what an old release does not say', async () => {
    const old = ['A1', 'B1', 'C1'].map((id): FakeNode => ({
      id,
      answers: new Map([
        ['build', '6.4.0.9'],
        ['edition', 'Aerospike Enterprise Edition'],
        ['namespaces', 'orders'],
        ['statistics', 'cluster_size=3;cluster_key=A;cluster_integrity=true;uptime=9000'],
        ['namespace/orders', 'objects=5;storage-engine=memory;replication-factor=2'],
      ]),
    }));
    expect(await findings(old)).toEqual([]);
  });

  it('never throw, whatever the server says', async () => {
    const value = fc.constantFrom(
      '',
      '-1',
      '0',
      '1e9',
      'NaN',
      '999999999999999999999',
      'true',
      'null',
      ';',
      'x:y=z',
      '[]',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 5 }), async (values) => {
        const garbled = healthy().map(({ id, answers }, at): FakeNode => {
          const keep = ['build', 'namespaces', 'statistics', 'namespace/orders'];
          const broken = [...(answers ?? [])].map(([command, text], index) => {
            const junk = values[(index + at) % values.length] ?? '';
            return [
              command,
              keep.includes(command) ? text.replaceAll(/=[^;]*/g, `=${junk}`) : `${text};a=${junk};${junk}`,
            ] as const;
          });
          return { id, answers: new Map(broken) };
        });
        await findings(garbled);
      }),
      { numRuns: 40 },
    );
  });
});

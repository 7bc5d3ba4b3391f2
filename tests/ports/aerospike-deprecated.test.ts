import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../electron/core/workers/protocol.ts';
import type { AerospikeEmulator } from '../../electron/emulators/aerospike/emulator.ts';
import { aerospikeTools } from '../../electron/servers/aerospike/tools/index.ts';
import type { AerospikeWorker } from '../support/aerospike-worker.ts';
import { useAerospikeSuite } from '../support/aerospike-suite.ts';

const suite = useAerospikeSuite();
const users = { namespace: 'test', set: 'users' };
const index = { namespace: 'test', index: 'for_a_while' };
const module = 'for_a_while';

/** What a call needs that runs to its end; others take the tool's own example. */
const given: Readonly<Record<string, JsonObject>> = {
  aerospike_create_index: { ...index, set: 'users', bin: 'score', type: 'numeric' },
  aerospike_drop_index: index,
  aerospike_register_udf: { module, code: 'function f(rec) return 1 end' },
  aerospike_execute_udf: { ...users, key: 'user-1', module: 'accounts', function: 'summary' },
  aerospike_remove_udf: { module },
  aerospike_delete_record: { ...users, key: 'user-2' },
  aerospike_kill_job: { trid: '77' },
  aerospike_node_stats: { section: 'test' },
  aerospike_complete: { kind: 'set', namespace: 'test', prefix: '' },
  aerospike_truncate_set: { namespace: 'test', set: 'devices' },
  aerospike_manage_user: { action: 'grant', user: 'app', roles: ['write'] },
  aerospike_manage_role: { action: 'create', role: 'reader', privileges: ['read:test'] },
};

/** Calls every tool; answers which of them the servers counted, and which failed. */
async function callAll(
  emulator: AerospikeEmulator,
  worker: AerospikeWorker,
): Promise<{ counted: string[]; failed: string[] }> {
  emulator.addJob({ id: 77n, ...users });
  const now = (): number => emulator.cluster.nodes.reduce((total, { counters }) => total + counters.deprecated, 0);
  const [counted, failed]: [string[], string[]] = [[], []];
  for (const { name, example } of aerospikeTools) {
    const before = now();
    const outcome = await worker.run(name, given[name] ?? example);
    if (!outcome.ok) failed.push(`${name}: ${outcome.error.message}`);
    if (now() > before) counted.push(name);
  }
  return { counted, failed };
}

describe('no tool asks a server of today for what it calls deprecated', () => {
  it('in a cluster of the Community edition', async () => {
    const emulator = await suite.emulate({ nodes: 2, seed: 'demo' });
    const worker = await suite.start({ fields: { hosts: emulator.hosts, role: 'admin' } });
    const { counted, failed } = await callAll(emulator, worker);
    expect(counted).toEqual([]);
    expect(failed).toEqual(
      ['list_users', 'manage_user', 'manage_role'].map((name): unknown => expect.stringContaining(name)),
    );
  });

  it('in a cluster with users', async () => {
    const admin = { name: 'admin', password: 'admin', roles: ['superuser'] };
    const auth = [admin, { name: 'app', password: 'app', roles: ['read'] }];
    const emulator = await suite.emulate({ nodes: 2, seed: 'demo', auth });
    const fields = { hosts: emulator.hosts, role: 'admin', user: 'admin' };
    const worker = await suite.start({ fields, secrets: { password: 'admin' } });
    expect(await callAll(emulator, worker)).toEqual({ counted: [], failed: [] });
  });
});

it('takes the edition of servers before 8.1.1 from where they tell it', async () => {
  const emulator = await suite.emulate({ build: '8.1.0.3' });
  const worker = await suite.start({ fields: { hosts: emulator.hosts, role: 'admin' } });
  expect(await worker.answer('aerospike_cluster_info', {})).toMatchObject({ edition: 'Community' });
});

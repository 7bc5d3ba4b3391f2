import { afterEach, expect, it } from 'vitest';
import { startAerospikeEmulator, type AerospikeEmulator } from '../../../../electron/emulators/aerospike/emulator.ts';
import { startRemoteClient, type RemoteClient } from './remote.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function enterprise(): Promise<{ emulator: AerospikeEmulator; client: RemoteClient }> {
  const emulator = await startAerospikeEmulator({ edition: 'enterprise' });
  const client = startRemoteClient();
  ends.push(
    () => emulator.close(),
    () => client.end(),
  );
  await client.do('connect', { hosts: emulator.hosts[0] });
  return { emulator, client };
}

/** How many tombstones all nodes tell of together, the namespace's and the set's; each is there in two copies. */
async function told(client: RemoteClient): Promise<unknown[]> {
  const numberAfter = async (command: string): Promise<unknown> =>
    /[;:\t]tombstones=(\d+)/.exec(String(await client.do('info', command)))?.[1];
  return [await numberAfter('namespace/test'), await numberAfter('sets/test/s')];
}

it('leaves a tombstone for a durable delete, until the record is written again', async () => {
  const { client } = await enterprise();
  for (const key of ['a', 'b']) await client.do('put', 'test', 's', key, { n: 1 });
  expect(await client.do('remove', 'test', 's', 'a', {})).toBe('done');
  expect(await told(client)).toEqual(['0', '0']);
  expect(await client.do('remove', 'test', 's', 'b', { durableDelete: true })).toBe('done');
  expect(await told(client)).toEqual(['1', '1']);
  await client.do('put', 'test', 's', 'b', { n: 1 });
  expect(await told(client)).toEqual(['0', '0']);
});

it('takes only durable deletes in a strongly consistent namespace, unless expunging is allowed', async () => {
  const { emulator, client } = await enterprise();
  const set = (name: string, value: string): void => {
    for (const node of [0, 1]) emulator.setConfig(node, 'namespace/test', name, value);
  };
  set('strong-consistency', 'true');
  for (const key of ['a', 'b']) await client.do('put', 'test', 's', key, { n: 1, m: 1 });
  expect(await client.do('remove', 'test', 's', 'a', {})).toBe('error 22');
  expect(await client.do('remove', 'test', 's', 'none', {})).toBe('error 22');
  expect(await client.do('put', 'test', 's', 'a', { n: null })).toBe('done');
  expect(await client.do('put', 'test', 's', 'a', { m: null })).toBe('error 22');
  expect(await client.do('read', 'test', 's', ['a', 'b'])).toEqual({ found: 2 });
  expect(await client.do('remove', 'test', 's', 'a', { durableDelete: true })).toBe('done');
  set('strong-consistency-allow-expunge', 'true');
  expect(await client.do('remove', 'test', 's', 'b', {})).toBe('done');
});

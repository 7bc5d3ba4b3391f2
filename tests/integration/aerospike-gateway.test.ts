import type { Client } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAerospikeEmulator, type AerospikeEmulator } from '../../electron/emulators/aerospike/emulator.ts';
import { createProfileWorld, type ProfileWorld } from '../support/profile-world.ts';

describe.each(['legacy', 'auto'] as const)('a client of the %s era', (era) => {
  let emulator: AerospikeEmulator;
  let world: ProfileWorld;
  let client: Client;

  beforeAll(async () => {
    emulator = await startAerospikeEmulator({ seed: 'demo' });
    const { hosts } = emulator;
    world = await createProfileWorld(
      [
        { name: 'reader', hosts, role: 'read-only', namespaces: ['test'] },
        { name: 'boss', hosts, role: 'admin' },
      ],
      { era },
    );
    client = world.client;
  });
  afterAll(async () => {
    await world.close();
    await emulator.close();
  });

  const read = async (uri: string): Promise<Record<string, unknown>> => {
    const { contents } = await client.readResource({ uri });
    const [content] = contents;
    if (!content || !('text' in content)) throw new Error('no text');
    return JSON.parse(content.text) as Record<string, unknown>;
  };

  it('sees what its profiles may do together, and is refused by the one it names', async () => {
    const names = (await client.listTools()).tools.map(({ name }) => name);
    for (const tool of ['list_profiles', 'get_record', 'put_record', 'manage_user', 'health_check'])
      expect(names).toContain(`aerospike_${tool}`);
    expect(names.filter((name) => /test_credential|check_client|complete/.test(name))).toEqual([]);
    const key = { namespace: 'test', set: 'users', key: 'x' };
    expect(await world.call('put_record', { profile: 'reader', ...key, bins: { a: 1 } })).toMatchObject({
      ok: false,
      text: expect.stringContaining('role read-only'),
    });
    expect(await world.call('get_record', { profile: 'reader', ...key, namespace: 'bar' })).toMatchObject({
      ok: false,
      text: expect.stringContaining('namespaces test only'),
    });
    const { structured } = await world.call('list_namespaces', { profile: 'reader' });
    expect(structured.namespaces).toMatchObject([{ namespace: 'test' }]);
  });

  it('loses tools when a profile may do less, without starting again', async () => {
    await world.edit('boss', { role: 'read-only' });
    expect((await client.listTools()).tools.map(({ name }) => name)).not.toContain('aerospike_put_record');
    expect(await world.call('list_udfs', { profile: 'boss' })).toMatchObject({ ok: false });
    await world.edit('boss', { role: 'admin' });
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('aerospike_put_record');
  });

  it('reads resources by address, within the same bounds', async () => {
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toContain(
      'aerospike://{profile}/namespaces/{namespace}/sets',
    );
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual(
      expect.arrayContaining(['aerospike://reader/namespaces', 'aerospike://boss/cluster']),
    );
    expect(await read('aerospike://boss/cluster')).toMatchObject({ nodes: expect.any(Array) });
    expect(await read('aerospike://reader/namespaces/test/sets')).toMatchObject({ sets: expect.any(Array) });
    expect(await read('aerospike://boss/udfs')).toMatchObject({ modules: expect.any(Array) });
    await expect(read('aerospike://reader/udfs')).rejects.toThrow(/role read-only/);
    await expect(read('aerospike://reader/namespaces/bar/sets')).rejects.toThrow(/test only/);
    await expect(read('aerospike://reader/namespaces/test%0Atruncate/sets')).rejects.toThrow();
    await expect(read('aerospike://nobody/cluster')).rejects.toThrow(/no profile/);
  });

  it('is told the schema of a set by types and shares, never by values', async () => {
    const schema = JSON.stringify(await read('aerospike://reader/namespaces/test/sets/users/schema'));
    expect(schema).toMatch(/"types?"/);
    const { structured } = await world.call('scan_set', {
      profile: 'reader',
      namespace: 'test',
      set: 'users',
      limit: 5,
    });
    const { records } = structured as { records: { bins: Record<string, unknown> }[] };
    const texts = records.flatMap(({ bins }) => Object.values(bins)).filter((value) => typeof value === 'string');
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) expect(schema).not.toContain(`"${text}"`);
  });

  it('asks prompts, and has their arguments completed', async () => {
    const { prompts } = await client.listPrompts();
    expect(prompts.length).toBeGreaterThanOrEqual(3);
    for (const { name, arguments: given = [] } of prompts) {
      const args = Object.fromEntries(given.map((one) => [one.name, one.name === 'profile' ? 'reader' : 'test']));
      const { messages } = await client.getPrompt({ name, arguments: args });
      expect(JSON.stringify(messages)).not.toMatch(/\{[a-z]+\}/i);
      expect(JSON.stringify(messages)).toContain('aerospike_');
      expect(JSON.stringify(messages)).toContain('the profile reader;');
    }
    const whole = await client.getPrompt({ name: 'capacity', arguments: {} });
    expect(JSON.stringify(whole.messages)).toContain('the profile (not given); if none is named');
    const ref = { type: 'ref/resource' as const, uri: 'aerospike://{profile}/namespaces/{namespace}/sets' };
    const complete = async (name: string, value: string, context: Record<string, string> = {}) =>
      (await client.complete({ ref, argument: { name, value }, context: { arguments: context } })).completion.values;
    expect(await complete('profile', 're')).toEqual(['reader']);
    expect(await complete('namespace', '', { profile: 'reader' })).toEqual(['test']);
    expect(await complete('namespace', 'b', { profile: 'boss' })).toEqual(['bar']);
    expect(await complete('set', 'us', { profile: 'boss', namespace: 'test' })).toContain('users');
    const ofPrompt = { type: 'ref/prompt' as const, name: 'plan-index' };
    const context = { arguments: { profile: 'reader', namespace: 'test', set: 'users' } };
    const { completion } = await client.complete({ ref: ofPrompt, argument: { name: 'bin', value: 'a' }, context });
    expect(completion.values).toContain('age');
    expect((await complete('node', '', { profile: 'boss' })).length).toBeGreaterThan(0);
    expect(await complete('namespace', 'x\ntruncate:', { profile: 'boss' })).toEqual([]);
  });

  it('has a change approved on a preview that the worker made by looking, and exactly that runs', async () => {
    const waiting = () => world.host.json<{ id: string; sentence: string; preview: object }[]>('approvals');
    const asked = world.call('truncate_set', { profile: 'boss', namespace: 'test', set: 'devices' });
    await expect.poll(waiting, { timeout: 10_000 }).toHaveLength(1);
    const [question] = await waiting();
    const { structured } = await world.call('list_sets', { profile: 'boss', namespace: 'test' });
    const { sets } = structured as { sets: { set: string; objects: number }[] };
    const objects = sets.find(({ set }) => set === 'devices')?.objects ?? 0;
    expect(objects).toBeGreaterThan(100);
    expect(question?.sentence.replaceAll(',', '')).toContain(String(objects));
    expect(question?.sentence).toContain('devices');
    await world.host.run('approve', question?.id ?? '');
    expect(await asked).toMatchObject({ ok: true });
    await expect
      .poll(async () => (await world.call('list_sets', { profile: 'boss', namespace: 'test' })).text, {
        timeout: 10_000,
      })
      .toMatch(/devices \| 0|^(?!.*devices)/);
  });
});

import { describe, expect, it } from 'vitest';
import type { Registration } from '../../../electron/core/consent/policy.ts';
import { createPolicyStore } from '../../../electron/core/consent/policy-store.ts';
import { createMemoryStore } from '../../../electron/platform/memory-store.ts';
import { createMemoryFiles } from '../../support/memory-files.ts';
import { createQuietLog } from '../../support/quiet-log.ts';

const path = '/home/grants.json';
const agent: Registration = {
  id: 'r1',
  client: 'other',
  name: 'agent',
  providers: ['akamai'],
  credentials: 'all',
  createdAt: '2026-01-01T00:00:00.000Z',
};

function setUp() {
  const store = createMemoryStore({ isOpen: true });
  const files = createMemoryFiles();
  const load = async () => {
    const policy = createPolicyStore({ home: '/home', store, files, log: createQuietLog() });
    await policy.load();
    return policy;
  };
  const start = async () => {
    const policy = await load();
    await policy.open();
    return policy;
  };
  const text = (): string => files.contents.get(path)?.toString() ?? '';
  const edit = (change: (text: string) => string): void => void files.contents.set(path, Buffer.from(change(text())));
  return { store, files, load, start, text, edit };
}

async function registered() {
  const of = setUp();
  const policy = await of.start();
  await policy.change(() => ({ registrations: [agent], grants: [] }));
  return of;
}

describe('the policy', () => {
  it('is empty and trusted in a new data folder, and writes nothing of itself', async () => {
    const { start, files, store } = setUp();
    const policy = await start();
    expect([policy.current().registrations, policy.isTrusted(), policy.everRegistered()]).toEqual([[], true, false]);
    expect(files.contents.size).toBe(0);
    expect(store.items.size).toBe(0);
  });

  it('is the same after a restart, trusted, and its key is in the store only', async () => {
    const { start, store, text } = await registered();
    const policy = await start();
    expect([policy.current().registrations, policy.isTrusted(), policy.everRegistered()]).toEqual([
      [agent],
      true,
      true,
    ]);
    expect(text()).not.toContain(store.items.get('policy-key'));
  });

  it('keeps changes made side by side, each on top of the one before', async () => {
    const { start } = await registered();
    const policy = await start();
    await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        policy.change((current) => ({
          ...current,
          registrations: [...current.registrations, { ...agent, id: `x${at}` }],
        })),
      ),
    );
    expect((await start()).current().registrations).toHaveLength(21);
  });

  it('cannot be changed while the store is closed, and stays as it is', async () => {
    const { load, text } = await registered();
    const before = text();
    const policy = await load();
    await expect(policy.change(() => ({ registrations: [], grants: [] }))).rejects.toMatchObject({ code: 'locked' });
    expect(policy.current().registrations).toEqual([agent]);
    expect(text()).toBe(before);
  });

  it('is as it was when a change could not be written', async () => {
    const { start, files } = await registered();
    const policy = await start();
    files.write = () => Promise.reject(new Error('no space'));
    await expect(policy.change(() => ({ registrations: [], grants: [] }))).rejects.toThrow('no space');
    expect(policy.current().registrations).toEqual([agent]);
  });
});

describe('a grants file that was altered outside', () => {
  it.each<[string, (text: string) => string]>([
    [
      'a looser grant',
      (text) =>
        text.replace(
          '"grants": []',
          '"grants": [{"registrationId":"r1","provider":"akamai","credentialId":null,"effects":{"write":"allow"}}]',
        ),
    ],
    ['another provider', (text) => text.replace('"akamai"', '"aerospike"')],
    ['another MAC', (text) => text.replace(/"mac": "(.)/, (_, first) => `"mac": "${first === 'A' ? 'B' : 'A'}`)],
    ['an empty MAC', (text) => text.replace(/"mac": "[^"]*"/, '"mac": ""')],
    ['a longer MAC', (text) => text.replace(/"mac": "([^"]*)"/, '"mac": "$1$1"')],
    [
      'the word that nobody ever registered',
      (text) => text.replace('"everRegistered": true', '"everRegistered": false'),
    ],
  ])('by %s lends nothing, says so, and is still known to have had clients', async (_, alter) => {
    const { start, edit, text } = await registered();
    const before = text();
    edit(alter);
    const policy = await start();
    expect(text()).not.toBe(before);
    expect(policy.isTrusted()).toBe(false);
    expect(policy.everRegistered()).toBe(true);
    expect(policy.current().registrations.every(({ credentials }) => credentials.length === 0)).toBe(true);
    expect(policy.current().grants).toEqual([]);
  });

  it.each(['', '{', 'null', '{"schema":2}', '\u0000'])(
    'to %j counts for nothing and is kept beside the next one',
    async (rubbish) => {
      const { start, edit, files } = await registered();
      edit(() => rubbish);
      const policy = await start();
      expect([policy.isTrusted(), policy.everRegistered(), policy.current()]).toEqual([
        false,
        true,
        { registrations: [], grants: [] },
      ]);
      await policy.change((current) => ({ ...current, registrations: [agent] }));
      expect(policy.isTrusted()).toBe(true);
      expect(files.contents.get(`${path}.damaged`)?.toString()).toBe(rubbish);
      expect((await start()).isTrusted()).toBe(true);
    },
  );

  it('is trusted again once a person has changed it here', async () => {
    const { start, edit } = await registered();
    edit((text) => text.replace('"all"', '"all" '));
    expect((await start()).isTrusted()).toBe(true);
    edit((text) => text.replace('"agent"', '"other"'));
    const policy = await start();
    await policy.change((current) => current);
    expect((await start()).isTrusted()).toBe(true);
  });

  it('into nothing at all still shows that there were clients, by the key that is left', async () => {
    const { start, files } = await registered();
    files.contents.delete(path);
    const policy = await start();
    expect([policy.current().registrations, policy.everRegistered()]).toEqual([[], true]);
  });
});

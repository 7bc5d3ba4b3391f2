import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { systemClock } from '../../../electron/core/clock.ts';
import { createVault, type Vault } from '../../../electron/core/credentials/vault.ts';
import { createDurableFiles } from '../../../electron/core/files/durable-file.ts';
import { createMemoryStore, type MemoryStore } from '../../../electron/platform/memory-store.ts';
import { akamaiCanaries } from '../../support/canaries.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createMemoryFiles } from '../../support/memory-files.ts';
import { createQuietLog } from '../../support/quiet-log.ts';
import { temporaryFolder } from '../../support/temp-folder.ts';

const setUp = async (): Promise<{
  vault: Vault;
  store: MemoryStore;
  clock: ReturnType<typeof createFakeClock>;
  again: () => Promise<Vault>;
}> => {
  const store = createMemoryStore({ isOpen: true });
  const clock = createFakeClock();
  const files = createMemoryFiles();
  const again = async (): Promise<Vault> => {
    const vault = createVault({ home: '/home', store, files, clock, log: createQuietLog() });
    await vault.load();
    return vault;
  };
  return { vault: await again(), store, clock, again };
};

const revealed = async (vault: Vault, name: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(await vault.secretsOf(vault.byName(name).id)).map(([key, secret]) => [key, secret.reveal()]),
  );

describe('the vault', () => {
  it('keeps the secrets in one item of the store and none in the index', async () => {
    const home = temporaryFolder();
    const store = createMemoryStore({ isOpen: true });
    const vault = createVault({ home, store, files: createDurableFiles(), clock: systemClock, log: createQuietLog() });
    await vault.load();
    const section = akamaiCanaries('acme');
    const { record, warnings } = await vault.add('akamai', {
      ...section,
      tags: ['eu', 'eu'],
      accountSwitchKey: '1-ABCD',
    });
    expect(record).toMatchObject({
      name: 'acme',
      provider: 'akamai',
      fields: { host: section.host, accountSwitchKey: '1-ABCD' },
      secretKeys: ['clientToken', 'clientSecret', 'accessToken'],
      tags: ['eu'],
      emulator: false,
    });
    expect(warnings).toHaveLength(3);
    expect(store.items.size).toBe(1);
    for (const file of ['credentials.json', 'credentials.json.bak']) {
      expect(readFileSync(join(home, file), 'utf8')).not.toMatch(/CANARY/);
    }
    expect(JSON.stringify([record, warnings])).not.toMatch(/CANARY/);
    const { clientToken, clientSecret, accessToken } = section;
    expect(await revealed(vault, 'ACME')).toEqual({ clientToken, clientSecret, accessToken });
  });

  it('remembers over a restart', async () => {
    const { vault, again } = await setUp();
    const { record } = await vault.add('akamai', akamaiCanaries('acme'));
    expect((await again()).list()).toEqual([record]);
  });

  it('refuses a second credential of the same name whatever its case, and stores nothing', async () => {
    const { vault, store } = await setUp();
    await vault.add('akamai', akamaiCanaries('acme'));
    await expect(vault.add('akamai', akamaiCanaries('ACME '))).rejects.toMatchObject({ code: 'already-exists' });
    expect(store.items.size).toBe(1);
  });

  it('lists 2,000 credentials without asking the store', async () => {
    const { vault, store } = await setUp();
    for (let number = 0; number < 200; number += 1) await vault.add('akamai', akamaiCanaries(`customer ${number}`));
    store.setState('locked');
    const files = createMemoryFiles();
    const many = Array.from({ length: 10 }, (_, copy) =>
      vault.list().map((record) => ({ ...record, name: `${record.name}-${copy}` })),
    );
    files.contents.set(
      '/home/credentials.json',
      Buffer.from(JSON.stringify({ schema: 1, credentials: many.flat(), garbage: [] })),
    );
    const big = createVault({ home: '/home', store, files, clock: createFakeClock(), log: createQuietLog() });
    await big.load();
    expect(big.list()).toHaveLength(2000);
  });

  it('names the nearest when there is no such credential', async () => {
    const { vault } = await setUp();
    await vault.add('akamai', akamaiCanaries('acme-prod'));
    expect(() => vault.byName('amce-prod')).toThrow(
      expect.objectContaining({ code: 'not-found', hint: 'Did you mean “acme-prod”?' }),
    );
  });

  it('keeps a secret that an edit leaves empty or out, and clears what may be cleared', async () => {
    const { vault, store } = await setUp();
    const section = akamaiCanaries('acme');
    await vault.add('akamai', {
      ...section,
      accountSwitchKey: '1-ABCD',
      notes: 'hello',
      tags: ['a'],
      rotateEveryDays: 30,
    });
    const before = await revealed(vault, 'acme');
    const { record } = await vault.edit('acme', {
      name: 'Acme',
      clientToken: '',
      clientSecret: null,
      notes: null,
      tags: '',
      accountSwitchKey: '',
      rotateEveryDays: null,
    });
    expect(record).toMatchObject({
      name: 'Acme',
      notes: '',
      tags: [],
      rotateEveryDays: null,
      fields: { host: section.host },
    });
    expect(record.fields).not.toHaveProperty('accountSwitchKey');
    expect(await revealed(vault, 'acme')).toEqual(before);
    expect(store.items.size).toBe(1);
  });

  it('notes a test only of what is stored, not of what was stored when it began', async () => {
    const { vault, clock } = await setUp();
    const { record } = await vault.add('akamai', akamaiCanaries('acme'));
    await vault.edit('acme', { accountSwitchKey: '1-OTHER' });
    const lastTest = { at: new Date(clock.now()).toISOString(), ok: true, message: 'fine', expiresAt: null };
    await vault.note(record, { lastTest });
    expect(vault.byName('acme').lastTest).toBeNull();
  });

  it('does not use secrets for a host that somebody wrote into the index', async () => {
    const home = temporaryFolder();
    const deps = { home, files: createDurableFiles(), clock: systemClock, log: createQuietLog() };
    const store = createMemoryStore({ isOpen: true });
    const vault = createVault({ ...deps, store });
    await vault.load();
    const section = akamaiCanaries('acme');
    const { record } = await vault.add('akamai', section);
    const path = join(home, 'credentials.json');
    for (const [was, is] of [
      [section.host, 'akab-evil.luna.akamaiapis.net'],
      ['"emulator": false', '"emulator": true'],
    ] as const) {
      const before = readFileSync(path, 'utf8');
      writeFileSync(path, before.replace(was, is).replace(was.replace(': ', ':'), is.replace(': ', ':')));
      const again = createVault({ ...deps, store });
      await again.load();
      await expect(again.secretsOf(record.id)).rejects.toMatchObject({ code: 'damaged' });
      writeFileSync(path, before);
    }
    const whole = createVault({ ...deps, store });
    await whole.load();
    expect(Object.keys(await whole.secretsOf(record.id))).toHaveLength(3);
  });

  it('reads secrets that were stored before there were targets, and binds them at the next edit', async () => {
    const { vault, store } = await setUp();
    const section = akamaiCanaries('acme');
    const { record } = await vault.add('akamai', section);
    const { clientToken, clientSecret, accessToken } = section;
    store.items.set(record.secretId ?? '', JSON.stringify({ clientToken, clientSecret, accessToken }));
    expect(await revealed(vault, 'acme')).toEqual({ clientToken, clientSecret, accessToken });
    await vault.edit('acme', { accountSwitchKey: '1-ABCD' });
    const [item = ''] = [...store.items.values()];
    expect(JSON.parse(item)).toMatchObject({ secrets: { clientSecret } });
    for (const strange of ['null', '[]', '"x"', '{"secrets":null,"target":1}', '{"secrets":{"a":1},"target":"x"}']) {
      store.items.set(vault.byName('acme').secretId ?? '', strange);
      await expect(vault.secretsOf(record.id)).rejects.toMatchObject({ code: 'damaged' });
    }
  });

  it('replaces a secret by a new item and forgets the old one and the last test', async () => {
    const { vault, store, clock } = await setUp();
    const { record } = await vault.add('akamai', akamaiCanaries('acme'));
    const lastTest = { at: new Date(clock.now()).toISOString(), ok: true, message: 'fine', expiresAt: null };
    await vault.note(record, { lastTest });
    expect(vault.byName('acme').lastTest).toEqual(lastTest);
    clock.advance(1000);
    const edited = await vault.edit('acme', { clientSecret: 'another' });
    expect(edited.record.secretsChangedAt).not.toBe(record.secretsChangedAt);
    expect(edited.record.lastTest).toBeNull();
    expect([...store.items.keys()]).toEqual([edited.record.secretId]);
    expect((await revealed(vault, 'acme')).clientSecret).toBe('another');
  });

  it('refuses an edit with a field that does not exist, __proto__ among them', async () => {
    const { vault } = await setUp();
    await vault.add('akamai', akamaiCanaries('acme'));
    for (const change of [
      { client_secret: 'x' },
      JSON.parse('{"__proto__":{"x":1}}') as unknown,
      [],
      'x',
      { host: '' },
      { name: null },
    ]) {
      await expect(vault.edit('acme', change)).rejects.toMatchObject({ code: 'invalid-input' });
    }
  });

  it('tells a secret that is gone from a store that is locked', async () => {
    const { vault, store } = await setUp();
    const { record } = await vault.add('akamai', akamaiCanaries('acme'));
    store.setState('locked');
    await expect(vault.secretsOf(record.id)).rejects.toMatchObject({ code: 'locked' });
    await expect(vault.edit('acme', { notes: 'x' })).rejects.toMatchObject({ code: 'locked' });
    store.setState('ready');
    store.items.clear();
    await expect(vault.secretsOf(record.id)).rejects.toMatchObject({ code: 'secret-missing' });
    const { clientToken, clientSecret, accessToken } = akamaiCanaries('acme');
    const secrets = { clientToken, clientSecret, accessToken };
    await vault.edit('acme', secrets);
    expect(await revealed(vault, 'acme')).toEqual(secrets);
  });

  it('removes a credential with its secrets', async () => {
    const { vault, store } = await setUp();
    await vault.add('akamai', akamaiCanaries('acme'));
    await vault.remove('acme');
    expect(vault.list()).toEqual([]);
    // Only a moment of undoing later (restore.test.ts).
    await vault.stop();
    expect(store.items.size).toBe(0);
    await expect(vault.remove('acme')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('lists by name, with one and the same array until something changes', async () => {
    const { vault } = await setUp();
    for (const name of ['beta', 'Alpha', 'gamma']) await vault.add('akamai', akamaiCanaries(name));
    const before = vault.list();
    expect(before.map(({ name }) => name)).toEqual(['Alpha', 'beta', 'gamma']);
    expect(vault.list()).toBe(before);
    expect(Object.isFrozen(before)).toBe(true);
    await vault.edit('beta', { name: 'zeta' });
    expect(vault.list().map(({ name }) => name)).toEqual(['Alpha', 'gamma', 'zeta']);
    expect(before.map(({ name }) => name)).toEqual(['Alpha', 'beta', 'gamma']);
  });

  it('names the file and its copy when the index could not be read', async () => {
    const unread = createVault({
      home: '/home',
      store: createMemoryStore(),
      files: createMemoryFiles(),
      clock: createFakeClock(),
      log: createQuietLog(),
    });
    expect(() => unread.byName('acme')).toThrow(expect.objectContaining({ code: 'damaged' }));
    expect(() => unread.list()).toThrow(/credentials\.json/);
  });

  it('announces changes', async () => {
    const { vault } = await setUp();
    let changes = 0;
    const stop = vault.onChange(() => (changes += 1));
    await vault.add('akamai', akamaiCanaries('acme'));
    await vault.edit('acme', { notes: 'x' });
    stop();
    await vault.remove('acme');
    expect(changes).toBe(2);
  });

  it.each(['{', '[]', '{"schema":1}', '{"schema":1,"credentials":[{}],"garbage":[]}', ''])(
    'leaves a damaged index as it is and refuses every change: %s',
    async (text) => {
      const home = temporaryFolder();
      const path = join(home, 'credentials.json');
      writeFileSync(path, text, { mode: 0o600 });
      const store = createMemoryStore({ isOpen: true });
      const vault = createVault({
        home,
        store,
        files: createDurableFiles(),
        clock: systemClock,
        log: createQuietLog(),
      });
      await expect(vault.load()).rejects.toMatchObject({ code: 'damaged', hint: expect.stringContaining('.bak') });
      await expect(vault.add('akamai', akamaiCanaries('acme'))).rejects.toMatchObject({ code: 'damaged' });
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  it('takes an index that vanished for a loss, not for a new vault', async () => {
    const files = createMemoryFiles(new Map([['/home/credentials.json.bak', Buffer.from('{}')]]));
    const store = createMemoryStore({ isOpen: true });
    const vault = createVault({ home: '/home', store, files, clock: systemClock, log: createQuietLog() });
    await expect(vault.load()).rejects.toMatchObject({ code: 'damaged' });
  });

  it('refuses an index of a newer version', async () => {
    const files = createMemoryFiles(new Map([['/home/credentials.json', Buffer.from('{"schema":2}')]]));
    const store = createMemoryStore({ isOpen: true });
    const vault = createVault({ home: '/home', store, files, clock: systemClock, log: createQuietLog() });
    await expect(vault.load()).rejects.toMatchObject({ code: 'newer-format' });
  });
});

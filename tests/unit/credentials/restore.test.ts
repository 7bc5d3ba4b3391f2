import { describe, expect, it } from 'vitest';
import { createVault } from '../../../electron/core/credentials/vault.ts';
import { createMemoryStore } from '../../../electron/platform/memory-store.ts';
import { akamaiCanaries } from '../../support/canaries.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createMemoryFiles } from '../../support/memory-files.ts';
import { createQuietLog } from '../../support/quiet-log.ts';

async function setUp() {
  const store = createMemoryStore({ isOpen: true });
  const clock = createFakeClock();
  const files = createMemoryFiles();
  const open = async () => {
    const vault = createVault({ home: '/home', store, files, clock, log: createQuietLog() });
    await vault.load();
    await vault.recover();
    return vault;
  };
  const vault = await open();
  const { record } = await vault.add('akamai', { ...akamaiCanaries('acme'), colour: 'teal' });
  return { store, clock, vault, record, open };
}

describe('a removal', () => {
  it('can be undone as it was, secrets and colour and all', async () => {
    const { vault, record, store } = await setUp();
    const before = await vault.secretsOf(record.id);
    await vault.remove('acme');
    expect(vault.list()).toEqual([]);
    await expect(vault.secretsOf(record.id)).rejects.toMatchObject({ code: 'not-found' });
    expect(await vault.restore(record.id)).toEqual(record);
    expect(record.colour).toBe('teal');
    expect((await vault.secretsOf(record.id)).clientSecret?.reveal()).toBe(before.clientSecret?.reveal());
    expect(store.items.size).toBe(1);
  });

  it('takes the secrets with it when the time for undoing is over', async () => {
    const { vault, record, store, clock } = await setUp();
    await vault.remove('acme');
    expect(store.items.size).toBe(1);
    clock.advance(12_000);
    await vault.stop();
    expect(store.items.size).toBe(0);
    await expect(vault.restore(record.id)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('of many can be undone as a whole, counted from the last one', async () => {
    const { vault, clock, store } = await setUp();
    const names = Array.from({ length: 40 }, (_, nth) => `customer-${nth}`);
    for (const name of names) await vault.add('akamai', akamaiCanaries(name));
    const removed = [];
    for (const name of names) {
      removed.push(await vault.remove(name));
      clock.advance(1_000);
    }
    for (const { id } of removed) await vault.restore(id);
    expect(vault.list()).toHaveLength(41);
    expect(store.items.size).toBe(41);
  });

  it('keeps what can still be undone while other credentials change', async () => {
    const { vault, record } = await setUp();
    await vault.remove('acme');
    await vault.add('akamai', akamaiCanaries('other'));
    await vault.edit('other', { clientSecret: 'another-secret-0123456789012345678901234567' });
    await vault.remove('other');
    await vault.restore(record.id);
    expect(Object.keys(await vault.secretsOf(record.id))).toHaveLength(3);
  });

  it('is not undone over a name that was given away meanwhile', async () => {
    const { vault, record } = await setUp();
    await vault.remove('acme');
    await vault.add('akamai', akamaiCanaries('acme'));
    await expect(vault.restore(record.id)).rejects.toMatchObject({ code: 'already-exists' });
    expect(vault.list()).toHaveLength(1);
  });

  it.each(['a stop', 'a kill'])('is final after %s, and leaves no secret behind', async (how) => {
    const { vault, record, store, open } = await setUp();
    await vault.remove('acme');
    if (how === 'a stop') await vault.stop();
    const next = await open();
    expect(store.items.size).toBe(0);
    await expect(next.restore(record.id)).rejects.toMatchObject({ code: 'not-found' });
  });
});

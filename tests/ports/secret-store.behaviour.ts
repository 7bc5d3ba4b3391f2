import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Secret } from '../../electron/core/credentials/secret.ts';
import type { SecretStore } from '../../electron/core/credentials/secret-store.ts';

/** A kind of store under test: `create` gives one over a place of its own, `again` a new one over the same place. */
export interface StoreUnderTest {
  create: () => Promise<{ store: SecretStore; again: () => SecretStore; end: () => Promise<void> }>;
  passphrase: Secret | null;
  /** Whether its items outlive the process. */
  survives: boolean;
  skip?: string | null;
}

/** What every secret store does. Run against every adapter and every fake. */
export const describeSecretStore = (name: string, { create, passphrase, survives, skip }: StoreUnderTest): void => {
  describe.skipIf(skip)(`${name} as a secret store${skip ? ` (skipped: ${skip})` : ''}`, () => {
    let place: Awaited<ReturnType<typeof create>>;
    let store: SecretStore;
    beforeEach(async () => {
      place = await create();
      store = place.store;
    });
    afterEach(async () => {
      await store.close();
      await place.end();
    });

    it('is locked until it is opened, and again once it is closed', async () => {
      expect(await store.state()).toBe('locked');
      for (const operation of [store.get('a'), store.set('a', new Secret('x')), store.delete('a')]) {
        await expect(operation).rejects.toMatchObject({ code: 'locked' });
      }
      await store.open(passphrase);
      expect(await store.state()).toBe('ready');
      await store.set('a', new Secret('x'));
      await store.close();
      expect(await store.state()).toBe('locked');
      await expect(store.get('a')).rejects.toMatchObject({ code: 'locked' });
      await store.open(passphrase);
      expect((await store.get('a'))?.reveal()).toBe('x');
    });

    it.each([
      ['one character', 'x'],
      ['what JSON and shells would change', '{"a": "\\u0000"} $HOME `x` \'"\\\r\n\t\u001b[31m ../../etc'],
      ['every plane of Unicode', 'é 漢字 👩‍👩‍👧 \u{10fffd} \u2028 \ufeff ß'],
      ['spaces alone', '   '],
      ['2,000 characters', 'k'.repeat(2000)],
      ['64 KiB', 'é'.repeat(32 * 1024)],
    ])('gives back %s as it was', async (_what, text) => {
      await store.open(passphrase);
      await store.set('item-1', new Secret(text));
      expect((await store.get('item-1'))?.reveal()).toBe(text);
    });

    it('keeps items apart, replaces them whole, whatever their size, and deletes them', async () => {
      await store.open(passphrase);
      await store.set('a', new Secret('1'));
      await store.set('b', new Secret('b'.repeat(5000)));
      await store.set('a', new Secret('a'.repeat(5000)));
      await store.set('a', new Secret('a'.repeat(6000)));
      expect((await store.get('b'))?.reveal()).toBe('b'.repeat(5000));
      expect((await store.get('a'))?.reveal()).toBe('a'.repeat(6000));
      await store.set('a', new Secret('2'));
      expect((await store.get('a'))?.reveal()).toBe('2');
      await store.delete('a');
      await store.delete('a');
      expect(await store.get('a')).toBeNull();
      expect((await store.get('b'))?.reveal()).toBe('b'.repeat(5000));
    });

    it('says null for an item that is not there', async () => {
      await store.open(passphrase);
      for (const id of ['never', 'constructor', 'toString', '0']) expect(await store.get(id)).toBeNull();
    });

    it.each([
      ['an empty text', 'a', '', 'invalid-input'],
      ['NUL', 'a', 'x\u0000y', 'invalid-input'],
      ['half a character', 'a', 'x\ud800', 'invalid-input'],
      ['more than 64 KiB', 'a', 'x'.repeat(64 * 1024 + 1), 'too-large'],
      ['an id with a slash', 'a/b', 'x', 'invalid-input'],
      ['an id with a dot', 'a.b', 'x', 'invalid-input'],
      ['an empty id', '', 'x', 'invalid-input'],
      ['a long id', 'a'.repeat(65), 'x', 'invalid-input'],
    ])('refuses %s and keeps what was there', async (_what, id, text, code) => {
      await store.open(passphrase);
      await store.set('a', new Secret('old'));
      await expect(store.set(id, new Secret(text))).rejects.toMatchObject({ code });
      expect((await store.get('a'))?.reveal()).toBe('old');
    });

    it('lets the last of many writes at once win', async () => {
      await store.open(passphrase);
      const writes = Array.from({ length: 20 }, (_, number) => store.set('a', new Secret(`value ${number}`)));
      await Promise.all(writes);
      expect((await store.get('a'))?.reveal()).toBe('value 19');
    });

    it('never prints a secret', async () => {
      await store.open(passphrase);
      await store.set('a', new Secret('CANARY'));
      expect(`${String(await store.get('a'))} ${JSON.stringify(await store.get('a'))}`).toBe('[secret] "[secret]"');
    });

    it(survives ? 'finds its items again after a restart' : 'forgets its items with the process', async () => {
      await store.open(passphrase);
      await store.set('small', new Secret('1'));
      await store.set('large', new Secret('2'.repeat(9000)));
      await store.close();
      const second = place.again();
      await second.open(passphrase);
      expect((await second.get('small'))?.reveal()).toBe(survives ? '1' : undefined);
      expect((await second.get('large'))?.reveal()).toBe(survives ? '2'.repeat(9000) : undefined);
      await second.close();
    });

    it('can be closed twice and opened twice', async () => {
      await store.open(passphrase);
      await store.open(passphrase);
      expect(await store.state()).toBe('ready');
      await store.close();
      await store.close();
    });

    it('knows its passphrase, where it has one', async () => {
      await store.open(passphrase);
      const isRight = await store.verifyPassphrase(passphrase ?? new Secret('whatever'));
      expect(isRight).toBe(passphrase === null ? null : true);
      expect(await store.verifyPassphrase(new Secret('something else'))).toBe(passphrase === null ? null : false);
      expect(await store.state()).toBe('ready');
    });
  });
};

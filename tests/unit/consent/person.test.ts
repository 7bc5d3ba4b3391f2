import { describe, expect, it } from 'vitest';
import { createPerson } from '../../../electron/core/consent/person.ts';
import { Secret } from '../../../electron/core/credentials/secret.ts';
import { Failure } from '../../../electron/core/failure.ts';
import { createMemoryStore } from '../../../electron/platform/memory-store.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const right = new Secret('correct horse battery');
const wrong = new Secret('wrong horse battery');

function setUp({ everRegistered = false } = {}) {
  const clock = createFakeClock();
  const store = createMemoryStore({ isOpen: true });
  const seen = { everRegistered, wrong: 0 };
  const person = createPerson({
    store,
    clock,
    everRegistered: () => seen.everRegistered,
    onWrong: () => void (seen.wrong += 1),
  });
  return { clock, store, person, seen };
}

async function withPassphrase() {
  const of = setUp();
  await of.person.setPassphrase(right, null);
  return of;
}

describe('the first passphrase of a keychain vault', () => {
  it('can be set while no client was ever registered, and not afterwards', async () => {
    const { person, seen } = setUp();
    seen.everRegistered = true;
    await expect(person.setPassphrase(right, null)).rejects.toMatchObject({ code: 'refused' });
    await expect(person.setPassphrase(right, wrong)).rejects.toMatchObject({ code: 'refused' });
    expect(await person.hasPassphrase()).toBe(false);
    seen.everRegistered = false;
    await person.setPassphrase(right, null);
    expect(await person.hasPassphrase()).toBe(true);
  });

  it('is long enough, or nothing is set', async () => {
    const { person } = setUp();
    await expect(person.setPassphrase(new Secret('1234567'), null)).rejects.toMatchObject({ code: 'invalid-input' });
    expect(await person.hasPassphrase()).toBe(false);
  });

  it('is kept as a salted hash, another one each time', async () => {
    const one = await withPassphrase();
    const other = await withPassphrase();
    const [first, second] = [one, other].map(({ store }) => store.items.get('app-passphrase') ?? '');
    expect(first).not.toBe(second);
    expect(first).not.toContain(right.reveal());
    expect(first).not.toContain(Buffer.from(right.reveal()).toString('base64'));
  });

  it('is replaced by its owner only', async () => {
    const { person } = await withPassphrase();
    const next = new Secret('another passphrase');
    await expect(person.setPassphrase(next, null)).rejects.toMatchObject({ code: 'refused' });
    await expect(person.setPassphrase(next, wrong)).rejects.toMatchObject({ code: 'refused' });
    await person.prove(right);
    await person.setPassphrase(next, right);
    await person.prove(next);
    await expect(person.prove(right)).rejects.toMatchObject({ code: 'refused' });
  });
});

describe('a proof', () => {
  it('is the same however its characters were composed', async () => {
    const { person } = setUp();
    await person.setPassphrase(new Secret('Schl\u00fcsselbund'), null);
    await person.prove(new Secret('Schlu\u0308sselbund'));
  });

  it('that is missing or cannot be checked is refused, each with what to do', async () => {
    const { person } = setUp();
    await expect(person.prove(null)).rejects.toMatchObject({ hint: expect.stringContaining('chatelaine passphrase') });
    await expect(person.prove(right)).rejects.toMatchObject({ message: expect.stringContaining('no app passphrase') });
    await person.setPassphrase(right, null);
    await expect(person.prove(null)).rejects.toMatchObject({
      hint: expect.stringContaining('CHATELAINE_PASSPHRASE_FILE'),
    });
  });

  it('that is wrong is answered ever more slowly, up to half a minute, and a right one ends that', async () => {
    const { clock, person, seen } = await withPassphrase();
    const pauses: number[] = [];
    for (let guess = 0; guess < 10; guess++) {
      await expect(person.prove(wrong)).rejects.toMatchObject({ message: 'Wrong passphrase. Nothing was done.' });
      const refusal: unknown = await person.prove(right).catch((error: unknown) => error);
      const seconds = refusal instanceof Failure ? Number(/Wait (\d+) s/.exec(refusal.hint)?.[1]) : 0;
      if (refusal === undefined) continue;
      pauses.push(seconds);
      clock.advance(seconds * 1000);
    }
    // The two free guesses were each followed by a right one, so the count began anew.
    expect(pauses).toEqual([]);
    expect(seen.wrong).toBe(10);
    for (let guess = 0; guess < 9; guess++) {
      await expect(person.prove(wrong)).rejects.toMatchObject({ message: 'Wrong passphrase. Nothing was done.' });
      const refusal: unknown = guess < 2 ? null : await person.prove(right).catch((error: unknown) => error);
      if (!(refusal instanceof Failure)) continue;
      expect(refusal.message).toBe('Too many wrong passphrases. Nothing was done.');
      pauses.push(Number(/Wait (\d+) s/.exec(refusal.hint)?.[1]));
      clock.advance((pauses.at(-1) ?? 0) * 1000);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30]);
    await person.prove(right);
    await expect(person.prove(wrong)).rejects.toThrow('Wrong passphrase');
    await person.prove(right);
  });

  it('cannot be guessed faster by guessing side by side', async () => {
    const { person, seen } = await withPassphrase();
    const guesses = await Promise.allSettled(Array.from({ length: 20 }, () => person.prove(wrong)));
    expect(guesses.every(({ status }) => status === 'rejected')).toBe(true);
    expect(seen.wrong).toBe(3);
  });

  it('counts together with attempts to open the vault itself', async () => {
    const { person, seen } = await withPassphrase();
    const refuse = () => Promise.reject(new Failure('refused', 'Wrong passphrase.', ''));
    for (let guess = 0; guess < 3; guess++) await expect(person.attempt(refuse)).rejects.toThrow('Wrong passphrase');
    await expect(person.prove(right)).rejects.toThrow('Too many wrong passphrases');
    expect(seen.wrong).toBe(3);
  });

  it('that cannot be compared now, as the keychain does not answer, is no wrong one', async () => {
    const { person, store, seen } = await withPassphrase();
    store.setState('unresponsive');
    for (let count = 0; count < 5; count++)
      await expect(person.prove(right)).rejects.toMatchObject({ code: 'keychain-unresponsive' });
    store.setState('ready');
    await person.prove(right);
    expect(seen.wrong).toBe(0);
  });
});

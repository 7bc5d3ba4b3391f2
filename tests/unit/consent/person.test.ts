import { describe, expect, it } from 'vitest';
import { createPerson } from '../../../electron/core/consent/person.ts';
import type { Requester } from '../../../electron/core/contract/dispatch.ts';
import { Secret } from '../../../electron/core/credentials/secret.ts';
import { Failure } from '../../../electron/core/failure.ts';
import { createMemoryStore } from '../../../electron/platform/memory-store.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const right = new Secret('correct horse battery');
const wrong = new Secret('wrong horse battery');

const by = (proof: Secret | null, transport: Requester['transport'] = 'control'): Requester => ({ transport, proof });

function setUp({
  everRegistered = false,
  answeredInWindow = false,
  authenticate = null as (() => Promise<boolean>) | null,
} = {}) {
  const clock = createFakeClock();
  const store = createMemoryStore({ isOpen: true });
  const seen = { everRegistered, wrong: 0 };
  const person = createPerson({
    store,
    clock,
    everRegistered: () => seen.everRegistered,
    answeredInWindow: () => answeredInWindow,
    authenticate: () => authenticate,
    onWrong: () => void (seen.wrong += 1),
  });
  return { clock, store, person, seen };
}

async function withPassphrase() {
  const of = setUp();
  await of.person.setPassphrase(right, by(null));
  return of;
}

describe('the first passphrase of a keychain vault', () => {
  it('can be set while no client was ever registered, and not afterwards', async () => {
    const { person, seen } = setUp();
    seen.everRegistered = true;
    await expect(person.setPassphrase(right, by(null))).rejects.toMatchObject({ code: 'refused' });
    await expect(person.setPassphrase(right, by(wrong))).rejects.toMatchObject({ code: 'refused' });
    expect(await person.hasPassphrase()).toBe(false);
    seen.everRegistered = false;
    await person.setPassphrase(right, by(null));
    expect(await person.hasPassphrase()).toBe(true);
  });

  it('is long enough, or nothing is set', async () => {
    const { person } = setUp();
    await expect(person.setPassphrase(new Secret('1234567'), by(null))).rejects.toMatchObject({
      code: 'invalid-input',
    });
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
    await expect(person.setPassphrase(next, by(null))).rejects.toMatchObject({ code: 'refused' });
    await expect(person.setPassphrase(next, by(wrong))).rejects.toMatchObject({ code: 'refused' });
    await person.prove(by(right));
    await person.setPassphrase(next, by(right));
    await person.prove(by(next));
    await expect(person.prove(by(right))).rejects.toMatchObject({ code: 'refused' });
  });
});

describe('a proof', () => {
  it('is the same however its characters were composed', async () => {
    const { person } = setUp();
    await person.setPassphrase(new Secret('Schl\u00fcsselbund'), by(null));
    await person.prove(by(new Secret('Schlu\u0308sselbund')));
  });

  it('that is missing or cannot be checked is refused, each with what to do', async () => {
    const { person } = setUp();
    await expect(person.prove(by(null))).rejects.toMatchObject({
      hint: expect.stringContaining('chatelaine passphrase'),
    });
    await expect(person.prove(by(right))).rejects.toMatchObject({
      message: expect.stringContaining('no app passphrase'),
    });
    await person.setPassphrase(right, by(null));
    await expect(person.prove(by(null))).rejects.toMatchObject({
      hint: expect.stringContaining('CHATELAINE_PASSPHRASE_FILE'),
    });
  });

  it('that is wrong is answered ever more slowly, up to half a minute, and a right one ends that', async () => {
    const { clock, person, seen } = await withPassphrase();
    const pauses: number[] = [];
    for (let guess = 0; guess < 10; guess++) {
      await expect(person.prove(by(wrong))).rejects.toMatchObject({ message: 'Wrong passphrase. Nothing was done.' });
      const refusal: unknown = await person.prove(by(right)).catch((error: unknown) => error);
      const seconds = refusal instanceof Failure ? Number(/Wait (\d+) s/.exec(refusal.hint)?.[1]) : 0;
      if (refusal === undefined) continue;
      pauses.push(seconds);
      clock.advance(seconds * 1000);
    }
    // The two free guesses were each followed by a right one, so the count began anew.
    expect(pauses).toEqual([]);
    expect(seen.wrong).toBe(10);
    for (let guess = 0; guess < 9; guess++) {
      await expect(person.prove(by(wrong))).rejects.toMatchObject({ message: 'Wrong passphrase. Nothing was done.' });
      const refusal: unknown = guess < 2 ? null : await person.prove(by(right)).catch((error: unknown) => error);
      if (!(refusal instanceof Failure)) continue;
      expect(refusal.message).toBe('Too many wrong passphrases. Nothing was done.');
      pauses.push(Number(/Wait (\d+) s/.exec(refusal.hint)?.[1]));
      clock.advance((pauses.at(-1) ?? 0) * 1000);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30]);
    await person.prove(by(right));
    await expect(person.prove(by(wrong))).rejects.toThrow('Wrong passphrase');
    await person.prove(by(right));
  });

  it('cannot be guessed faster by guessing side by side', async () => {
    const { person, seen } = await withPassphrase();
    const guesses = await Promise.allSettled(Array.from({ length: 20 }, () => person.prove(by(wrong))));
    expect(guesses.every(({ status }) => status === 'rejected')).toBe(true);
    expect(seen.wrong).toBe(3);
  });

  it('counts together with attempts to open the vault itself', async () => {
    const { person, seen } = await withPassphrase();
    const refuse = () => Promise.reject(new Failure('refused', 'Wrong passphrase.', ''));
    for (let guess = 0; guess < 3; guess++) await expect(person.attempt(refuse)).rejects.toThrow('Wrong passphrase');
    await expect(person.prove(by(right))).rejects.toThrow('Too many wrong passphrases');
    expect(seen.wrong).toBe(3);
  });

  it('that cannot be compared now, as the keychain does not answer, is no wrong one', async () => {
    const { person, store, seen } = await withPassphrase();
    store.setState('unresponsive');
    for (let count = 0; count < 5; count++)
      await expect(person.prove(by(right))).rejects.toMatchObject({ code: 'keychain-unresponsive' });
    store.setState('ready');
    await person.prove(by(right));
    expect(seen.wrong).toBe(0);
  });
});

describe('a person in a window', () => {
  it('needs no more than the click where nothing is set, which the command line never gets by with', async () => {
    const { person, seen } = setUp();
    for (const transport of ['ipc', 'http'] as const) {
      await person.prove(by(null, transport));
      await person.agree(by(null, transport));
    }
    seen.everRegistered = true;
    await person.prove(by(null, 'ipc'));
    await expect(person.prove(by(null))).rejects.toMatchObject({ code: 'refused' });
    await expect(person.agree(by(null))).rejects.toMatchObject({ code: 'refused' });
    expect(await person.confirmsBy()).toBe('click');
  });

  it('is not met on a page that a program could have opened with a host of its own', async () => {
    // No passphrase, and clients are there: what gives secrets or power away needs more than a page.
    const headless = setUp({ everRegistered: true });
    await expect(headless.person.prove(by(null, 'http'))).rejects.toMatchObject({ code: 'refused' });
    await expect(headless.person.setPassphrase(right, by(null, 'http'))).rejects.toMatchObject({ code: 'refused' });
    // Answers are another matter where a page is the only place for them …
    await headless.person.agree(by(null, 'http'));
    // … which it is not where the desktop app has its window.
    const desktop = setUp({ answeredInWindow: true });
    await expect(desktop.person.agree(by(null, 'http'))).rejects.toMatchObject({ code: 'refused' });
    await expect(desktop.person.prove(by(null, 'http'))).rejects.toMatchObject({ code: 'refused' });
    await desktop.person.agree(by(null, 'ipc'));
    await desktop.person.setPassphrase(right, by(null, 'ipc'));
    await desktop.person.agree({ ...by(right, 'http'), session: {} });
  });

  it('may set the first passphrase although clients are registered, and from then on needs it', async () => {
    const { person } = setUp({ everRegistered: true });
    await person.setPassphrase(right, by(null, 'ipc'));
    expect(await person.confirmsBy()).toBe('passphrase');
    await expect(person.prove(by(null, 'ipc'))).rejects.toMatchObject({ hint: 'Type the passphrase and try again.' });
    await expect(person.prove(by(wrong, 'http'))).rejects.toMatchObject({ code: 'refused' });
    await person.prove(by(right, 'ipc'));
  });

  it('answers approvals with a click in the desktop’s window, and in a page in which the passphrase was given once', async () => {
    const { person } = await withPassphrase();
    const page = { ...by(null, 'http'), session: {} };
    await person.agree(by(null, 'ipc'));
    await expect(person.agree(page)).rejects.toMatchObject({ code: 'refused' });
    await person.agree({ ...page, proof: right });
    await person.agree(page);
    await expect(person.agree({ ...page, session: {} })).rejects.toMatchObject({ code: 'refused' });
    // A secret is another matter than an answer.
    await expect(person.prove(page)).rejects.toMatchObject({ code: 'refused' });
    person.forget();
    await expect(person.agree(page)).rejects.toMatchObject({ code: 'refused' });
  });

  it('is asked by the system where it can, and refused when the system is not convinced', async () => {
    let isThere = true;
    const { person } = setUp({ authenticate: async () => isThere });
    expect(await person.confirmsBy()).toBe('system');
    await person.prove(by(null, 'ipc'));
    isThere = false;
    await expect(person.prove(by(null, 'ipc'))).rejects.toMatchObject({ code: 'refused' });
    // Nobody sits before a command line.
    isThere = true;
    await expect(person.prove(by(null))).rejects.toMatchObject({ code: 'refused' });
  });
});

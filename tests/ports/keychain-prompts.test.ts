import { describe, expect, it } from 'vitest';

import { Secret } from '../../electron/core/credentials/secret.ts';
import type { Child, Launch } from '../../electron/core/workers/launch.ts';
import type { BrokerReply, BrokerRequest } from '../../electron/platform/keychain/broker-protocol.ts';
import { classify } from '../../electron/platform/keychain/keychain-error.ts';
import { createKeychainStore } from '../../electron/platform/keychain/keychain-store.ts';
import { sessionEnvironment } from '../../electron/platform/keychain/session-environment.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { createMemoryFiles } from '../support/memory-files.ts';
import { createQuietLog } from '../support/quiet-log.ts';

/** A keychain that answers as told: an error text, or nothing at all while a prompt is up. */
const createFakeKeychain = () => {
  const items = new Map<string, string>();
  const seen: string[] = [];
  let starts = 0;
  let answer: 'normally' | 'never' | { error: string } | 'empty' = 'normally';
  const replyTo = ({ id, operation, account, value }: BrokerRequest): BrokerReply | null => {
    seen.push(operation);
    if (answer === 'never') return null;
    if (typeof answer === 'object') return { id, ok: false, message: answer.error };
    if (answer === 'empty') return { id, ok: true, value: null };
    const found = items.get(account);
    if (operation === 'set') items.set(account, Buffer.from(value ?? []).toString());
    if (operation === 'delete') items.delete(account);
    return { id, ok: true, value: operation === 'set' || found === undefined ? null : Buffer.from(found) };
  };
  const launch: Launch = () => {
    starts += 1;
    const messageListeners: ((message: unknown) => void)[] = [];
    const exitListeners: Parameters<Child['onExit']>[0][] = [];
    return {
      pid: starts,
      async send(request) {
        const reply = replyTo(request as BrokerRequest);
        if (reply !== null) queueMicrotask(() => messageListeners.forEach((listener) => listener(reply)));
      },
      onMessage: (listener) => void messageListeners.push(listener),
      onExit: (listener) => void exitListeners.push(listener),
      kill: () => exitListeners.forEach((listener) => listener({ code: null, signal: 'SIGKILL' })),
    };
  };
  return {
    launch,
    seen,
    starts: () => starts,
    answers(next: typeof answer) {
      answer = next;
    },
  };
};

const setUp = (environment: Record<string, string>) => {
  const keychain = createFakeKeychain();
  const clock = createFakeClock();
  const deps = { home: '/home', files: createMemoryFiles(), clock, log: createQuietLog() };
  const store = createKeychainStore({ ...deps, launch: keychain.launch, environment });
  return { keychain, clock, store };
};

/** How long until it ends, by the fake clock, in steps of a second; at most five minutes. */
const secondsUntilEnd = async (
  clock: ReturnType<typeof createFakeClock>,
  operation: Promise<unknown>,
): Promise<number> => {
  const over = { is: false };
  void operation.catch(() => undefined).then(() => (over.is = true));
  for (let second = 0; second <= 300; second += 1) {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    if (over.is) return second;
    clock.advance(1000);
  }
  return Infinity;
};

describe.skipIf(process.platform === 'win32')('a prompt of the keychain', () => {
  const desktop = { DISPLAY: ':0' };

  it.each([
    ['gets two minutes where a person may see it', desktop, 120],
    ['gets two seconds where nobody can', { SSH_CONNECTION: 'x' }, 2],
  ])('%s', async (_what, environment: Record<string, string>, seconds) => {
    const { keychain, clock, store } = setUp(environment);
    keychain.answers('never');
    expect(await secondsUntilEnd(clock, store.open(null))).toBe(seconds);
    expect(await store.state()).toBe('unresponsive');
  });

  it('is not waited for once the keychain was open, and not put up by asking for the state', async () => {
    const { keychain, clock, store } = setUp(desktop);
    await store.open(null);
    await store.set('a', new Secret('x'));
    keychain.answers('never');
    expect(await secondsUntilEnd(clock, store.get('a'))).toBe(2);
    keychain.answers('empty');
    await expect(store.get('a')).rejects.toMatchObject({ code: 'locked' });
    const before = keychain.seen.length;
    expect(await store.state()).toBe('locked');
    expect(keychain.seen).toHaveLength(before);
    keychain.answers('never');
    expect(await secondsUntilEnd(clock, store.get('a')), 'locked: a tool call may bring it up').toBe(120);
  });

  it('is not shown again when the person says no', async () => {
    const { keychain, store } = setUp(desktop);
    await store.open(null);
    const before = keychain.seen.length;
    keychain.answers({ error: 'The prompt was dismissed' });
    await expect(store.set('a', new Secret('x'))).rejects.toMatchObject({ code: 'keychain-denied' });
    expect(keychain.seen).toHaveLength(before + 1);
    expect(await store.state()).toBe('denied');
  });
});

describe('the broker', () => {
  it('is replaced once when the way to the keychain broke', async () => {
    const { keychain, store } = setUp({});
    await store.open(null);
    const before = keychain.starts();
    keychain.answers({ error: 'The connection is closed' });
    await expect(store.get('a')).rejects.toMatchObject({ code: 'keychain-unresponsive' });
    expect(keychain.starts()).toBe(before + 1);
    keychain.answers('normally');
    expect(await store.get('a')).toBeNull();
  });

  it('is ended after a minute without work', async () => {
    const { keychain, clock, store } = setUp({});
    await store.open(null);
    const before = keychain.starts();
    clock.advance(59_000);
    await store.get('a');
    expect(keychain.starts()).toBe(before);
    clock.advance(60_000);
    await store.get('a');
    expect(keychain.starts()).toBe(before + 1);
  });

  it('gets what finds the session’s keychain, and nothing else', () => {
    const environment = {
      DISPLAY: ':0',
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/x',
      NODE_OPTIONS: '--inspect',
      AKAMAI_HOST: 'x',
      HOME: '/root',
    };
    expect(sessionEnvironment(environment)).toEqual({ DISPLAY: ':0', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/x' });
  });
});

describe('an error text of the keychain', () => {
  it.each([
    ['Cannot create an item in a locked collection', 'locked'],
    ['User interaction is not allowed.', 'locked'],
    ['The user name or passphrase you entered is not correct.', 'denied'],
    ['User canceled the operation.', 'denied'],
    ['Object does not exist at path “/org/freedesktop/secrets/collection/login”', 'absent'],
    ['Cannot autolaunch D-Bus without X11 $DISPLAY', 'absent'],
    ['The name org.freedesktop.secrets was not provided by any .service files', 'absent'],
    ['Could not connect: No such file or directory', 'absent'],
    ['Failed to load keytar native addon, checked []', 'absent'],
    ['The connection is closed', 'transport'],
    ['Timeout was reached', 'transport'],
    ['', 'transport'],
  ])('%j means %s', (message, meaning) => {
    expect(classify(message)).toBe(meaning);
  });
});

import type { Clock } from '../../core/clock.ts';
import { Secret } from '../../core/credentials/secret.ts';
import type { SecretStore, SecretStoreState } from '../../core/credentials/secret-store.ts';
import { Failure } from '../../core/failure.ts';
import type { DurableFiles } from '../../core/files/durable-file.ts';
import { oneAtATime } from '../../core/files/one-at-a-time.ts';
import type { Log } from '../../core/log.ts';
import type { Launch } from '../../core/workers/launch.ts';
import { checkedId, checkedText, storeFailure } from '../store-rules.ts';
import { createBrokerClient } from './broker-client.ts';
import type { BrokerRequest } from './broker-protocol.ts';
import { classify } from './keychain-error.ts';
import { createKeychainItems } from './keychain-item.ts';
import { type KeychainNote, readNote, writeNote } from './keychain-note.ts';
import { promptMayShow, sessionEnvironment } from './session-environment.ts';

const callLimitMs = 2000;
const promptLimitMs = 120_000;
/** Not an id that a caller could use. */
const sentinelId = '_sentinel';
const sentinelText = 'chatelaine';

/** An operation with the moment by which it must be answered. */
interface Turn {
  untilMs: number;
}

/**
 * Secrets in the operating system's keychain, reached through the broker. A locked keyring says "not there" for every
 * item, so each such answer is checked against a sentinel item that is known to be there.
 */
export const createKeychainStore = (deps: {
  launch: Launch;
  home: string;
  files: DurableFiles;
  clock: Clock;
  log: Log;
  service?: string;
  environment?: Readonly<Record<string, string | undefined>>;
}): SecretStore => {
  const { launch, home, files, clock, log, service = 'Chatelaine', environment = process.env } = deps;
  const broker = createBrokerClient({ launch, service, environment: sessionEnvironment(environment), clock });
  const items = createKeychainItems(home, files);
  const inTurn = oneAtATime();
  const mayPrompt = promptMayShow(environment);
  let note: KeychainNote | null = null;
  let known: SecretStoreState = 'locked';
  let pending = 0;
  let timeouts = 0;
  let isBrokerNew = true;

  const renewBroker = (): void => {
    broker.kill();
    isBrokerNew = true;
  };

  const fail = (state: Exclude<SecretStoreState, 'ready'>): Failure => {
    known = state;
    return storeFailure(state);
  };

  /** One call of the broker; asked again of a new one when the way to the keychain broke, as after its restart. */
  const ask = async (
    turn: Turn,
    operation: BrokerRequest['operation'],
    account: string,
    value: string | null = null,
  ): Promise<string | null> => {
    for (let isRetry = false; ; isRetry = true) {
      const result = await broker.call(operation, account, value, turn.untilMs - clock.now());
      if (result.ok) return result.value;
      if (result.kind === 'timeout') {
        timeouts += 1;
        log.warn('keychain-timeout', { operation });
        throw fail('unresponsive');
      }
      const meaning = result.kind === 'gone' ? 'transport' : classify(result.message);
      // What a person decided in a prompt is not asked twice.
      const isDecided = meaning === 'denied' || (meaning === 'locked' && mayPrompt);
      if (isRetry || isDecided) {
        log.warn('keychain-failed', { operation, meaning, reason: result.message.slice(0, 200) });
        throw fail(meaning === 'transport' ? 'unresponsive' : meaning);
      }
      renewBroker();
    }
  };

  const accountOf = ({ vaultId }: KeychainNote, id: string): string => `${vaultId}.${id}`;

  const hasSentinel = async (turn: Turn, at: KeychainNote): Promise<boolean> =>
    (await ask(turn, 'get', accountOf(at, sentinelId))) === sentinelText;

  /** Throws `locked` unless "not there" can be believed. A broker older than the keychain's restart sees nothing at all. */
  const proveOpen = async (turn: Turn, at: KeychainNote): Promise<void> => {
    if (await hasSentinel(turn, at)) return;
    // A new one is believed at once: asking it again could put up a second prompt.
    if (isBrokerNew) throw fail('locked');
    renewBroker();
    if (!(await hasSentinel(turn, at))) throw fail('locked');
  };

  const getItem = async (turn: Turn, at: KeychainNote, id: string): Promise<string | null> => {
    const item = await ask(turn, 'get', accountOf(at, id));
    if (item !== null) return item;
    await proveOpen(turn, at);
    return ask(turn, 'get', accountOf(at, id));
  };

  const openNote = async (turn: Turn): Promise<KeychainNote> => {
    const found = await readNote(home, files);
    if (found.hasSentinel && (await proveOpen(turn, found).then(() => true, isLocked))) return found;
    // Never written, or gone: only a keychain that is open, or that the person now opens, takes a new one.
    await ask(turn, 'set', accountOf(found, sentinelId), sentinelText);
    await proveOpen(turn, found);
    if (found.hasSentinel) log.warn('keychain-sentinel-renewed');
    const written = { ...found, hasSentinel: true };
    await writeNote(home, files, written);
    return written;
  };

  /** A killed `set` leaves a sealed file that no item names. */
  const sweep = async (turn: Turn, at: KeychainNote): Promise<void> => {
    for (const id of await items.sealedIds()) await items.sweep(id, await getItem(turn, at, id));
  };

  /** Runs alone and within its limit; what waited behind a call that timed out fails with it instead of waiting anew. */
  const run = <Result>(limitMs: () => number, work: (turn: Turn) => Promise<Result>): Promise<Result> => {
    const before = timeouts;
    pending += 1;
    return inTurn(async () => {
      try {
        if (timeouts !== before) throw fail('unresponsive');
        return await work({ untilMs: clock.now() + limitMs() });
      } finally {
        pending -= 1;
        isBrokerNew = false;
      }
    });
  };

  const operate = <Result>(work: (turn: Turn, at: KeychainNote) => Promise<Result>): Promise<Result> =>
    run(
      () => (known === 'locked' && mayPrompt ? promptLimitMs : callLimitMs),
      async (turn) => {
        if (note === null) throw storeFailure(known === 'ready' ? 'locked' : known);
        const result = await work(turn, note);
        known = 'ready';
        return result;
      },
    );

  return {
    kind: 'keychain',

    async state() {
      // A question must not put up a prompt, nor wait behind one.
      if (note === null || pending > 0 || (known === 'locked' && mayPrompt)) return known;
      await operate(proveOpen).catch((error: unknown) => log.info('keychain-state', { reason: String(error) }));
      return known;
    },

    open: () =>
      run(
        () => (mayPrompt ? promptLimitMs : callLimitMs),
        async (turn) => {
          renewBroker();
          note = await openNote(turn);
          known = 'ready';
          await sweep(turn, note).catch((error: unknown) => log.warn('keychain-sweep', { reason: String(error) }));
        },
      ),

    close: () =>
      inTurn(async () => {
        note = null;
        known = 'locked';
        renewBroker();
      }),

    get: (id) =>
      operate(async (turn, at) => {
        const item = await getItem(turn, at, checkedId(id));
        return item === null ? null : new Secret(await items.unpack(id, item));
      }),

    set: (id, secret) =>
      operate(async (turn, at) => {
        const item = await items.pack(checkedId(id), checkedText(secret));
        await ask(turn, 'set', accountOf(at, id), item);
        await items.sweep(id, item);
      }),

    delete: (id) =>
      operate(async (turn, at) => {
        const deleted = await ask(turn, 'delete', accountOf(at, checkedId(id)));
        if (deleted === null) {
          await proveOpen(turn, at);
          await ask(turn, 'delete', accountOf(at, id));
        }
        await items.sweep(id, null);
      }),

    verifyPassphrase: async () => null,
  };
};

const isLocked = (error: unknown): false => {
  if (error instanceof Failure && error.code === 'locked') return false;
  throw error;
};

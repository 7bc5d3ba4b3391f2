import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Requester } from '../contract/dispatch.ts';
import type { HostView } from '../contract/views.ts';
import { Secret } from '../credentials/secret.ts';
import type { SecretStore } from '../credentials/secret-store.ts';
import { Failure } from '../failure.ts';
import { oneAtATime } from '../files/one-at-a-time.ts';
import { assertLongEnough } from './passphrase-rule.ts';

/**
 * Tells a person from a program that can run our command line: what only a person should do needs a passphrase.
 * A file vault has its own; on a keychain there is an optional app passphrase, kept there as a salted scrypt hash.
 * In a window of ours the operating system asks where it can; where nothing is set, the click itself is the proof.
 */
export interface Person {
  /** Resolves when the person stands behind this request; rejects with `refused`. Wrong proofs are answered ever more slowly. */
  prove(requester: Requester): Promise<void>;
  /** As `prove`, for the answer to one question: the click in the desktop's own window, or a page in which it was proved once. */
  agree(requester: Requester): Promise<void>;
  /** Locking ends what was proved in any page. */
  forget(): void;
  /** For a passphrase that proved itself another way, as by opening the file vault. */
  remember(requester: Requester): void;
  /** What a window has to bring for `prove`; null while a keychain cannot be asked. */
  confirmsBy(): Promise<HostView['confirmsBy']>;
  /** Whether a window can tell who sits there: by a passphrase or by the system. */
  canTell(): Promise<boolean>;
  /**
   * Runs work that needs the passphrase itself, as opening a file vault does, and that rejects with `refused` when it is
   * wrong: with the same pauses as `prove`, which count together.
   */
  attempt<Result>(work: () => Promise<Result>): Promise<Result>;
  hasPassphrase(): Promise<boolean>;
  /**
   * Sets or replaces the app passphrase of a keychain vault. Replacing needs the current one. From the command line the
   * first one can be set only while no client was ever registered: afterwards a model with a shell could choose it.
   */
  setPassphrase(next: Secret, requester: Requester): Promise<void>;
}

const Verifier = z.object({ salt: z.string(), hash: z.string(), cost: z.number().int() });
type Verifier = z.infer<typeof Verifier>;

const itemId = 'app-passphrase';
const cost = 2 ** 15;
const longestPauseMs = 30_000;

export function createPerson(deps: {
  store: SecretStore;
  clock: Clock;
  everRegistered: () => boolean;
  /** Whether this data folder has a desktop app, whose window is where the person answers. */
  answeredInWindow: () => boolean;
  /** Asks for fingerprint, face or system password; null where the system offers nothing of the kind. */
  authenticate: () => ((reason: string) => Promise<boolean>) | null;
  onWrong: () => void;
}): Person {
  const { store, clock } = deps;
  let provedIn = new WeakSet();
  const inTurn = oneAtATime();
  let wrongInARow = 0;
  let refusedUntilMs = 0;

  async function isRight(proof: Secret): Promise<boolean> {
    const ofStore = await store.verifyPassphrase(proof);
    if (ofStore !== null) return ofStore;
    const verifier = await read(store);
    return verifier !== null && timingSafeEqual(await hashOf(proof, verifier), Buffer.from(verifier.hash, 'base64'));
  }

  // One at a time: guesses made side by side must not slip past the pause.
  const attempt = <Result>(work: () => Promise<Result>): Promise<Result> => inTurn(() => attemptNow(work));

  async function attemptNow<Result>(work: () => Promise<Result>): Promise<Result> {
    if (clock.now() < refusedUntilMs) {
      throw new Failure(
        'refused',
        'Too many wrong passphrases. Nothing was done.',
        `Wait ${Math.ceil((refusedUntilMs - clock.now()) / 1000)} s and try again.`,
      );
    }
    try {
      const result = await work();
      wrongInARow = 0;
      return result;
    } catch (error) {
      if (error instanceof Failure && error.code === 'refused') {
        wrongInARow += 1;
        if (wrongInARow > 2) refusedUntilMs = clock.now() + Math.min(1000 * 2 ** (wrongInARow - 3), longestPauseMs);
        deps.onWrong();
      }
      throw error;
    }
  }

  async function prove(requester: Requester): Promise<void> {
    const { transport, proof } = requester;
    const authenticate = deps.authenticate();
    if (transport === 'ipc' && authenticate && !proof) {
      if (await authenticate('confirm what you asked Chatelaine to do')) return;
      throw new Failure('refused', 'The system did not confirm that it is you. Nothing was done.', 'Try again.');
    }
    if (!(await hasPassphrase())) {
      // A program can stop the host, start one of its own and open its page: that stands for nobody once clients are there.
      const isAnybody = transport === 'http' && (deps.everRegistered() || deps.answeredInWindow());
      if (transport === 'control' || isAnybody) throw noPassphraseSet();
      return;
    }
    if (!proof) throw noProof(transport);
    await attempt(async () => {
      if (!(await isRight(proof))) throw new Failure('refused', 'Wrong passphrase. Nothing was done.', 'Try again.');
    });
    remember(requester);
  }

  function remember({ session }: Requester): void {
    if (session) provedIn.add(session);
  }

  async function hasPassphrase(): Promise<boolean> {
    return store.kind === 'file' || (await read(store)) !== null;
  }

  return {
    prove,
    async agree(requester) {
      if (requester.transport === 'ipc') return;
      if (requester.session && provedIn.has(requester.session)) return;
      // A headless host on a keychain, where no desktop app ever ran, has only its page to meet a person on.
      const isOnlyPlace = requester.transport === 'http' && !deps.answeredInWindow();
      if (isOnlyPlace && !(await hasPassphrase())) return;
      await prove(requester);
    },
    forget() {
      provedIn = new WeakSet();
    },
    remember,
    confirmsBy: async () => (deps.authenticate() ? 'system' : (await hasPassphrase()) ? 'passphrase' : 'click'),
    canTell: async () => deps.authenticate() !== null || (await hasPassphrase()),
    attempt,
    hasPassphrase,
    async setPassphrase(next, requester) {
      if (store.kind === 'file') {
        throw new Failure(
          'invalid-input',
          'This vault is a file with its own passphrase; that one is the proof.',
          'There is nothing to set.',
        );
      }
      assertLongEnough(next);
      if ((await hasPassphrase()) || requester.transport !== 'control') await prove(requester);
      else if (deps.everRegistered()) throw noPassphraseSet();
      const salt = randomBytes(16).toString('base64');
      const hash = (await hashOf(next, { salt, cost })).toString('base64');
      await store.set(itemId, new Secret(JSON.stringify({ salt, hash, cost } satisfies Verifier)));
    },
  };
}

async function read(store: SecretStore): Promise<Verifier | null> {
  const item = await store.get(itemId);
  return item && Verifier.parse(JSON.parse(item.reveal()));
}

const hashOf = (passphrase: Secret, { salt, cost }: { salt: string; cost: number }): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const options = { N: cost, r: 8, p: 1, maxmem: 256 * cost * 8 };
    scrypt(passphrase.reveal().normalize('NFC'), Buffer.from(salt, 'base64'), 32, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });

export const noProof = (transport: Requester['transport']): Failure =>
  new Failure(
    'refused',
    "This needs a person's confirmation, and none came with it. Nothing was done.",
    transport === 'control'
      ? 'Run it in a terminal and type the passphrase, or put the path of a file that holds it into CHATELAINE_PASSPHRASE_FILE.'
      : 'Type the passphrase and try again.',
  );

export const noPassphraseSet = (): Failure =>
  new Failure(
    'refused',
    'This host keeps its vault in the keychain and has no app passphrase, so it cannot tell a person from a program. Nothing was done.',
    'An app passphrase can be set in the desktop app (Settings), or with `chatelaine passphrase` before the first client is registered. A locked host opens again when it is stopped and started: `chatelaine stop`.',
  );

import type { Clock } from '../clock.ts';
import { Failure } from '../failure.ts';
import type { Child } from './launch.ts';
import type { CredentialMessage, HostMessage } from './protocol.ts';

/** A credential on its way to a child. Its secrets are bytes that are filled with zeros once they are passed on. */
export type Lent = Omit<CredentialMessage, 'type' | 'generation'>;

/** Hands credentials to children, each with a generation of its own by which the child says that it has it. */
export interface HandOver {
  /** Resolves when the child has accepted it; rejects when the child ends or stays silent. The host keeps no copy either way. */
  give(to: Child, credential: Lent): Promise<void>;
  /** To be called for each `accepted` of a child. */
  accepted(generation: number): void;
}

const acceptDeadlineMs = 10_000;

export function createHandOver(clock: Clock): HandOver {
  const waiting = new Map<number, () => void>();
  let generation = 0;
  return {
    async give(to, credential) {
      const own = ++generation;
      let cancelDeadline = (): void => undefined;
      const isAccepted = new Promise<void>((resolve, reject) => {
        waiting.set(own, resolve);
        cancelDeadline = clock.after(acceptDeadlineMs, () =>
          reject(new Failure('worker-failed', 'The worker did not start in time.', 'Try again.')),
        );
        to.onExit(() => reject(workerEnded()));
      });
      try {
        await to.send({ type: 'credential', generation: own, ...credential } satisfies HostMessage);
        await isAccepted;
      } finally {
        wipe(credential);
        // An unused rejection of `isAccepted` is nobody's news.
        isAccepted.catch(() => undefined);
        cancelDeadline();
        waiting.delete(own);
      }
    },
    accepted: (own) => waiting.get(own)?.(),
  };
}

export function wipe({ secrets }: Lent): void {
  for (const bytes of Object.values(secrets)) bytes.fill(0);
}

export const workerEnded = (cause?: unknown): Failure =>
  new Failure(
    'worker-failed',
    'The worker for this credential ended while the call ran. Whether the call took effect is not known.',
    'Look before you repeat a call that changes something; a call that only reads can simply be repeated.',
    { cause },
  );

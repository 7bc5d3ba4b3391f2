import { ToolError } from '../../kit/tool-error.ts';
import { abortReason } from '../connection/session.ts';

/** What tells time, in ms; a fake one in tests. */
export interface Clock {
  now(): number;
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export interface TokenBucket {
  /**
   * Takes `tokens`, waiting for them at most `maxWaitMs`. Throws `rate-limited` that says when, `cancelled` when aborted;
   * then nothing was taken. More than the burst holds is let through with the whole of it, and the rest is owed.
   */
  take(tokens: number, maxWaitMs: number, signal: AbortSignal): Promise<void>;
  /** For what turned out to cost more than was taken: later calls wait for it. */
  charge(tokens: number): void;
}

/** `perSecond` on average, `burst` at once. */
export function createTokenBucket(perSecond: number, burst: number, clock: Clock): TokenBucket {
  let tokens = burst;
  let atMs = clock.now();

  const refill = (): void => {
    const now = clock.now();
    tokens = Math.min(burst, tokens + ((now - atMs) / 1000) * perSecond);
    atMs = now;
  };

  return {
    async take(asked, maxWaitMs, signal) {
      const wanted = Math.min(asked, burst);
      refill();
      const waitMs = Math.max(0, ((wanted - tokens) / perSecond) * 1000);
      if (waitMs > maxWaitMs) throw tooFast(waitMs);
      // Taken before the wait, so that who comes later waits for longer.
      tokens -= asked;
      if (waitMs === 0) return;
      try {
        await clock.wait(waitMs, signal);
      } catch (error) {
        tokens += asked;
        throw error;
      }
    },
    charge(spent) {
      refill();
      tokens -= spent;
    },
  };
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wait: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(abortReason(signal));
        return;
      }
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(abortReason(signal));
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal.addEventListener('abort', onAbort, { once: true });
    }),
};

const tooFast = (waitMs: number): ToolError =>
  new ToolError(
    'rate-limited',
    'This profile has used up what it may ask of the cluster in this time.',
    `Try again in ${Math.ceil(waitMs / 1000)} s, or ask for fewer records.`,
  );

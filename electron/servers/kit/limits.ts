/** About 8,000 tokens: clients cut or refuse a result at some 25,000. */
export const maxTextBytes = 32 * 1024;
/** Rows in a page unless the caller asks for fewer. */
export const maxPageRows = 50;

export interface Limiter {
  /**
   * Runs `task` when one of the places is free, in the order of asking. While it waits, an abort of `signal` rejects
   * with the signal's reason and gives up the place in the queue.
   */
  run<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T>;
}

/** At most `places` tasks at a time. */
export function createLimiter(places: number): Limiter {
  let free = places;
  const waiting: (() => void)[] = [];

  const acquire = async (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        waiting.splice(waiting.indexOf(enter), 1);
        reject(signal.reason as Error);
      };
      const enter = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      signal.addEventListener('abort', onAbort, { once: true });
      waiting.push(enter);
    });
  };
  const release = (): void => {
    const next = waiting.shift();
    // The place passes straight to the next in line, so a newcomer cannot overtake it.
    if (next) next();
    else free += 1;
  };

  return {
    async run(signal, task) {
      await acquire(signal);
      try {
        return await task();
      } finally {
        release();
      }
    },
  };
}

/** True when `value`, a parsed JSON value, nests deeper than `max` levels. Goes no deeper itself. */
export function isDeeperThan(value: unknown, max: number): boolean {
  if (typeof value !== 'object' || value === null) return max < 0;
  return max < 0 || Object.values(value).some((member) => isDeeperThan(member, max - 1));
}

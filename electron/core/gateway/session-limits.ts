import type { Socket } from 'node:net';

/** Calls of one client that run at once; each may wait for a person for minutes. */
export const mostCallsAtOnce = 64;
/** Calls that wait for a place; more than any client asks for, and little memory each. */
export const mostCallsWaiting = 1_000;

export interface Turnstile {
  /** Resolves with the way out when there is a place; null when too many wait already, or the caller gave up. */
  enter(signal: AbortSignal): Promise<(() => void) | null>;
}

/** First come, first served. */
export function createTurnstile(): Turnstile {
  const waiting: (() => void)[] = [];
  let running = 0;
  /** The place goes from hand to hand, so that nobody slips in between. */
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  };
  return {
    async enter(signal) {
      if (running < mostCallsAtOnce) {
        running += 1;
        return leave;
      }
      if (waiting.length >= mostCallsWaiting) return null;
      await new Promise<void>((resume) => waiting.push(resume));
      if (!signal.aborted) return leave;
      leave();
      return null;
    },
  };
}

/** What a call is answered that finds even the queue full. */
export const tooManyCalls = {
  content: [
    {
      type: 'text' as const,
      text: `${mostCallsWaiting} calls of this client are waiting, so this one was not started and nothing was changed. Wait for some of them, then call again.`,
    },
  ],
  isError: true,
  _meta: { 'chatelaine/error': 'rate-limited' },
};

/**
 * Reads nothing more from a socket while what was written to it waits: who does not read answers gets no more of them,
 * and cannot make the host grow. To be called after each write.
 */
export function pauseWhileUnread(socket: Socket): void {
  if (!socket.writableNeedDrain || socket.isPaused()) return;
  socket.pause();
  socket.once('drain', () => socket.resume());
}

import type { Socket } from 'node:net';

/** More than any client asks for at once; each may wait for a person for minutes. */
export const mostCallsInFlight = 64;

/** What the call after that many is answered. */
export const tooManyCalls = {
  content: [
    {
      type: 'text' as const,
      text: `${mostCallsInFlight} calls of this client are still running, so this one was not started and nothing was changed. Wait for some of them, then call again.`,
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

import type { DriverClient } from './load-client.ts';

/** A part of the client that its types leave out, and that alone knows what its native side is still busy with. */
interface Native {
  as_client: { hasPendingAsyncCommands(): boolean };
}

const lookEveryMs = 50;

/**
 * Closes a client when nobody uses it and its native side is done. A command that was given up runs on there until its
 * time is over, and then for 3 s more, in which its connection is drained. A client that is closed before that takes
 * memory from under its own thread: the process crashes, or its event loop never turns again.
 */
export function closeWhenQuiet(client: DriverClient, isUsed: () => boolean): void {
  const native = (client as unknown as Native).as_client;
  const look = (): void => {
    if (isUsed() || native.hasPendingAsyncCommands()) lookLater();
    else client.close(false);
  };
  // From a timer, never at once: then the event loop ends the client's thread before it frees what that one uses.
  const lookLater = (): void => void setTimeout(look, lookEveryMs).unref();
  lookLater();
}

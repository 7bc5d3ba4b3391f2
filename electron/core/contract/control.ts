import type { Socket } from 'node:net';
import { z } from 'zod';
import { Secret } from '../credentials/secret.ts';
import { pauseWhileUnread } from '../gateway/session-limits.ts';
import type { Dispatch } from './dispatch.ts';
import type { ChangeKey } from './procedures.ts';

/**
 * The contract over the control socket, one JSON object a line:
 *   command line → { id, name, input, proof? }      host → { id, ok: true, output } | { id, ok: false, error }
 *   host → { changed: [key, …] }, at any time
 */
const Request = z.object({ id: z.number(), name: z.string(), input: z.unknown(), proof: z.string().optional() });

const requestLimitBytes = 1 << 20;

/** Serves one command line until it hangs up. The returned function tells it what changed. */
export function serveControl(socket: Socket, dispatch: Dispatch): (keys: readonly ChangeKey[]) => void {
  let buffered = '';
  const send = (message: object): void => {
    if (socket.destroyed) return;
    socket.write(`${JSON.stringify(message)}\n`);
    pauseWhileUnread(socket);
  };
  const untold = new Set<ChangeKey>();
  const tell = (keys: readonly ChangeKey[]): void => {
    // One that was stopped (`activity --follow` in the background) is told once, when it reads again.
    if (untold.size === 0 && socket.writableNeedDrain) socket.once('drain', tellRest);
    if (untold.size > 0 || socket.writableNeedDrain) keys.forEach((key) => untold.add(key));
    else send({ changed: keys });
  };
  const tellRest = (): void => {
    send({ changed: [...untold] });
    untold.clear();
  };

  async function answer(line: string): Promise<void> {
    const request = Request.safeParse(parseJson(line));
    if (!request.success) {
      socket.destroy();
      return;
    }
    const { id, name, input, proof } = request.data;
    send({
      id,
      ...(await dispatch(name, input, { transport: 'control', proof: proof === undefined ? null : new Secret(proof) })),
    });
  }

  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    buffered += chunk;
    if (buffered.length > requestLimitBytes) socket.destroy();
    for (let end = buffered.indexOf('\n'); end >= 0; end = buffered.indexOf('\n')) {
      const line = buffered.slice(0, end);
      buffered = buffered.slice(end + 1);
      void answer(line);
    }
  });
  socket.resume();
  return tell;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

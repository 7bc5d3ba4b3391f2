import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import type { ChangeKey, Input, Output, ProcedureName } from '../core/contract/procedures.ts';
import type { Secret } from '../core/credentials/secret.ts';
import { Failure, type FailureReport } from '../core/failure.ts';
import { controlId, endpointOf, keyFileOf } from '../core/gateway/endpoint.ts';
import { HandshakeError, introduce } from '../core/gateway/handshake.ts';
import { holderOf } from './host-lock.ts';

/** The running host, over its control socket. */
export interface Host {
  ask<Name extends ProcedureName>(name: Name, input: Input<Name>, proof?: Secret | null): Promise<Output<Name>>;
  /** Calls back with the keys of what changed, until the connection ends; then `ended` resolves. */
  onChange(listener: (keys: readonly ChangeKey[]) => void): void;
  ended: Promise<void>;
  close(): void;
}

type Reply = { id?: number; ok?: boolean; output?: unknown; error?: FailureReport; changed?: ChangeKey[] };

/** The host of this data folder if one runs, else null. One that hangs, or only poses as the host, is a Failure. */
export async function findHost(home: string): Promise<Host | null> {
  const { address } = endpointOf(home);
  const key = await readFile(keyFileOf(home, controlId)).catch(() => null);
  const socket = await open(address);
  if (socket === 'busy') throw await hangs(home);
  if (!socket) return null;
  if (!key) {
    socket.destroy();
    return null;
  }
  try {
    await introduce(socket, { id: controlId, purpose: controlId }, key, address);
  } catch (error) {
    if (!(error instanceof HandshakeError) || error.kind === 'broken') return null;
    if (error.kind === 'silent') throw await hangs(home);
    throw new Failure(
      'unreachable',
      error.message,
      'If Chatelaine is just starting, try again. Otherwise find out which program listens there before you go on.',
      { cause: error },
    );
  }
  return talk(socket);
}

/** Somebody is there and says nothing: our host, which the lock names, or else a program that took its address. */
async function hangs(home: string): Promise<Failure> {
  const pid = await holderOf(home);
  if (pid === null) {
    return new Failure(
      'address-in-use',
      `Another program has taken the address of Chatelaine: ${endpointOf(home).address}. It does not answer.`,
      'Find out which program that is before you go on: it may be trying to pose as Chatelaine. Then end it and try again.',
    );
  }
  return new Failure(
    'unreachable',
    `Chatelaine (process ${pid}) runs but does not answer.`,
    `Try again in a while; if it stays so, end that process (kill -KILL ${pid}): clients start it again.`,
  );
}

/** `busy` when so many already wait for the host's answer that no more can. */
const open = (address: string): Promise<Socket | 'busy' | null> =>
  new Promise((resolve) => {
    const socket = connect(address);
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EAGAIN' ? 'busy' : null));
    socket.once('connect', () => resolve(socket));
  });

function talk(socket: Socket): Host {
  const waiting = new Map<number, { resolve: (output: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  let buffered = '';
  let listener: (keys: readonly ChangeKey[]) => void = () => undefined;

  function onLine(line: string): void {
    const reply = JSON.parse(line) as Reply;
    if (reply.changed) listener(reply.changed);
    const asker = waiting.get(reply.id ?? -1);
    if (!asker) return;
    waiting.delete(reply.id ?? -1);
    if (reply.ok) asker.resolve(reply.output);
    else
      asker.reject(new Failure(reply.error?.code ?? 'internal', reply.error?.message ?? '', reply.error?.hint ?? ''));
  }

  const ended = new Promise<void>((resolve) => {
    socket.on('error', () => undefined);
    socket.on('close', () => {
      for (const { reject } of waiting.values()) {
        reject(
          new Failure(
            'not-running',
            'Chatelaine ended before it answered.',
            'Look with `chatelaine doctor`, then try again.',
          ),
        );
      }
      resolve();
    });
  });
  socket.setEncoding('utf8');
  socket.on('data', (chunk) => {
    buffered += String(chunk);
    for (let end = buffered.indexOf('\n'); end >= 0; end = buffered.indexOf('\n')) {
      onLine(buffered.slice(0, end));
      buffered = buffered.slice(end + 1);
    }
  });
  socket.resume();

  return {
    ask: <Name extends ProcedureName>(name: Name, input: Input<Name>, proof?: Secret | null) =>
      new Promise<Output<Name>>((resolve, reject) => {
        const id = ++lastId;
        // What comes back was parsed by the procedure's own output schema on the other side of the same contract.
        waiting.set(id, { resolve: (output) => resolve(output as Output<Name>), reject });
        socket.write(`${JSON.stringify({ id, name, input, ...(proof && { proof: proof.reveal() }) })}\n`);
      }),
    onChange: (next) => void (listener = next),
    ended,
    close: () => void socket.end(),
  };
}

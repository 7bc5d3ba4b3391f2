import { readFile } from 'node:fs/promises';
import { connect, Socket } from 'node:net';
import { endpointOf, keyFileOf } from '../core/gateway/endpoint.ts';
import { HandshakeError, introduce } from '../core/gateway/handshake.ts';
import { findOrStart } from '../core/gateway/start-host.ts';
import { splitLines, type RequestId } from './lines.ts';

export interface HostListener {
  /** The host has accepted us; `send` may be used from now on. */
  onAttached(): void;
  onLine(line: string): void;
  /** The host sent a message that is longer than we pass on: the id of the request that it answers, if it could be seen. */
  onTooLong(id: RequestId | null): void;
  /** What `send` had to keep is on its way. */
  onDrained(): void;
  /** The connection is gone; what was in flight gets no answer from it. */
  onDetached(): void;
  /** Nobody can be reached for now: a sentence for the person. */
  onAbsent(reason: string): void;
}

export interface HostSide {
  /** Connects if need be, starting a host in the background when none runs. Called whenever a request waits. */
  wake(): void;
  /** False when the host reads more slowly than we send: wait for `onDrained` or `onDetached`. */
  send(line: string): boolean;
  /** Stops and goes on reading what the host says. */
  pause(): void;
  resume(): void;
}

const startDeadlineMs = 20_000;
const quietRetryMs = 1_000;
/** Each look at a host that hangs takes one of its places until it wakes up. */
const hangingRetryMs = 15_000;
const hostLineBytes = 8 << 20;
/** A host that reads nothing for so long is given up, so that we hear when the client ends. */
const stallLimitMs = 10_000;

/** The way to the host: finds it by the data folder, proves itself, starts it when a request waits and none runs. */
export function createHostSide(deps: {
  home: string;
  registration: string;
  provider: string;
  listener: HostListener;
}): HostSide {
  const { home, registration, provider, listener } = deps;
  const { address } = endpointOf(home);
  let socket: Socket | null = null;
  let isReaching = false;
  /** A request waits, so a host may be started for it. */
  let isWanted = false;
  let retry: NodeJS.Timeout | undefined;
  let stall: NodeJS.Timeout | undefined;

  /** Null where no host is; a Refusal or a HandshakeError where one is that does not take us in. */
  async function attach(): Promise<Socket | null> {
    const key = await readFile(keyFileOf(home, registration)).catch(() => null);
    if (!key) {
      throw new Refusal(
        'This client is not registered with Chatelaine any more. Register it again: `chatelaine register`.',
      );
    }
    const fresh = await open(address);
    if (!fresh) return null;
    await introduce(fresh, { id: registration, purpose: provider }, key, address).catch((error: unknown) => {
      if (!(error instanceof HandshakeError) || error.kind === 'broken' || error.kind === 'silent') throw error;
      throw new Refusal(error.kind === 'impostor' ? `${error.message} ${ifItIsChatelaine}` : error.message);
    });
    return fresh;
  }

  function adopt(fresh: Socket): void {
    socket = fresh;
    const limit = { bytes: hostLineBytes, onTooLong: listener.onTooLong };
    fresh.on(
      'data',
      splitLines((line) => listener.onLine(line), limit),
    );
    fresh.on('error', () => undefined);
    fresh.on('drain', () => {
      clearTimeout(stall);
      listener.onDrained();
    });
    fresh.on('close', () => {
      if (socket !== fresh) return;
      socket = null;
      clearTimeout(stall);
      retry = setTimeout(() => void reach(), quietRetryMs).unref();
      listener.onDetached();
    });
    fresh.resume();
    listener.onAttached();
  }

  /**
   * While nobody asks we try again quietly, and nothing is started for it; a request that comes in the middle of that
   * counts once it has failed. A host that refused us is left alone until a request waits.
   */
  async function reach(): Promise<void> {
    if (socket || isReaching) return;
    isReaching = true;
    clearTimeout(retry);
    let forRequest: boolean;
    let outcome: Socket | Absence;
    do {
      forRequest = isWanted;
      outcome = await (forRequest ? attachOrStart() : attachQuietly()).catch(absenceOf);
    } while (isWanted && !forRequest && !(outcome instanceof Socket));
    isReaching = false;
    isWanted = false;
    if (outcome instanceof Socket) {
      adopt(outcome);
      return;
    }
    if (outcome.retryMs !== null) retry = setTimeout(() => void reach(), outcome.retryMs).unref();
    if (forRequest) listener.onAbsent(outcome.reason);
  }

  const attachQuietly = async (): Promise<Socket | Absence> => (await attach()) ?? absenceOf(null);

  async function attachOrStart(): Promise<Socket | Absence> {
    let lastError: unknown = null;
    const found = await findOrStart({ home, deadlineMs: startDeadlineMs }, async () => {
      lastError = null;
      return attach().catch((error: unknown) => {
        if (error instanceof Refusal) throw error;
        lastError = error;
        return null;
      });
    });
    return found instanceof Socket ? found : absenceOf(lastError);
  }

  return {
    wake() {
      if (socket) return;
      isWanted = true;
      void reach();
    },
    send(line) {
      const to = socket;
      if (!to || to.write(`${line}\n`)) return true;
      clearTimeout(stall);
      stall = setTimeout(() => to.destroy(), stallLimitMs).unref();
      return false;
    },
    pause: () => void socket?.pause(),
    resume: () => void socket?.resume(),
  };
}

const ifItIsChatelaine = 'If `chatelaine status` finds Chatelaine there, register this client again.';
const notRunning = 'Chatelaine is not running and could not be started. Open it (`chatelaine serve`), then try again.';
const doesNotAnswer =
  'Something is there at the address of Chatelaine, but it does not answer. Look with `chatelaine status`; end a host that hangs, then try again.';

/** Nobody to talk to: the sentence for whoever asks, and when to look again by ourselves. */
interface Absence {
  reason: string;
  retryMs: number | null;
}

/** The host answered and will not have us; starting another one would not help. */
class Refusal extends Error {}

function absenceOf(error: unknown): Absence {
  if (error instanceof Refusal) return { reason: error.message, retryMs: null };
  if (error instanceof HandshakeError) return { reason: doesNotAnswer, retryMs: hangingRetryMs };
  return { reason: notRunning, retryMs: quietRetryMs };
}

const open = (address: string): Promise<Socket | null> =>
  new Promise((resolve) => {
    const socket = connect(address);
    socket.once('error', () => resolve(null));
    socket.once('connect', () => resolve(socket.on('error', () => undefined)));
  });

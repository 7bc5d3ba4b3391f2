import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';

/**
 * Mutual proof over a fresh local socket, before the first byte of anything else. The caller names itself, the host
 * proves first that it knows the caller's key (so a squatter learns nothing), then the caller does. One JSON object a
 * line. Both MACs cover role, id, purpose, both nonces and the socket's address, each with its length before it.
 *
 *   caller → { v: 1, id, purpose, nonce }      host → { nonce, proof }
 *   caller → { proof }                          host → { ok: true } | { ok: false, reason }
 */
export interface Caller {
  /** A registration's id, or `control` for the command line. */
  id: string;
  /** What follows: MCP for a provider, or control requests. */
  purpose: string;
}

const lineLimit = 4096;
const deadlineMs = 2_000;
/** A caller that does not read our last line has no longer than this to take it. */
const farewellMs = 1_000;
const nonceBytes = 32;

/**
 * - `impostor`: the other side answered and does not know the key that it should know
 * - `refused`: the host knows us and says why it will not have us
 * - `broken`: the greeting was cut short or made no sense, as when the host ends at that moment
 * - `silent`: somebody holds the connection and says nothing, as a host that hangs
 */
export class HandshakeError extends Error {
  override readonly name = 'HandshakeError';
  readonly kind: 'impostor' | 'refused' | 'broken' | 'silent';

  constructor(kind: HandshakeError['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** The caller's side. Resolves once the host has proved itself and accepted us; rejects otherwise, socket destroyed. */
export async function introduce(socket: Socket, caller: Caller, key: Buffer, address: string): Promise<void> {
  const lines = createLineReader(socket);
  try {
    const nonce = randomBytes(nonceBytes).toString('base64');
    send(socket, { v: 1, id: caller.id, purpose: caller.purpose, nonce });
    const host = await lines.next();
    const nonces = [nonce, text(host.nonce)];
    if (!matches(proofOf(key, 'host', caller, nonces, address), text(host.proof))) {
      throw new HandshakeError(
        'impostor',
        'Another program answers at the address of Chatelaine, and it does not know our key.',
      );
    }
    send(socket, { proof: proofOf(key, 'caller', caller, nonces, address) });
    const answer = await lines.next();
    if (answer.ok !== true)
      throw new HandshakeError('refused', text(answer.reason) || 'Chatelaine refused this caller.');
    lines.handOver();
  } catch (error) {
    lines.release();
    socket.destroy();
    throw error;
  }
}

/**
 * The host's side. `keyOf` gives the key of a known caller; an unknown one runs the same steps with a random key.
 * `admit` may still refuse a caller that has proved itself, with a reason that it is told. Resolves to the caller.
 */
export async function receive(
  socket: Socket,
  address: string,
  keyOf: (id: string) => Promise<Buffer | null>,
  admit: (caller: Caller) => string | null,
): Promise<Caller> {
  const lines = createLineReader(socket);
  try {
    const hello = await lines.next();
    const caller = { id: text(hello.id), purpose: text(hello.purpose) };
    const known = hello.v === 1 ? await keyOf(caller.id) : null;
    const key = known ?? randomBytes(nonceBytes);
    const nonces = [text(hello.nonce), randomBytes(nonceBytes).toString('base64')];
    send(socket, { nonce: nonces[1], proof: proofOf(key, 'host', caller, nonces, address) });
    const answer = await lines.next();
    const isProved = matches(proofOf(key, 'caller', caller, nonces, address), text(answer.proof));
    if (!isProved || !known) throw new HandshakeError('impostor', 'The caller did not prove that it knows its key.');
    const reason = admit(caller);
    if (reason !== null) {
      send(socket, { ok: false, reason });
      throw new HandshakeError('refused', reason);
    }
    send(socket, { ok: true });
    lines.handOver();
    return caller;
  } catch (error) {
    lines.release();
    hangUp(socket);
    throw error;
  }
}

/** `end` alone would wait for the other side to hang up too, and one that never does would keep its place for ever. */
function hangUp(socket: Socket): void {
  socket.on('error', () => undefined).resume();
  const timer = setTimeout(() => socket.destroy(), farewellMs).unref();
  socket.once('close', () => clearTimeout(timer));
  socket.destroySoon();
}

function proofOf(key: Buffer, role: string, caller: Caller, nonces: readonly string[], address: string): string {
  const mac = createHmac('sha256', key);
  for (const field of [role, caller.id, caller.purpose, ...nonces, address]) {
    const bytes = Buffer.from(field);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    mac.update(length).update(bytes);
  }
  return mac.digest('base64');
}

function matches(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const send = (socket: Socket, message: object): void => void socket.write(`${JSON.stringify(message)}\n`);

/** Reads one line at a time; `handOver` gives back what came after, so that the next protocol starts at its first byte. */
function createLineReader(socket: Socket) {
  let buffered = Buffer.alloc(0);
  let waiting: { resolve: (line: Record<string, unknown>) => void; reject: (error: Error) => void } | null = null;
  let failure: Error | null = null;

  const settle = (): void => {
    if (!waiting) return;
    const end = buffered.indexOf(0x0a);
    if (failure || end > lineLimit || (end < 0 && buffered.length > lineLimit)) {
      waiting.reject(failure ?? new HandshakeError('broken', 'The greeting is too long.'));
      waiting = null;
    } else if (end >= 0) {
      const { resolve, reject } = waiting;
      waiting = null;
      const line = parseLine(buffered.subarray(0, end).toString('utf8'));
      buffered = buffered.subarray(end + 1);
      if (line) resolve(line);
      else reject(new HandshakeError('broken', 'The greeting is not a JSON object.'));
    }
  };
  const fail = (kind: HandshakeError['kind'], message: string): void => {
    failure ??= new HandshakeError(kind, message);
    settle();
  };
  const onData = (chunk: Buffer): void => {
    buffered = Buffer.concat([buffered, chunk]);
    // No greeting is longer; what comes after it can wait, and nothing may be made to pile up here.
    if (buffered.length > lineLimit) socket.pause();
    settle();
  };
  const onError = (error: Error): void => fail('broken', error.message);
  const onClose = (): void => fail('broken', 'The other side hung up during the greeting.');
  const onDeadline = (): void => fail('silent', 'The other side did not finish the greeting in time.');
  const timer = setTimeout(onDeadline, deadlineMs);
  const release = (): void => {
    clearTimeout(timer);
    socket.off('data', onData).off('error', onError).off('close', onClose).off('end', onClose);
  };
  socket.on('data', onData).on('error', onError).on('close', onClose).on('end', onClose);

  return {
    next: () =>
      new Promise<Record<string, unknown>>((resolve, reject) => {
        waiting = { resolve, reject };
        settle();
      }),
    release,
    handOver(): void {
      release();
      socket.pause();
      if (!socket.destroyed && buffered.length > 0) socket.unshift(buffered);
    },
  };
}

function parseLine(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

import type { Socket } from 'node:net';
import type { Log } from '../log.ts';
import { controlId } from './endpoint.ts';
import { receive, type Caller } from './handshake.ts';

/** A connection whose caller has proved itself, handed over before the first byte of its own protocol. */
export interface Admission {
  onControl(socket: Socket): void;
  onBridge(socket: Socket, caller: Caller): void;
}

const mostConnections = 64;

/**
 * Takes in every connection to the host's socket: greets, checks, sorts. The host says nothing before the caller has
 * named itself, and nothing but its own proof before the caller has proved its.
 */
export function createConnections(deps: {
  address: string;
  keyOf: (id: string) => Promise<Buffer | null>;
  /** Null when the caller may come in, else the sentence it is told. */
  admit: (caller: Caller) => string | null;
  admission: Admission;
  onRefused: (reason: string) => void;
  log: Log;
}) {
  const open = new Set<Socket>();

  async function greet(socket: Socket): Promise<void> {
    try {
      const caller = await receive(socket, deps.address, deps.keyOf, deps.admit);
      if (caller.id === controlId) deps.admission.onControl(socket);
      else deps.admission.onBridge(socket, caller);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      socket.destroySoon();
      deps.log.warn('connection.refused', { reason });
      deps.onRefused(reason);
    }
  }

  return {
    accept(socket: Socket): void {
      socket.on('error', () => socket.destroy());
      if (open.size >= mostConnections) {
        socket.destroy();
        deps.onRefused('too many connections');
        return;
      }
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      void greet(socket);
    },
    count: () => open.size,
    closeAll(): void {
      for (const socket of open) socket.destroy();
    },
  };
}

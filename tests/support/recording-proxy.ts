import { rename } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { endpointOf } from '../../electron/core/gateway/endpoint.ts';

/**
 * Steps between the host's socket and everybody who dials it, and keeps every byte of both directions. The socket file is
 * moved aside, so the address that the handshake covers stays the same.
 */
export async function recordSocket(home: string): Promise<{ bytes: () => Buffer; close(): Promise<void> }> {
  const { address } = endpointOf(home);
  const behind = `${address}.behind`;
  await rename(address, behind);
  /** One for each direction of each connection: what is said in pieces must lie together. */
  const streams: Buffer[][] = [];
  const open = new Set<Socket>();
  const server = createServer((front) => {
    const back = connect(behind);
    for (const [from, to] of [
      [front, back],
      [back, front],
    ] as const) {
      open.add(from);
      const chunks: Buffer[] = [];
      streams.push(chunks);
      from.on('data', (chunk) => {
        chunks.push(chunk);
        to.write(chunk);
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.end();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(address, resolve));
  return {
    bytes: () => Buffer.concat(streams.flat()),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      await closed;
      await rename(behind, address);
    },
  };
}

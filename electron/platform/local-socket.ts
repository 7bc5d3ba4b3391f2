import { chmod, lstat, mkdir, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Endpoint } from '../core/gateway/endpoint.ts';
import { Failure } from '../core/failure.ts';

/**
 * Listens at the host's address. The caller holds the data folder's lock, so a socket file that nobody answers is a
 * leftover of a killed host and is replaced; one that somebody answers is not ours to take.
 */
export async function listenLocally(
  endpoint: Endpoint,
  onSocket: (socket: Socket) => void,
): Promise<{ close(): Promise<void> }> {
  const { address, folder } = endpoint;
  if (folder !== null) {
    await assertPrivate(folder);
    await removeStale(address);
  }
  const server = createServer(onSocket);
  await bind(server, address, folder !== null);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}

/** The folder decides who can reach the socket (0700, ours); a foreign or open one is refused, never repaired. */
async function assertPrivate(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch(() => undefined);
  const facts = await lstat(folder);
  const isOurs = facts.isDirectory() && facts.uid === process.getuid?.() && (facts.mode & 0o077) === 0;
  if (isOurs) return;
  throw new Failure(
    'not-writable',
    `The folder of Chatelaine's socket is not private to you: ${folder}. Chatelaine did not start.`,
    'Remove it, or make it yours with mode 700, then start again.',
  );
}

async function removeStale(address: string): Promise<void> {
  const facts = await lstat(address).catch(() => null);
  if (!facts) return;
  if (facts.isSocket() && (await isAnswered(address))) throw taken(address);
  if (!facts.isSocket()) throw taken(address);
  await rm(address, { force: true });
}

const isAnswered = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(address);
    const end = (answered: boolean) => () => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', end(true)).once('error', end(false));
    socket.setTimeout(1_000, end(true));
  });

async function bind(server: Server, address: string, isFile: boolean): Promise<void> {
  // umask before bind, not chmod after: there is no moment in which the socket is open to others.
  const previous = isFile ? process.umask(0o077) : null;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'EADDRINUSE' ? taken(address) : error),
      );
      server.listen(address, resolve);
    });
  } finally {
    if (previous !== null) process.umask(previous);
  }
  if (isFile) await chmod(address, 0o600);
}

const taken = (address: string): Failure =>
  new Failure(
    'address-in-use',
    `Another program has taken the address of Chatelaine: ${address}. Chatelaine did not start.`,
    'Find out which program that is before you go on: it may be trying to pose as Chatelaine. Then end it and start again.',
  );

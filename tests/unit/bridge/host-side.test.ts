import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHostSide } from '../../../electron/bridge/host-side.ts';
import { endpointOf, keyFileOf, launchFileOf } from '../../../electron/core/gateway/endpoint.ts';
import { receive } from '../../../electron/core/gateway/handshake.ts';
import { placeTaken } from '../../../electron/core/gateway/start-host.ts';
import { makeTemporaryFolder } from '../../support/temp-folder.ts';

const registration = 'registration-1';
const key = randomBytes(32);
let home: string;
let server: Server | null = null;
let sockets: Socket[] = [];

beforeEach(async () => {
  home = makeTemporaryFolder();
  await mkdir(join(home, 'registrations'));
  await writeFile(keyFileOf(home, registration), key);
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  server?.close();
  sockets = [];
  server = null;
  await rm(home, { recursive: true, force: true });
});

async function listen(greet: (socket: Socket) => unknown): Promise<void> {
  server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    greet(socket);
  });
  await new Promise<void>((resolve) => server?.listen(endpointOf(home).address, resolve));
}
const takeIn = (socket: Socket): unknown =>
  receive(
    socket,
    endpointOf(home).address,
    async () => key,
    () => null,
  ).catch(() => undefined);

function setUp() {
  const heard: string[] = [];
  const host = createHostSide({
    home,
    registration,
    provider: 'akamai',
    listener: {
      onAttached: () => void heard.push('attached'),
      onLine: () => undefined,
      onTooLong: () => undefined,
      onDrained: () => undefined,
      onDetached: () => void heard.push('detached'),
      onAbsent: (reason) => void heard.push(reason),
    },
  });
  return { host, heard };
}

describe('the way to the host', () => {
  it('is found again quietly once there is a host, although none could be started', async () => {
    const { host, heard } = setUp();
    host.wake();
    await expect.poll(() => heard).toEqual([expect.stringContaining('could not be started')]);
    await listen(takeIn);
    await expect.poll(() => heard.at(-1), { timeout: 10_000 }).toBe('attached');
  });

  it('does not forget a request that comes while it looks quietly', async () => {
    const { host, heard } = setUp();
    host.wake();
    await expect.poll(() => heard).toHaveLength(1);
    await listen(() => undefined);
    await expect.poll(() => sockets, { timeout: 10_000 }).toHaveLength(1);
    host.wake();
    server?.close();
    sockets[0]?.destroy();
    await expect.poll(() => heard, { timeout: 10_000 }).toHaveLength(2);
  });

  it('is left alone once the registration is gone, until a request waits; then it says so', async () => {
    const { host, heard } = setUp();
    await listen(takeIn);
    host.wake();
    await expect.poll(() => heard).toEqual(['attached']);
    await rm(keyFileOf(home, registration));
    sockets[0]?.destroy();
    // Two rounds of what it does quietly.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(heard).toEqual(['attached', 'detached']);
    host.wake();
    await expect.poll(() => heard.at(-1)).toContain('not registered with Chatelaine any more');
    expect(sockets).toHaveLength(1);
  });

  it('starts a host once more when the first found its place still taken by one that was ending', async () => {
    const starts = join(home, 'starts');
    const program = `require('fs').appendFileSync(process.argv[1], 'x'); process.exit(${placeTaken})`;
    const launch = { command: process.execPath, args: ['-e', program, '--', starts], environment: {} };
    await writeFile(starts, '');
    await writeFile(launchFileOf(home), JSON.stringify(launch));
    const { host, heard } = setUp();
    host.wake();
    await expect.poll(() => readFile(starts, 'utf8'), { timeout: 10_000 }).toMatch(/^xx/);
    await listen(takeIn);
    await expect.poll(() => heard, { timeout: 10_000 }).toEqual(['attached']);
  });

  it('says at once that a host cannot be started when it ends for a reason of its own', async () => {
    await writeFile(launchFileOf(home), JSON.stringify({ command: process.execPath, args: ['-e', 'process.exit(1)'] }));
    const { host, heard } = setUp();
    host.wake();
    await expect.poll(() => heard, { timeout: 10_000 }).toEqual([expect.stringContaining('could not be started')]);
  });
});

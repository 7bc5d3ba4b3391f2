import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createConnections } from '../../../electron/core/gateway/connections.ts';
import { HandshakeError, introduce, receive, type Caller } from '../../../electron/core/gateway/handshake.ts';
import { createQuietLog } from '../../support/quiet-log.ts';

const caller: Caller = { id: 'registration-1', purpose: 'akamai' };
const key = randomBytes(32);

let folder: string;
let address: string;
let server: Server | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handshake-'));
  address = join(folder, 's');
});
afterEach(async () => {
  server?.close();
  server = null;
  await rm(folder, { recursive: true });
});

async function host(onSocket: (socket: Socket) => void): Promise<void> {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server?.listen(address, resolve));
}

const dial = (): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(address);
    socket.once('connect', () => resolve(socket)).once('error', reject);
  });

/** A host that knows one registration; resolves with how it ended for each caller. */
function realHost(outcomes: (Caller | Error)[], admit: (caller: Caller) => string | null = () => null): Promise<void> {
  return host((socket) => {
    receive(socket, address, async (id) => (id === caller.id ? key : null), admit).then(
      (known) => {
        outcomes.push(known);
        socket.on('data', (chunk) => socket.write(chunk)).resume();
      },
      (error: unknown) => outcomes.push(error as Error),
    );
  });
}

it('lets a registered caller in and leaves every later byte to the next protocol', async () => {
  const outcomes: (Caller | Error)[] = [];
  await realHost(outcomes);
  const socket = await dial();
  await introduce(socket, caller, key, address);
  const echoed = new Promise((resolve) => socket.once('data', (chunk) => resolve(String(chunk))));
  socket.resume();
  socket.write('first bytes of MCP');
  expect(await echoed).toBe('first bytes of MCP');
  expect(outcomes).toEqual([caller]);
  socket.destroy();
});

it('tells a proved caller why it may not come in', async () => {
  await realHost([], () => 'not registered for aerospike');
  await expect(introduce(await dial(), caller, key, address)).rejects.toThrow('not registered for aerospike');
});

it('refuses every caller that does not know the key, whatever it sends', async () => {
  const outcomes: (Caller | Error)[] = [];
  await realHost(outcomes);
  const attacks: ((socket: Socket, line: Record<string, string>) => object | string)[] = [
    () => ({ proof: randomBytes(32).toString('base64') }),
    (_, line) => ({ proof: line.proof }),
    () => ({ proof: '' }),
    () => ({}),
    () => 'not json',
    () => '[]',
    () => 'x'.repeat(5000),
  ];
  for (const attack of attacks) {
    const socket = await dial();
    const gotNothing = new Promise<string>((resolve) => {
      let seen = '';
      socket.on('data', (chunk) => {
        seen += String(chunk);
        if (!seen.includes('\n') || seen.includes('"ok"')) return;
        const answer = attack(socket, JSON.parse(seen.split('\n')[0] ?? '{}') as Record<string, string>);
        socket.write(`${typeof answer === 'string' ? answer : JSON.stringify(answer)}\n`);
      });
      socket.on('close', () => resolve(seen)).on('error', () => undefined);
    });
    socket.write(`${JSON.stringify({ v: 1, ...caller, nonce: randomBytes(32).toString('base64') })}\n`);
    expect(await gotNothing).not.toContain('"ok":true');
  }
  expect(outcomes).toHaveLength(attacks.length);
  expect(outcomes.every((outcome) => outcome instanceof HandshakeError)).toBe(true);
});

it('refuses the key of another registration, unknown ids and ids that are members of Object', async () => {
  const outcomes: (Caller | Error)[] = [];
  await realHost(outcomes);
  for (const id of ['other', '__proto__', 'constructor', '']) {
    await expect(introduce(await dial(), { ...caller, id }, randomBytes(32), address)).rejects.toThrow(HandshakeError);
  }
  await expect(introduce(await dial(), caller, randomBytes(32), address)).rejects.toThrow(HandshakeError);
  await expect.poll(() => outcomes.length).toBe(5);
  expect(outcomes.every((outcome) => outcome instanceof HandshakeError)).toBe(true);
});

it('tells a squatter nothing: it cannot prove itself, so the caller hangs up before its own proof', async () => {
  const received: string[] = [];
  await host((socket) => {
    socket.on('data', (chunk) => {
      received.push(String(chunk));
      socket.write(`${JSON.stringify({ nonce: 'x', proof: randomBytes(32).toString('base64') })}\n`);
    });
  });
  await expect(introduce(await dial(), caller, key, address)).rejects.toThrow('does not know our key');
  expect(received.join('')).not.toContain('proof');
});

it('gives up on a side that stays silent', async () => {
  await host(() => undefined);
  await expect(introduce(await dial(), caller, key, address)).rejects.toThrow('in time');
});

it('is bound to the address: a proof made for one socket is worth nothing at another', async () => {
  const outcomes: (Caller | Error)[] = [];
  await realHost(outcomes);
  await expect(introduce(await dial(), caller, key, `${address}-elsewhere`)).rejects.toThrow(HandshakeError);
});

/** A host as it greets in earnest, with its limit; bridges that come in stay. */
async function greetingHost() {
  const refused: string[] = [];
  const connections = createConnections({
    address,
    keyOf: async (id) => (id === caller.id ? key : null),
    admit: () => null,
    admission: { onControl: () => undefined, onBridge: (socket) => void socket.resume() },
    onRefused: (reason) => void refused.push(reason),
    log: createQuietLog(),
  });
  await host((socket) => connections.accept(socket));
  return { connections, refused };
}

it('gives every bad greeting up completely, also of callers that never hang up', async () => {
  const { connections, refused } = await greetingHost();
  const hello = `${JSON.stringify({ v: 1, ...caller, nonce: 'x' })}\n`;
  const bad = ['not json\n', '[]\n', '{}\n{}\n{}\n', 'x'.repeat(9_000), `${hello}{}\n`, `${hello}{}\nmore`, hello, ''];
  const dialed: Socket[] = [];
  for (let count = 0; count < 200; count++) {
    const greeting = bad[count % bad.length] ?? '';
    if (connections.count() > 50) await expect.poll(() => connections.count(), { timeout: 10_000 }).toBeLessThan(10);
    const socket = await dial();
    // Reads nothing and never ends: only the host can give this connection up.
    socket.on('error', () => undefined).write(greeting);
    dialed.push(socket);
  }
  await expect.poll(() => connections.count(), { timeout: 10_000 }).toBe(0);
  expect(refused).toHaveLength(200);
  expect(refused).not.toContain('too many connections');
  const good = await dial();
  await introduce(good, caller, key, address);
  expect(connections.count()).toBe(1);
  for (const socket of [good, ...dialed]) socket.destroy();
});

it('has room for 64, refuses the 65th, and has room again once one has gone', async () => {
  const { connections, refused } = await greetingHost();
  const sockets: Socket[] = [];
  for (let count = 0; count < 64; count++) {
    const socket = await dial();
    await introduce(socket, caller, key, address);
    sockets.push(socket.resume());
  }
  await expect(introduce(await dial(), caller, key, address)).rejects.toThrow(HandshakeError);
  expect(refused).toEqual(['too many connections']);
  sockets.pop()?.destroy();
  await expect.poll(() => connections.count()).toBe(63);
  const another = await dial();
  await introduce(another, caller, key, address);
  for (const socket of [another, ...sockets]) socket.destroy();
});

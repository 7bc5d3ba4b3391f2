import { createInterface } from 'node:readline';
import { mkdir } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { endpointOf } from '../../../electron/core/gateway/endpoint.ts';
import { canary } from '../../support/canaries.ts';
import { patternsOf, scanBytes } from '../../support/canary-scan.ts';
import { recordSocket } from '../../support/recording-proxy.ts';
import { temporaryFolder } from '../../support/temp-folder.ts';

const secret = canary('traffic');
const patterns = patternsOf({ token: secret });

/** The ways in which a host, a bridge or a model's text could carry a secret over the socket. */
const encodings: [string, (text: string) => string][] = [
  ['as it is', (text) => text],
  ['in base64', (text) => Buffer.from(text).toString('base64')],
  ['in base64 of a longer text', (text) => Buffer.from(`{"clientToken":"${text}"}`).toString('base64')],
  ['in base64url, two bytes in', (text) => Buffer.from(`ab${text}`).toString('base64url')],
  ['in hex', (text) => Buffer.from(text).toString('hex')],
  [
    'percent-encoded to the last byte',
    (text) =>
      [...Buffer.from(text)]
        .map((byte) => `%${byte.toString(16)}`)
        .join('')
        .toUpperCase(),
  ],
  ['backwards', (text) => [...text].reverse().join('')],
];

const messages: [string, (text: string) => object][] = [
  ['control', (text) => ({ id: 1, ok: true, output: [{ name: 'acme', notes: text }] })],
  ['MCP', (text) => ({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: `acme\n${text}` }] } })],
];

/** A host that answers each line with `said`, in pieces if asked; the recorder stands before it as in the story. */
async function fakeHost(said: object, pieces = 1) {
  const home = temporaryFolder();
  await mkdir(home, { recursive: true });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    createInterface({ input: socket }).on('line', () => void answer(socket));
  });
  const answer = async (socket: Socket): Promise<void> => {
    const bytes = Buffer.from(`${JSON.stringify(said)}\n`);
    const size = Math.ceil(bytes.length / pieces);
    for (let from = 0; from < bytes.length; from += size) {
      await new Promise<void>((resolve) => socket.write(bytes.subarray(from, from + size), () => resolve()));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const { address } = endpointOf(home);
  await new Promise<void>((resolve) => server.listen(address, resolve));
  const recorder = await recordSocket(home);
  onTestFinished(async () => {
    await recorder.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    recorder,
    /** What a client says and hears, whole lines. */
    ask: (line: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const client = connect(address);
        client.on('error', reject);
        // Something of the other direction comes between the pieces of an answer.
        client.on('data', () => client.write(' '));
        createInterface({ input: client }).once('line', (heard) => {
          client.destroy();
          resolve(heard);
        });
        client.write(`${line}\n`);
      }),
  };
}

describe('the recorder and the scanner together', () => {
  for (const [protocol, message] of messages) {
    it.each(encodings)(`find a secret in ${protocol} traffic, %s`, async (_, encode) => {
      const { recorder, ask } = await fakeHost(message(encode(secret)));
      await ask('{"id":1}');
      expect(scanBytes(patterns, recorder.bytes(), protocol)).not.toEqual([]);
    });
  }

  it.each(encodings)('find a secret that a client sends, %s', async (_, encode) => {
    const { recorder, ask } = await fakeHost({ id: 1, ok: true });
    await ask(JSON.stringify({ id: 1, input: encode(secret) }));
    expect(scanBytes(patterns, recorder.bytes(), 'traffic')).toMatchObject([{ label: 'token' }]);
  });

  it('find a secret that goes out in pieces', async () => {
    const { recorder, ask } = await fakeHost({ id: 1, output: secret }, 12);
    await ask('{"id":1}');
    expect(scanBytes(patterns, recorder.bytes(), 'traffic')).not.toEqual([]);
  });

  it('say nothing of traffic without one, and change none of it', async () => {
    const said = { id: 1, ok: true, output: secret.slice(0, -4) };
    const { recorder, ask } = await fakeHost(said);
    expect(JSON.parse(await ask('{"id":1}'))).toEqual(said);
    expect(recorder.bytes().length).toBeGreaterThan(0);
    expect(scanBytes(patterns, recorder.bytes(), 'traffic')).toEqual([]);
  });
});

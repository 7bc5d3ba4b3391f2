import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAerospikeEmulator, type AerospikeEmulator } from '../../../../electron/emulators/aerospike/emulator.ts';
import { createFrameReader, encodeFrame, frameType } from '../../../../electron/emulators/aerospike/frames.ts';
import { infoFrame, openWire, type Wire } from './wire.ts';

let emulator: AerospikeEmulator;
beforeAll(async () => {
  emulator = await startAerospikeEmulator({ nodes: 1 });
});
afterAll(async () => {
  await emulator.close();
});
const open = (): Promise<Wire> => openWire(emulator.hosts[0] ?? '');

/** A message with nothing in it but its header. */
const emptyMessage = Buffer.concat([Buffer.of(22), Buffer.alloc(21)]);

it('cuts a stream into the same frames however it arrives', () => {
  const frames = fc.array(
    fc.record({ type: fc.integer({ min: 1, max: 4 }), body: fc.uint8Array({ maxLength: 40 }).map(Buffer.from) }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(frames, fc.array(fc.nat(60), { maxLength: 20 }), (sent, cuts) => {
      const stream = Buffer.concat(sent.map(({ type, body }) => encodeFrame(type, body)));
      const read = createFrameReader();
      const got = [];
      let at = 0;
      for (const length of [...cuts, stream.length]) {
        got.push(...(read(stream.subarray(at, at + length)) ?? []));
        at += length;
      }
      expect(got).toEqual(sent);
    }),
  );
});

it('answers a request that arrives byte by byte', async () => {
  const wire = await open();
  for (const byte of infoFrame('build')) wire.send(Buffer.of(byte));
  expect((await wire.next())?.body.toString()).toBe('build\t8.1.2.0\n');
  wire.socket.destroy();
});

it('answers two requests of one chunk in their order', async () => {
  const wire = await open();
  wire.send(Buffer.concat([infoFrame('build'), infoFrame('status')]));
  expect((await wire.next())?.body.toString()).toBe('build\t8.1.2.0\n');
  expect((await wire.next())?.body.toString()).toBe('status\tok\n');
  wire.socket.destroy();
});

it('answers several commands of one frame in their order, the unknown one among them with its error', async () => {
  const wire = await open();
  expect(await wire.info('status', 'jobs:', 'build')).toBe(
    'status\tok\njobs:\tERROR:4:unrecognized command\nbuild\t8.1.2.0\n',
  );
  wire.socket.destroy();
});

it('passes over what follows the last newline, as the server does', async () => {
  const wire = await open();
  wire.send(encodeFrame(frameType.info, Buffer.from('build')));
  expect((await wire.next())?.body.length).toBe(0);
  wire.socket.destroy();
});

it.each([
  ['another version', Buffer.from('0301000000000001', 'hex')],
  ['an unknown type', Buffer.from('0209000000000001', 'hex')],
  ['more than 128 MiB', Buffer.from('020100000c800000', 'hex')],
  ['the largest length there is', Buffer.from('0201ffffffffffff', 'hex')],
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
])('closes a connection that sends %s', async (_, bytes) => {
  const wire = await open();
  wire.send(bytes);
  expect(await wire.next()).toBeNull();
});

it('serves others after a client left in the middle of a frame', async () => {
  const wire = await open();
  wire.send(infoFrame('build').subarray(0, 10));
  wire.socket.resetAndDestroy();
  await wire.isClosed;
  const other = await open();
  expect(await other.info('status')).toBe('status\tok\n');
  other.socket.destroy();
});

it('takes a message in a compressed frame', async () => {
  const wire = await open();
  const inner = encodeFrame(frameType.message, emptyMessage);
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(inner.length));
  wire.send(encodeFrame(frameType.compressed, Buffer.concat([size, deflateSync(inner)])));
  const answer = await wire.next();
  // Without a namespace: code 20.
  expect([answer?.type, answer?.body[5]]).toEqual([frameType.message, 20]);
  wire.socket.destroy();
});

it('answers or closes, but never falls, whatever a frame holds', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }).map(Buffer.from),
        fc.uint8Array({ minLength: 21, maxLength: 120 }).map((rest) => Buffer.concat([Buffer.of(22), rest])),
      ),
      async (type, body) => {
        const wire = await open();
        wire.send(encodeFrame(type, body));
        await wire.next();
        wire.socket.destroy();
        const other = await open();
        expect(await other.info('status')).toBe('status\tok\n');
        other.socket.destroy();
      },
    ),
    { numRuns: 150 },
  );
});

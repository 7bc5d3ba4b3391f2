import { connect, type Socket } from 'node:net';
import {
  createFrameReader,
  encodeFrame,
  frameType,
  type Frame,
} from '../../../../electron/emulators/aerospike/frames.ts';

/** A client made of nothing but a socket, so that what it sends can be as wrong as a test wants. */
export interface Wire {
  socket: Socket;
  send(bytes: Buffer): void;
  /** The next frame; null once the other side has closed. */
  next(): Promise<Frame | null>;
  /** Sends info commands in one frame; answers the text of the answer. */
  info(...commands: string[]): Promise<string>;
  isClosed: Promise<void>;
}

export async function openWire(address: string): Promise<Wire> {
  const port = Number(address.split(':')[1]);
  const socket = connect(port, '127.0.0.1');
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return overSocket(socket);
}

export function overSocket(socket: Socket): Wire {
  const read = createFrameReader();
  const ready: (Frame | null)[] = [];
  const waiting: ((frame: Frame | null) => void)[] = [];
  const give = (frame: Frame | null): void => {
    const taker = waiting.shift();
    if (taker) taker(frame);
    else ready.push(frame);
  };
  const isClosed = new Promise<void>((resolve) => {
    socket
      .on('error', () => undefined)
      .on('close', () => {
        give(null);
        resolve();
      });
  });
  socket.on('data', (chunk: Buffer) => {
    for (const frame of read(chunk) ?? []) give(frame);
  });
  const next: Wire['next'] = async () => {
    const frame = ready.shift();
    return frame === undefined ? new Promise((resolve) => waiting.push(resolve)) : frame;
  };
  const send = (bytes: Buffer): void => {
    socket.write(bytes);
  };
  return {
    socket,
    send,
    next,
    isClosed,
    info: async (...commands) => {
      send(infoFrame(...commands));
      const frame = await next();
      return frame?.body.toString('latin1') ?? 'closed';
    },
  };
}

export const infoFrame = (...commands: string[]): Buffer =>
  encodeFrame(frameType.info, Buffer.from(commands.map((command) => `${command}\n`).join(''), 'latin1'));

/** The answer to one info command, without its name. */
export async function ask(address: string, command: string): Promise<string> {
  const wire = await openWire(address);
  const text = await wire.info(command);
  wire.socket.destroy();
  return text.slice(text.indexOf('\t') + 1, -1);
}

/** `a=1;b=2` as a map. */
export const pairsOf = (text: string, between = ';'): Map<string, string> =>
  new Map(
    text.split(between).map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );

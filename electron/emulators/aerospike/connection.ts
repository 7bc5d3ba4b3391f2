import type { Socket } from 'node:net';
import { inflateSync } from 'node:zlib';
import { answerAdmin } from './admin.ts';
import { answerBatch } from './batch.ts';
import { code, Refusal } from './codes.ts';
import { createFrameReader, encodeFrame, frameType, headerBytes, maxFrameBytes, type Frame } from './frames.ts';
import { answerInfo } from './info.ts';
import { answerFrame, encodeAnswer, field, info1, parseMessage } from './message.ts';
import { answerQuery, isQuery } from './query.ts';
import { answerRecord } from './record.ts';
import { createSession, type Place } from './session.ts';

/** Serves one client's connection until it ends, requests in their order. What breaks the protocol ends it. */
export function serve(socket: Socket, place: Omit<Place, 'session'>, certificateName: string | null): void {
  const session = createSession(place.cluster, certificateName, socket.remoteAddress ?? '');
  const read = createFrameReader();
  const { node } = place;
  node.connections += 1;
  node.counters.opened += 1;
  // Every error is followed by a close, and a client that is gone needs no answer.
  socket.on('error', () => undefined);
  socket.on('close', () => {
    node.connections -= 1;
    const user = session.user === null ? undefined : place.cluster.users?.users.get(session.user);
    if (user) user.connections -= 1;
    node.counters.closed += 1;
  });
  socket.setNoDelay(true);
  socket.on('data', (chunk: Buffer) => {
    const frames = read(chunk);
    if (!frames) {
      socket.destroy();
      return;
    }
    for (const frame of frames) {
      const answer = answerTo(frame, { ...place, session });
      if (answer) socket.write(answer);
      else socket.destroy();
    }
  });
}

/** Null for what the server would close the connection over. */
function answerTo(frame: Frame, place: Place): Buffer | null {
  try {
    switch (frame.type) {
      case frameType.info:
        return encodeFrame(frameType.info, Buffer.from(answerInfo(frame.body.toString('latin1'), place), 'latin1'));
      case frameType.security:
        return encodeFrame(frameType.security, answerAdmin(frame.body, place));
      case frameType.compressed:
        return answerTo(unwrapped(frame.body), place);
      default:
        return answerMessage(frame.body, place);
    }
  } catch (error) {
    if (error instanceof Refusal) return answerFrame(encodeAnswer({ resultCode: error.code }));
    return null;
  }
}

/** The size of what is inside, then the zlib stream of a whole frame. */
function unwrapped(body: Buffer): Frame {
  if (body.length < 8) throw new Refusal(code.parameter);
  const whole = inflateSync(body.subarray(8), { maxOutputLength: maxFrameBytes });
  const frames = createFrameReader()(whole);
  const [frame] = frames ?? [];
  if (whole.length < headerBytes || frame?.type !== frameType.message) throw new Refusal(code.parameter);
  return frame;
}

function answerMessage(body: Buffer, place: Place): Buffer {
  const message = parseMessage(body);
  if ((message.info1 & info1.batch) !== 0 || message.fields.has(field.batch)) return answerBatch(place, message);
  if (isQuery(message)) return answerQuery(place, message);
  return answerFrame(encodeAnswer(answerRecord(place, message)));
}

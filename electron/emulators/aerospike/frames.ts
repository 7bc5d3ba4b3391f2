/**
 * Every request and answer is a frame: version (1 byte, 2), type (1 byte), length of the body (6 bytes, big-endian), body.
 */
export const frameType = { info: 1, security: 2, message: 3, compressed: 4 } as const;

export const headerBytes = 8;
/** What the server takes at most. */
export const maxFrameBytes = 128 * 1024 * 1024;

export interface Frame {
  type: number;
  body: Buffer;
}

export function encodeFrame(type: number, body: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(headerBytes + body.length);
  frame.writeUInt8(2, 0);
  frame.writeUInt8(type, 1);
  frame.writeUIntBE(body.length, 2, 6);
  body.copy(frame, headerBytes);
  return frame;
}

/**
 * Cuts a byte stream into frames, however TCP delivered it. Answers null once the stream breaks the protocol (another
 * version, unknown type, too long): the server closes such a connection.
 */
export function createFrameReader(limitBytes = maxFrameBytes): (chunk: Buffer) => Frame[] | null {
  let waiting: Buffer[] = [];
  let bytes = 0;
  let wanted = headerBytes;
  return (chunk) => {
    waiting.push(chunk);
    bytes += chunk.length;
    if (bytes < wanted) return [];
    let rest = waiting.length === 1 ? chunk : Buffer.concat(waiting, bytes);
    const frames: Frame[] = [];
    wanted = headerBytes;
    while (rest.length >= headerBytes) {
      const type = rest.readUInt8(1);
      const length = rest.readUIntBE(2, 6);
      if (rest.readUInt8(0) !== 2 || type < 1 || type > 4 || length > limitBytes) return null;
      wanted = headerBytes + length;
      if (rest.length < wanted) break;
      frames.push({ type, body: rest.subarray(headerBytes, wanted) });
      rest = rest.subarray(wanted);
      wanted = headerBytes;
    }
    waiting = rest.length > 0 ? [rest] : [];
    bytes = rest.length;
    return frames;
  };
}

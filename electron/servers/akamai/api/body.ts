import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isDeeperThan } from '../../kit/limits.ts';

const maxDepth = 100;

/** The answer is larger than we take; reading stopped there. */
export class BodyTooLargeError extends Error {
  readonly maxBytes: number;

  constructor(maxBytes: number) {
    super('body too large');
    this.maxBytes = maxBytes;
  }
}

/** The answer broke off, is no valid gzip, or is not the JSON that it claims to be. */
export class BrokenBodyError extends Error {}

/** The whole body, decompressed. Counts while it streams, on both sides of gzip, so that a bomb stops at `maxBytes`. */
export async function readBody(answer: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(answer.headers['content-length'] ?? 0) > maxBytes) throw new BodyTooLargeError(maxBytes);
  if (answer.headers['content-encoding'] !== 'gzip') return await collect(answer, maxBytes);
  const gunzip = createGunzip();
  answer.on('error', (error) => gunzip.destroy(error));
  answer.on('aborted', () => gunzip.destroy(new BrokenBodyError('broke off')));
  return await collect(answer.pipe(gunzip), maxBytes);
}

async function collect(stream: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new BodyTooLargeError(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    const isZlib = error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
    throw isZlib ? new BrokenBodyError('no valid gzip') : error;
  }
  return Buffer.concat(chunks);
}

/** The JSON value of a body; null for an empty one. Throws BrokenBodyError for anything else, and for deep nesting. */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) return null;
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw new BrokenBodyError('no JSON');
  }
  if (isDeeperThan(value, maxDepth)) throw new BrokenBodyError('nested too deep');
  return value;
}

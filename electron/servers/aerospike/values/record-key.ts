import { ToolError } from '../../kit/tool-error.ts';
import { bytesOf, integerOf, markerOf, textOf } from './encode.ts';
import { maxKeyBytes } from './names.ts';
import { showBytes, showInteger } from './show.ts';
import type { TypedJson } from './typed-json.ts';

/** A key as the client takes it: by value, or by its 20-byte digest. */
export type DriverKey = { value: string | number | bigint | Buffer } | { digest: Buffer };

export const digestBytes = 20;

/** Reads a `key` argument. Throws `invalid-input`. */
export function readKey(key: TypedJson): DriverKey {
  if (typeof key === 'string') {
    if (key === '') throw wrongKey('is empty');
    if (Buffer.byteLength(key) > maxKeyBytes) throw wrongKey(`has more than ${maxKeyBytes} bytes`);
    return { value: textOf(key, 'The key') };
  }
  if (typeof key === 'number') {
    if (!Number.isInteger(key)) throw wrongKey('is no integer');
    if (!Number.isSafeInteger(key)) throw wrongKey('is beyond ±2^53; write it as {"$int": "…"}');
    return { value: key + 0 };
  }
  const marker = markerOf(key);
  switch (marker?.[0]) {
    case '$int':
      return { value: integerOf(marker[1], 'The key') };
    case '$bytes': {
      const bytes = bytesOf(marker[1], 'The key');
      if (bytes.length === 0) throw wrongKey('is empty');
      if (bytes.length > maxKeyBytes) throw wrongKey(`has more than ${maxKeyBytes} bytes`);
      return { value: bytes };
    }
    case '$digest': {
      const digest = bytesOf(marker[1], 'The digest');
      if (digest.length !== digestBytes) throw wrongKey(`is a digest that has not ${digestBytes} bytes`);
      return { digest };
    }
    default:
      throw wrongKey('is of a type that no key has');
  }
}

export function showKey(key: { key?: unknown; digest?: unknown }): TypedJson {
  const { key: value, digest } = key;
  if (typeof value === 'string') return value;
  // In scans and batches the client rounds integers beyond ±2^53: that would be another record's key.
  const isExact = typeof value === 'bigint' || Number.isSafeInteger(value);
  if (isExact && (typeof value === 'number' || typeof value === 'bigint')) return showInteger(value);
  if (Buffer.isBuffer(value)) return showBytes(value);
  return { $digest: Buffer.isBuffer(digest) ? digest.toString('base64') : '' };
}

const wrongKey = (what: string): ToolError =>
  new ToolError(
    'invalid-input',
    `The key ${what}.`,
    `A key is a text or an integer, {"$int": "…"}, {"$bytes": base64} or {"$digest": base64}, at most ${maxKeyBytes} bytes.`,
  );

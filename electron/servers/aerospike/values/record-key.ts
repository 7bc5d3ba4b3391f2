import { ToolError } from '../../kit/tool-error.ts';
import { createHash } from 'node:crypto';
import { bytesOf, integerOf, markerOf, spelledText, textOf } from './encode.ts';
import { maxKeyBytes } from './names.ts';
import { showBytes, showInteger, showText } from './show.ts';
import type { TypedJson } from './typed-json.ts';

/** A key as the client takes it: by value, or by its 20-byte digest. */
export type DriverKey = { value: string | number | bigint | Buffer } | { digest: Buffer };

export const digestBytes = 20;

/** Reads a `key` argument. Throws `invalid-input`. */
export function readKey(key: TypedJson): DriverKey {
  if (typeof key === 'string') return { value: textKey(textOf(key, 'The key')) };
  if (typeof key === 'number') {
    if (!Number.isInteger(key)) throw wrongKey('is no integer');
    if (!Number.isSafeInteger(key)) throw wrongKey('is beyond ±2^53; write it as {"$int": "…"}');
    return { value: key + 0 };
  }
  const marker = markerOf(key);
  switch (marker?.[0]) {
    case '$text':
      return { value: textKey(spelledText(marker[1], 'The key')) };
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

function textKey(text: string): string {
  if (text === '') throw wrongKey('is empty');
  if (Buffer.byteLength(text) > maxKeyBytes) throw wrongKey(`has more than ${maxKeyBytes} bytes`);
  return text;
}

/** A key as the client shows it beside a record that a scan or query found. */
interface FoundKey {
  set?: string | null | undefined;
  key?: unknown;
  digest?: unknown;
}

/** The key of a record that was found, in the form that finds it again. */
export function showKey({ set, key: value, digest }: FoundKey): TypedJson {
  // The client cuts a text at NUL and replaces what is no UTF-8: that would be another record's key, or nobody's.
  const isOwn = !Buffer.isBuffer(digest) || typeof value !== 'string' || digestOfText(set ?? '', value).equals(digest);
  if (typeof value === 'string' && isOwn) return showText(value);
  // In scans and batches the client rounds integers beyond ±2^53: that would be another record's key.
  const isExact = typeof value === 'bigint' || Number.isSafeInteger(value);
  if (isExact && (typeof value === 'number' || typeof value === 'bigint')) return showInteger(value);
  if (Buffer.isBuffer(value)) return showBytes(value);
  return { $digest: Buffer.isBuffer(digest) ? digest.toString('base64') : '' };
}

/** A key as it was asked for, as it may leave. */
export const showAsked = (key: TypedJson): TypedJson => (typeof key === 'string' ? showText(key) : key);

/** As clients and servers name a record: over its set, the type of its key, and the key. */
const digestOfText = (set: string, text: string): Buffer =>
  createHash('ripemd160').update(set).update(textType).update(text).digest();
const textType = Buffer.of(3);

const wrongKey = (what: string): ToolError =>
  new ToolError(
    'invalid-input',
    `The key ${what}.`,
    `A key is a text or an integer, {"$int": "…"}, {"$bytes": base64} or {"$digest": base64}, at most ${maxKeyBytes} bytes.`,
  );

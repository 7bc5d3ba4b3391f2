import { ToolError } from '../../kit/tool-error.ts';
import { createHash } from 'node:crypto';
import { bytesOf, integerOf, markerOf, spelledText, textOf } from './encode.ts';
import { maxKeyBytes } from './names.ts';
import { showBytes, showInteger, showText } from './show.ts';
import type { RecordKey, TypedJson } from './typed-json.ts';

/** A key as the client takes it: by value, or by its 20-byte digest. */
export type DriverKey = { value: KeyValue } | { digest: Buffer };
type KeyValue = string | number | bigint | Buffer;

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
  const isOwn = !Buffer.isBuffer(digest) || typeof value !== 'string' || digestOf(set ?? null, value).equals(digest);
  if (typeof value === 'string' && isOwn) return showText(value);
  // In scans and batches the client rounds integers beyond ±2^53: that would be another record's key.
  const isExact = typeof value === 'bigint' || Number.isSafeInteger(value);
  if (isExact && (typeof value === 'number' || typeof value === 'bigint')) return showInteger(value);
  if (Buffer.isBuffer(value)) return showBytes(value);
  return { $digest: Buffer.isBuffer(digest) ? digest.toString('base64') : '' };
}

/** A key as it was asked for, as it may leave. */
export const showAsked = (key: TypedJson): TypedJson => (typeof key === 'string' ? showText(key) : key);

/** A name for each, the same for keys that mean one record, however they are written. Throws `invalid-input`. */
export function namesOf(keys: readonly RecordKey[]): string[] {
  const read = keys.map(({ key }) => readKey(key));
  // A hash of each is worth it only where some are known by theirs alone.
  const isMixed = read.some((key) => 'digest' in key);
  return keys.map(({ namespace, set }, index) => {
    const key = read[index] ?? { value: '' };
    if (!isMixed && 'value' in key)
      return JSON.stringify([namespace, set, typeof key.value === 'string', plain(key.value)]);
    const digest = 'digest' in key ? key.digest : digestOf(set, key.value);
    return `${namespace} ${digest.toString('base64')}`;
  });
}

const plain = (value: KeyValue): string =>
  Buffer.isBuffer(value) ? `bytes ${value.toString('base64')}` : String(value);

/** As clients and servers name a record: over its set, the type of its key, and the key. */
function digestOf(set: string | null, value: KeyValue): Buffer {
  const hash = createHash('ripemd160').update(set ?? '');
  if (typeof value === 'string') return hash.update(Buffer.of(3)).update(value).digest();
  if (Buffer.isBuffer(value)) return hash.update(Buffer.of(4)).update(value).digest();
  const integer = Buffer.alloc(9, 1);
  integer.writeBigInt64BE(BigInt(value), 1);
  return hash.update(integer).digest();
}

const wrongKey = (what: string): ToolError =>
  new ToolError(
    'invalid-input',
    `The key ${what}.`,
    `A key is a text or an integer, {"$int": "…"}, {"$bytes": base64} or {"$digest": base64}, at most ${maxKeyBytes} bytes.`,
  );

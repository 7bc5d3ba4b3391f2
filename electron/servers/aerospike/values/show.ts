import { isUtf8 } from 'node:buffer';
import { isDeeperThan } from '../../kit/limits.ts';
import { safeText, spelled } from '../../kit/text-safety.ts';
import { maxJsonDepth } from './names.ts';
import type { TypedJson } from './typed-json.ts';

/** Values as typed JSON shows them: plain where JSON says them exactly, marked where it does not. */

export const showInteger = (value: bigint | number): TypedJson => {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : { $int: String(value) };
};

export function showDouble(value: number): TypedJson {
  if (Object.is(value, -0)) return { $double: '-0' };
  if (!Number.isFinite(value)) return { $double: String(value) };
  return Number.isInteger(value) ? { $double: value } : value;
}

/** What answers put around a value is a few levels more. */
const maxShownDepth = maxJsonDepth - 8;

/** A value too deep for an answer is told by its size, so that it does not end the whole page it is on. */
export const unlessTooDeep = (value: TypedJson, bytes?: number): TypedJson =>
  isDeeperThan(value, maxShownDepth) ? { $omitted: bytes ?? Buffer.byteLength(JSON.stringify(value)) } : value;

/** Whatever leaves is made visible; a text that would be changed by that leaves in the form that can be read back. */
export const showText = (text: string): TypedJson => (safeText(text) === text ? text : { $text: spelled(text) });

export const showUtf8 = (bytes: Buffer): TypedJson =>
  isUtf8(bytes) ? showText(bytes.toString('utf8')) : { $rawText: bytes.toString('base64') };

export const showBytes = (bytes: Buffer): TypedJson => ({ $bytes: bytes.toString('base64') });

export function showGeoJson(text: string): TypedJson {
  // As a text it is not written back: made visible, its own texts would be others.
  if (safeText(text) !== text) return { $geojson: text };
  try {
    return { $geojson: JSON.parse(text) as TypedJson };
  } catch {
    // The server checks what it stores, so this is what an old server let pass.
    return { $geojson: text };
  }
}

/** A sketch's bytes say nothing to a reader; `count` is the server's estimate, where it was asked. */
export const describeHll = (bytes: Buffer, count: number | null): TypedJson => ({
  $hll: { ...(count === null ? {} : { count }), indexBits: bytes[1] ?? 0, minHashBits: bytes[2] ?? 0 },
});

export function showMap(pairs: readonly [TypedJson, TypedJson][]): TypedJson {
  const isPlain = pairs.every(([key]) => typeof key === 'string' && !key.startsWith('$'));
  if (!isPlain) return { $map: pairs.map(([key, value]) => [key, value]) };
  // Unlike assignment, this makes a key called __proto__ a key.
  return Object.fromEntries(pairs as [string, TypedJson][]);
}

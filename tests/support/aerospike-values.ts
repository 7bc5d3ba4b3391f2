import fc from 'fast-check';
import type { JsonValue } from '../../electron/core/workers/protocol.ts';
import { safeText } from '../../electron/servers/kit/text-safety.ts';

/** In place of the client's classes: what the encoder marks with them. */
export class Double {
  Double: number;
  constructor(value: number) {
    if (Number.isNaN(value)) throw new TypeError('not a double');
    this.Double = value;
  }
}
export class GeoJSON {
  str: string;
  constructor(json: string) {
    this.str = json;
  }
}

/** As the client packs what it is given into a list or map (MessagePack, a type byte before each text and blob). */
export function pack(value: unknown, isOrdered = false): Buffer {
  if (value === null || value === undefined) return Buffer.of(0xc0);
  if (typeof value === 'boolean') return Buffer.of(value ? 0xc3 : 0xc2);
  if (typeof value === 'number' || typeof value === 'bigint') return packInteger(BigInt(value));
  if (typeof value === 'string') return typed(3, Buffer.from(value));
  if (Buffer.isBuffer(value)) return typed(4, value);
  if (value instanceof Double) {
    const bytes = Buffer.alloc(9, 0xcb);
    bytes.writeDoubleBE(value.Double, 1);
    return bytes;
  }
  if (value instanceof GeoJSON) return typed(23, Buffer.from(value.str));
  const order = isOrdered ? [Buffer.of(0xc7, 0, 1)] : [];
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => pack(item, isOrdered));
    return Buffer.concat([header(0xdc, items.length + order.length), ...order, ...items]);
  }
  if (!(value instanceof Map)) throw new Error('nothing that the encoder makes');
  const pairs = [...value].flatMap(([key, item]) => [pack(key, isOrdered), pack(item, isOrdered)]);
  const first = isOrdered ? [Buffer.of(0xc7, 0, 1), Buffer.of(0xc0)] : [];
  return Buffer.concat([header(0xde, (pairs.length + first.length) / 2), ...first, ...pairs]);
}

function packInteger(value: bigint): Buffer {
  if (value >= 0n && value < 128n) return Buffer.of(Number(value));
  if (value < 0n && value >= -32n) return Buffer.of(Number(value) + 256);
  const bytes = Buffer.alloc(9, value < 0n ? 0xd3 : 0xcf);
  if (value < 0n) bytes.writeBigInt64BE(value, 1);
  else bytes.writeBigUInt64BE(value, 1);
  return bytes;
}

function typed(type: number, data: Buffer): Buffer {
  const length = data.length + 1;
  if (length < 32) return Buffer.concat([Buffer.of(0xa0 + length, type), data]);
  return Buffer.concat([Buffer.of(0xda, length >> 8, length & 255, type), data]);
}

const header = (kind: number, count: number): Buffer => Buffer.of(kind, count >> 8, count & 255);

/** A text as it leaves: plain, or spelt out where some of its characters are not seen. */
function shown(text: string): JsonValue {
  if (safeText(text) === text) return text;
  const spell = (character: string): string =>
    safeText(character) === character ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`;
  return { $text: [...text].map((character) => (character === '\\' ? '\\\\' : spell(character))).join('') };
}

const text = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.string({ unit: fc.constantFrom('a', '\\', '\r', '\u200b', '\u{e0041}', '\\u{d}', '{', '}'), maxLength: 12 }),
  )
  .filter((value) => !value.includes('\0') && !/\p{Cs}/u.test(value))
  .map(shown);
const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value): JsonValue => {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : { $int: String(value) };
});
const double = fc.double().map((value): JsonValue => {
  if (Object.is(value, -0)) return { $double: '-0' };
  if (!Number.isFinite(value)) return { $double: String(value) };
  return Number.isInteger(value) ? { $double: value } : value;
});
const bytes = fc
  .uint8Array({ maxLength: 40 })
  .map((value): JsonValue => ({ $bytes: Buffer.from(value).toString('base64') }));
const geojson = fc
  .tuple(fc.double({ noNaN: true, min: -180, max: 180 }), fc.double({ noNaN: true, min: -90, max: 90 }))
  .map(([lng, lat]): JsonValue => ({ $geojson: { type: 'Point', coordinates: [lng + 0, lat + 0] } }));
const mapKey = fc.oneof(text, integer, bytes);

const asMap = (pairs: [JsonValue, JsonValue][]): JsonValue =>
  pairs.every(([key]) => typeof key === 'string' && !key.startsWith('$'))
    ? Object.fromEntries(pairs as [string, JsonValue][])
    : { $map: pairs };

/** Every value that typed JSON can say, in the one form in which it is shown. */
export const typedJson: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constant<JsonValue>(null),
    fc.boolean(),
    fc.integer(),
    integer,
    double,
    text,
    bytes,
    geojson,
    fc.array(tie('value'), { maxLength: 5 }),
    fc
      .uniqueArray(fc.tuple(mapKey, tie('value')), { maxLength: 5, selector: ([key]) => JSON.stringify(key) })
      .map(asMap),
  ),
})).value;

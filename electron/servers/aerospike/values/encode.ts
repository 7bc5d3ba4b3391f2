import { isDeeperThan } from '../../kit/limits.ts';
import { unspelled } from '../../kit/text-safety.ts';
import { ToolError } from '../../kit/tool-error.ts';
import { assertBinName, maxBins } from './names.ts';
import type { Bins, TypedJson } from './typed-json.ts';

/** Lists and maps inside each other; deeper ones are nobody's records. */
export const maxDepth = 32;
/** With the levels around it, three for each map, it can be shown as well. */
const maxGeoJsonDepth = 16;

/** The classes that mark what JavaScript has no type for; the client has them, and tests bring their own. */
export interface ValueClasses {
  Double: new (value: number) => { Double: number };
  GeoJSON: new (json: string) => object;
}

export type Encode = (value: TypedJson, where?: string) => unknown;

/** Typed JSON as the client writes it. Throws `invalid-input` that says where and how to write it instead. */
export function createEncode({ Double, GeoJSON }: ValueClasses): Encode {
  const double = (value: number): object => {
    // Its constructor refuses NaN, which the server stores all the same.
    const marked = new Double(1);
    marked.Double = value;
    return marked;
  };

  const encode = (value: TypedJson, where: string, depth: number): unknown => {
    if (depth > maxDepth) refuse(where, 'is nested too deeply', `At most ${maxDepth} levels.`);
    if (value === null || typeof value === 'boolean') return value;
    if (typeof value === 'string') return textOf(value, where);
    if (typeof value === 'number') {
      if (!Number.isInteger(value)) return double(value);
      // No minus zero among integers.
      return Number.isSafeInteger(value) ? value + 0 : refuseBigNumber(where);
    }
    if (Array.isArray(value)) return value.map((item) => encode(item, where, depth + 1));
    const marker = markerOf(value);
    if (marker === null) return mapOf(Object.entries(value), where, depth);
    const [name, inner] = marker;
    switch (name) {
      case '$int':
        return integerOf(inner, where);
      case '$double':
        return double(doubleOf(inner, where));
      case '$bytes':
        return bytesOf(inner, where);
      case '$text':
        return spelledText(inner, where);
      case '$geojson':
        return new GeoJSON(JSON.stringify(geoJsonOf(inner, where)));
      case '$map':
        return mapOf(pairsOf(inner, where), where, depth);
      case '$ordered':
        return refuse(
          where,
          'has an ordered list inside it',
          'Only a whole bin can be written as one; write a plain list.',
        );
      default:
        return refuse(where, `has an unknown type ${JSON.stringify(name.slice(0, 20))}`, typesHint);
    }
  };

  /** A JavaScript Map, because an object's keys are texts, and one called __proto__ is lost. */
  const mapOf = (
    pairs: readonly (readonly [TypedJson, TypedJson])[],
    where: string,
    depth: number,
  ): Map<unknown, unknown> => {
    const map = new Map<unknown, unknown>();
    const seen = new Set<string>();
    for (const [key, value] of pairs) {
      const encoded = encode(mapKeyOf(key, where), where, depth + 1);
      const identity = identityOf(encoded);
      if (seen.has(identity)) refuse(where, 'has a map with the same key twice', 'Name each key once.');
      seen.add(identity);
      map.set(encoded, encode(value, where, depth + 1));
    }
    return map;
  };

  return (value, where = 'The value') => {
    return encode(value, where, 0);
  };
}

/** The same for keys that the server would hold to be one, however they were written. */
function identityOf(encoded: unknown): string {
  if (Buffer.isBuffer(encoded)) return `bytes ${encoded.toString('hex')}`;
  return typeof encoded === 'string' ? `text ${encoded}` : `integer ${String(encoded)}`;
}

/** What a value is called by its marker, or by its plain type: a text is a `string` in both its forms. */
export function kindOf(value: TypedJson): string {
  const kind = markerOf(value)?.[0] ?? typeof value;
  return kind === '$text' ? 'string' : kind;
}

/** Every bin of a record. Throws `invalid-input` that names the bin. */
export function encodeBins(bins: Bins, encode: Encode): Record<string, unknown> {
  const entries = Object.entries(bins);
  if (entries.length === 0)
    throw new ToolError('invalid-input', 'There are no bins to write.', 'Give at least one bin.');
  if (entries.length > maxBins) {
    throw new ToolError('invalid-input', 'A record cannot have so many bins.', `At most ${maxBins}.`);
  }
  // Without a prototype, so that a bin called __proto__ is a bin.
  const encoded: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of entries) {
    assertBinName(name);
    encoded[name] = encode(orderedItems(value) ?? value, `Bin ${JSON.stringify(name)}`);
  }
  return encoded;
}

/** The elements of an ordered list; null for any other value. A list becomes ordered by a step of its own. */
export function orderedItems(value: TypedJson): TypedJson[] | null {
  const marker = markerOf(value);
  return marker?.[0] === '$ordered' && Array.isArray(marker[1]) ? marker[1] : null;
}

/** The one member of an object whose name begins with `$`; null for a plain map. */
export function markerOf(value: TypedJson): readonly [name: string, inner: TypedJson] | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const entries = Object.entries(value);
  const marked = entries.find(([name]) => name.startsWith('$'));
  if (!marked) return null;
  if (entries.length === 1) return marked;
  return refuse('A map', 'has a key that begins with $', 'Write such a map as {"$map": [[key, value], …]}.');
}

export function integerOf(inner: TypedJson, where: string): bigint | number {
  if (typeof inner === 'number' && Number.isSafeInteger(inner)) return inner + 0;
  if (typeof inner !== 'string' || !/^-?[0-9]{1,19}$/.test(inner)) return refuse(where, 'is no integer', intHint);
  const value = BigInt(inner);
  if (BigInt.asIntN(64, value) !== value) return refuse(where, 'is an integer of more than 64 bits', intHint);
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

export function bytesOf(inner: TypedJson, where: string): Buffer {
  const bytes = typeof inner === 'string' ? Buffer.from(inner, 'base64') : null;
  // Only the one text that these bytes have: Buffer.from drops what is no base64, and spare bits at the end, in silence.
  if (bytes !== null && bytes.toString('base64') === inner) return bytes;
  return refuse(where, 'is no base64', 'Write bytes as {"$bytes": "AQID"}, padded base64.');
}

/** Texts travel as C strings: NUL would cut one, a lone surrogate would become another character. */
export function textOf(text: string, where: string): string {
  if (text.includes('\0')) return refuse(where, 'has a NUL character', 'Write it as {"$bytes": …}.');
  if (/\p{Cs}/u.test(text)) return refuse(where, 'has half a surrogate pair', 'Write it as {"$bytes": …}.');
  return text;
}

/** The text in `{"$text": …}`. */
export function spelledText(inner: TypedJson, where: string): string {
  const text = typeof inner === 'string' ? unspelled(inner) : null;
  const hint =
    'Write {"$text": "a\\u{200b}b\\\\c"}: unseen characters as \\u{hex}, each backslash twice; or a plain text.';
  return text === null ? refuse(where, 'is no text that is spelt out', hint) : textOf(text, where);
}

function doubleOf(inner: TypedJson, where: string): number {
  if (typeof inner === 'number') return inner;
  const special: Record<string, number> = { NaN, Infinity, '-Infinity': -Infinity, '-0': -0 };
  const known = typeof inner === 'string' && Object.hasOwn(special, inner) ? special[inner] : undefined;
  return known ?? refuse(where, 'is no double', 'Write {"$double": 3}, or "NaN", "Infinity", "-Infinity", "-0".');
}

function geoJsonOf(inner: TypedJson, where: string): TypedJson {
  const isObject = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
  if (isObject && isDeeperThan(inner, maxGeoJsonDepth))
    refuse(where, 'has GeoJSON that is nested too deeply', `At most ${maxGeoJsonDepth} levels.`);
  if (isObject && typeof inner.type === 'string' && !JSON.stringify(inner).includes('\\u0000')) return inner;
  return refuse(where, 'is no GeoJSON', 'Write {"$geojson": {"type": "Point", "coordinates": [13.4, 52.5]}}.');
}

function pairsOf(inner: TypedJson, where: string): [TypedJson, TypedJson][] {
  const isPairs = Array.isArray(inner) && inner.every((pair) => Array.isArray(pair) && pair.length === 2);
  // Each was seen to be a list of two.
  if (isPairs) return inner as [TypedJson, TypedJson][];
  return refuse(where, 'has a $map that is no list of pairs', 'Write {"$map": [[key, value], …]}.');
}

/** The server takes doubles as well; the client leaves such an entry out without a word. */
export function mapKeyOf(key: TypedJson, where: string): TypedJson {
  const kind = kindOf(key);
  const isDouble = kind === '$double' || (typeof key === 'number' && !Number.isInteger(key));
  if (!isDouble && ['string', 'number', '$int', '$bytes'].includes(kind)) return key;
  return refuse(
    where,
    isDouble ? 'has a map key that is a double, which cannot be written' : 'has a map key of a type that is none',
    'Map keys are texts, integers or bytes.',
  );
}

const refuseBigNumber = (where: string): never =>
  refuse(where, 'is a number beyond ±2^53, which JSON does not keep exact', intHint);

const intHint = 'Write it as {"$int": "9007199254740993"}, or {"$double": 1e300} if it is a double.';
const typesHint = 'There are $int, $double, $bytes, $text, $geojson, $map and $ordered.';

function refuse(where: string, what: string, hint: string): never {
  throw new ToolError('invalid-input', `${where} ${what}.`, hint);
}

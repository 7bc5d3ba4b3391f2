/**
 * What bins hold, as the operations see it. A text is kept as latin1, one character a byte: so that nothing is lost of
 * texts that are no UTF-8, and comparing characters compares bytes, as the server does. A JavaScript number is always a
 * double; integers are bigint.
 */
export type Value = null | boolean | bigint | number | string | Bytes | List | Mapping | Bound;

/** Bytes of any other kind: blob, GeoJSON, HLL or a client language's own. */
export interface Bytes {
  kind: 'bytes';
  particle: number;
  data: Buffer;
}

export interface List {
  kind: 'list';
  /** 1 for an ordered list, as on the wire. */
  flags: number;
  items: Value[];
}

export interface Mapping {
  kind: 'map';
  /** 1 key-ordered, 3 key-value-ordered, as on the wire. */
  flags: number;
  entries: [Value, Value][];
}

/** The ends of the order, which only arguments hold: everything, or greater than all. */
export interface Bound {
  kind: 'wildcard' | 'infinite';
}

export const particle = {
  none: 0,
  integer: 1,
  double: 2,
  string: 3,
  blob: 4,
  boolean: 17,
  hll: 18,
  map: 19,
  list: 20,
  geojson: 23,
} as const;

export const list = (items: Value[], flags = 0): List => ({ kind: 'list', flags, items });
export const mapping = (entries: [Value, Value][], flags = 0): Mapping => ({ kind: 'map', flags, entries });
export const bytesOf = (data: Buffer, type: number = particle.blob): Bytes => ({ kind: 'bytes', particle: type, data });
export const utf8 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
export const fromUtf8 = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');

const kindOf = (value: Value): string | null => (typeof value === 'object' && value !== null ? value.kind : null);
export const isList = (value: Value | undefined): value is List => value !== undefined && kindOf(value) === 'list';
export const isMapping = (value: Value | undefined): value is Mapping => value !== undefined && kindOf(value) === 'map';
export const isBytes = (value: Value | undefined): value is Bytes => value !== undefined && kindOf(value) === 'bytes';

/** The server's order of kinds: nil, boolean, integer, text, list, map, bytes, double, GeoJSON, infinite. */
export function rankOf(value: Value): number {
  switch (typeof value) {
    case 'boolean':
      return 2;
    case 'bigint':
      return 3;
    case 'string':
      return 4;
    case 'number':
      return 8;
    default:
      break;
  }
  if (value === null) return 1;
  if (isList(value)) return 5;
  if (isMapping(value)) return 6;
  if (isBytes(value)) return value.particle === particle.geojson ? 9 : 7;
  return 11;
}

/** Negative, zero or positive. A wildcard equals everything. */
export function compare(left: Value, right: Value): number {
  if (kindOf(left) === 'wildcard' || kindOf(right) === 'wildcard') return 0;
  const byRank = rankOf(left) - rankOf(right);
  if (byRank !== 0) return byRank;
  if (isList(left) && isList(right)) return compareAll(left.items, right.items);
  if (isMapping(left) && isMapping(right)) {
    const bySize = left.entries.length - right.entries.length;
    return bySize === 0 ? compareAll(sortedFlat(left), sortedFlat(right)) : bySize;
  }
  if (isBytes(left) && isBytes(right)) return Buffer.compare(left.data, right.data);
  if (left === right || left === null || right === null) return 0;
  return left < right ? -1 : left > right ? 1 : 0;
}

function compareAll(left: readonly Value[], right: readonly Value[]): number {
  for (const [index, item] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    // A wildcard at the end of a list stands for all that follows.
    if (kindOf(item) === 'wildcard' || kindOf(other) === 'wildcard') return 0;
    const order = compare(item, other);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

const sortedFlat = (map: Mapping): Value[] => [...map.entries].sort(([a], [b]) => compare(a, b)).flat();

import type { JsonObject } from '../../../core/workers/protocol.ts';
import { ToolError } from '../../kit/tool-error.ts';
import type { CollectionType, IndexFilter, IndexType } from '../connection/connection.ts';
import { integerOf, kindOf, markerOf } from '../values/encode.ts';
import type { TypedJson } from '../values/typed-json.ts';

/** A filter argument as it came: all but the bin may be missing. */
export interface FilterArgument {
  bin: string;
  equal?: TypedJson | undefined;
  begin?: TypedJson | undefined;
  end?: TypedJson | undefined;
  within?: TypedJson | undefined;
  point?: TypedJson | undefined;
  in?: Exclude<CollectionType, 'none'> | undefined;
}

export type ReadFilter = IndexFilter;

/** Exactly one of the known shapes. Throws `invalid-input`; nothing that was given is ever left out. */
export function readFilter(filter: FilterArgument): ReadFilter {
  const { bin, equal, begin, end, within, point } = filter;
  const collection = filter.in ?? 'none';
  const given = [
    equal !== undefined,
    begin !== undefined || end !== undefined,
    within !== undefined,
    point !== undefined,
  ];
  if (given.filter(Boolean).length !== 1) {
    throw wrong('must have exactly one of: equal; begin and end; within; point');
  }
  if (equal !== undefined) {
    if (indexTypeFor(equal) === null) throw wrong('can only be equal to an integer, a text or bytes');
    return { kind: 'equal', bin, collection, value: equal };
  }
  if (within !== undefined) return { kind: 'within', bin, collection, region: geoJson(within) };
  if (point !== undefined) return { kind: 'contains-point', bin, collection, point: geoJson(point) };
  if (begin === undefined || end === undefined) throw wrong('needs both begin and end');
  if (indexTypeFor(begin) !== 'numeric' || indexTypeFor(end) !== 'numeric')
    throw wrong('can only have integers as begin and end');
  if (wholeOf(begin) > wholeOf(end)) throw wrong('has a begin that is greater than its end');
  return { kind: 'range', bin, collection, begin, end };
}

/** The type of index that can answer it. */
export function typeOf(filter: ReadFilter): IndexType {
  switch (filter.kind) {
    case 'equal':
      return indexTypeFor(filter.value) ?? 'numeric';
    case 'range':
      return 'numeric';
    case 'within':
    case 'contains-point':
      return 'geo2dsphere';
  }
}

function indexTypeFor(value: TypedJson): Exclude<IndexType, 'geo2dsphere'> | null {
  if (typeof value === 'number') return Number.isInteger(value) ? 'numeric' : null;
  if (kindOf(value) === 'string') return 'string';
  const [name, inner = null] = markerOf(value) ?? [];
  if (name === '$int') {
    // Read strictly, for JavaScript makes 0 of an empty text and of null.
    integerOf(inner, 'The filter’s value');
    return 'numeric';
  }
  return name === '$bytes' ? 'blob' : null;
}

const wholeOf = (value: TypedJson): bigint => BigInt(integerOf(markerOf(value)?.[1] ?? value, 'The filter’s value'));

/** Either marked or bare; the server checks the rest of it. */
function geoJson(value: TypedJson): JsonObject {
  const marker = markerOf(value);
  const bare = marker?.[0] === '$geojson' ? marker[1] : value;
  const isObject = typeof bare === 'object' && bare !== null && !Array.isArray(bare);
  if (isObject && typeof bare.type === 'string' && 'coordinates' in bare) return bare;
  throw wrong('needs GeoJSON: {"type": …, "coordinates": …}');
}

const wrong = (what: string): ToolError =>
  new ToolError(
    'invalid-input',
    `The filter ${what}.`,
    'For example {"bin": "age", "begin": 18, "end": 30} or {"bin": "city", "equal": "Oslo"}.',
  );

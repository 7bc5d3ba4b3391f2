import { sort } from './cdt-list.ts';
import { sortMap } from './cdt-map.ts';
import { code, refuse } from './codes.ts';
import { parseShape } from './geo.ts';
import { pack, unpack } from './msgpack.ts';
import { bytesOf, isBytes, isList, isMapping, particle, type Value } from './values.ts';

/** A bin's value as it came and as it is stored, byte for byte. */
export interface Particle {
  type: number;
  data: Buffer;
}

/** GeoJSON travels behind a flag and a list of cells; the cells are for the server's own use. */
const geoPrefix = 3;

export function decode({ type, data }: Particle): Value {
  switch (type) {
    case particle.none:
      return null;
    case particle.integer:
      return readInteger(data);
    case particle.double:
      return data.length === 8 ? data.readDoubleBE() : refuse(code.parameter);
    case particle.string:
      return data.toString('latin1');
    case particle.boolean:
      return data[0] === 1;
    case particle.list:
    case particle.map:
      return unpack(data);
    case particle.geojson:
      return bytesOf(data.subarray(geoPrefix), particle.geojson);
    default:
      return bytesOf(data, type);
  }
}

export function encode(value: Value): Particle {
  if (value === null) return { type: particle.none, data: Buffer.alloc(0) };
  if (typeof value === 'bigint') {
    const data = Buffer.alloc(8);
    data.writeBigInt64BE(BigInt.asIntN(64, value));
    return { type: particle.integer, data };
  }
  if (typeof value === 'number') {
    const data = Buffer.alloc(8);
    data.writeDoubleBE(value);
    return { type: particle.double, data };
  }
  if (typeof value === 'string') return { type: particle.string, data: Buffer.from(value, 'latin1') };
  if (typeof value === 'boolean') return { type: particle.boolean, data: Buffer.of(value ? 1 : 0) };
  if (isList(value)) return { type: particle.list, data: pack(value) };
  if (isMapping(value)) return { type: particle.map, data: pack(value) };
  if (!isBytes(value)) return refuse(code.parameter, 'no storable value');
  if (value.particle !== particle.geojson) return { type: value.particle, data: value.data };
  return { type: particle.geojson, data: Buffer.concat([Buffer.alloc(geoPrefix), value.data]) };
}

/** As it may be stored: checked where the server checks, and GeoJSON without the sender's cells. */
export function fromClient(given: Particle): Particle {
  switch (given.type) {
    case particle.integer:
      return encode(readInteger(given.data));
    case particle.list:
    case particle.map:
      return encode(sortIfOrdered(unpack(given.data)));
    case particle.geojson: {
      if (given.data.length < geoPrefix) refuse(code.geoInvalidGeoJson);
      const json = given.data.subarray(geoPrefix + given.data.readUInt16BE(1) * 8);
      parseShape(json);
      return encode(bytesOf(json, particle.geojson));
    }
    // A copy, since what was given is part of a whole request that must not be kept.
    default:
      return { type: given.type, data: Buffer.from(given.data) };
  }
}

function readInteger(data: Buffer): bigint {
  if (data.length === 8) return data.readBigInt64BE();
  if (data.length === 4) return BigInt(data.readInt32BE());
  if (data.length === 2) return BigInt(data.readInt16BE());
  return data.length === 1 ? BigInt(data.readInt8()) : refuse(code.parameter);
}

/** Ordered lists and maps are kept sorted, whatever the client sent. */
function sortIfOrdered(value: Value): Value {
  if (isList(value)) sort(value);
  if (isMapping(value)) sortMap(value);
  return value;
}

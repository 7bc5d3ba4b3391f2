import type { TypedJson } from './typed-json.ts';
import { describeHll, showBytes, showDouble, showGeoJson, showInteger, showMap, showUtf8 } from './show.ts';

/**
 * Lists and maps as the server packs them (MessagePack with one type byte before each text and blob), read into typed
 * JSON. The client's own reading turns 1.0 into 1 and every map key into a text; this one loses nothing.
 */
export function unpack(bytes: Buffer): TypedJson {
  const reader = { bytes, at: 0 };
  return readValue(reader, 0);
}

interface Reader {
  bytes: Buffer;
  at: number;
}

const particle = { text: 3, hll: 18, geojson: 23 } as const;
/** Stored values may be deeper than what is written through us; beyond this the server itself gives up. */
const maxDepth = 256;

function readValue(reader: Reader, depth: number): TypedJson {
  if (depth > maxDepth) throw new RangeError('nested too deeply');
  const { bytes } = reader;
  const kind = bytes.readUInt8(reader.at++);
  if (kind < 0x80) return kind;
  if (kind >= 0xe0) return kind - 0x100;
  if (kind < 0x90) return readMap(reader, kind & 0x0f, depth);
  if (kind < 0xa0) return readList(reader, kind & 0x0f, depth);
  if (kind < 0xc0) return readTyped(reader, kind & 0x1f);
  switch (kind) {
    case 0xc0:
      return null;
    case 0xc2:
      return false;
    case 0xc3:
      return true;
    case 0xc4:
    case 0xd9:
      return readTyped(reader, take(reader, 1).readUInt8());
    case 0xc5:
    case 0xda:
      return readTyped(reader, take(reader, 2).readUInt16BE());
    case 0xc6:
    case 0xdb:
      return readTyped(reader, take(reader, 4).readUInt32BE());
    case 0xca:
      return showDouble(take(reader, 4).readFloatBE());
    case 0xcb:
      return showDouble(take(reader, 8).readDoubleBE());
    case 0xcc:
      return take(reader, 1).readUInt8();
    case 0xcd:
      return take(reader, 2).readUInt16BE();
    case 0xce:
      return take(reader, 4).readUInt32BE();
    case 0xcf:
      // Beyond 63 bits it can only be what the server keeps as a negative number.
      return showInteger(BigInt.asIntN(64, take(reader, 8).readBigUInt64BE()));
    case 0xd0:
      return take(reader, 1).readInt8();
    case 0xd1:
      return take(reader, 2).readInt16BE();
    case 0xd2:
      return take(reader, 4).readInt32BE();
    case 0xd3:
      return showInteger(take(reader, 8).readBigInt64BE());
    case 0xdc:
      return readList(reader, take(reader, 2).readUInt16BE(), depth);
    case 0xdd:
      return readList(reader, take(reader, 4).readUInt32BE(), depth);
    case 0xde:
      return readMap(reader, take(reader, 2).readUInt16BE(), depth);
    case 0xdf:
      return readMap(reader, take(reader, 4).readUInt32BE(), depth);
    default:
      throw new RangeError('no such kind');
  }
}

function take(reader: Reader, length: number): Buffer {
  if (reader.at + length > reader.bytes.length) throw new RangeError('cut');
  const taken = reader.bytes.subarray(reader.at, reader.at + length);
  reader.at += length;
  return taken;
}

function readTyped(reader: Reader, length: number): TypedJson {
  const payload = take(reader, length);
  const data = payload.subarray(1);
  switch (payload[0]) {
    case particle.text:
      return showUtf8(data);
    case particle.geojson:
      return showGeoJson(data.toString('utf8'));
    case particle.hll:
      return describeHll(data, null);
    default:
      return showBytes(data);
  }
}

/** Ordered lists and maps begin with an element that says so; it is no element. Answers its flags, null without one. */
function readOrder(reader: Reader): number | null {
  const kind = reader.bytes[reader.at];
  const fixed = kind === 0xd4 ? 3 : kind === 0xd5 ? 4 : kind === 0xd6 ? 6 : kind === 0xd7 ? 10 : kind === 0xd8 ? 18 : 0;
  const counted =
    kind === 0xc7
      ? 3 + reader.bytes.readUInt8(reader.at + 1)
      : kind === 0xc8
        ? 4 + reader.bytes.readUInt16BE(reader.at + 1)
        : 0;
  const head = take(reader, fixed || counted);
  if (head.length === 0) return null;
  return head[kind === 0xc7 ? 2 : kind === 0xc8 ? 3 : 1] ?? 0;
}

function readList(reader: Reader, count: number, depth: number): TypedJson {
  const items: TypedJson[] = [];
  const flags = count > 0 ? readOrder(reader) : null;
  for (let index = flags === null ? 0 : 1; index < count; index += 1) items.push(readValue(reader, depth + 1));
  // The server's flag for an ordered list; others say how it is kept.
  return flags !== null && (flags & 1) === 1 ? { $ordered: items } : items;
}

function readMap(reader: Reader, count: number, depth: number): TypedJson {
  const pairs: [TypedJson, TypedJson][] = [];
  for (let index = 0; index < count; index += 1) {
    if (index === 0 && readOrder(reader) !== null) {
      readValue(reader, depth + 1);
      continue;
    }
    const key = readValue(reader, depth + 1);
    pairs.push([key, readValue(reader, depth + 1)]);
  }
  return showMap(pairs);
}

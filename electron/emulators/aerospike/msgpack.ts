import { code, refuse } from './codes.ts';
import { createReader, type Reader } from './reader.ts';
import { bytesOf, isBytes, isList, isMapping, list, mapping, particle, type Value } from './values.ts';

/**
 * Aerospike's msgpack: texts and bytes begin with one byte that names their particle type; the flags of a list or map
 * stand in an empty extension as its first element (a map's with nil as its value).
 */
export function unpack(bytes: Buffer): Value {
  const reader = createReader(bytes);
  const value = unpackNext(reader);
  if (reader.left > 0) refuse(code.parameter, 'bytes after a msgpack value');
  return value;
}

const maxDepth = 256;

export function unpackNext(reader: Reader, depth = 0): Value {
  if (depth > maxDepth) refuse(code.parameter, 'nested too deep');
  const tag = reader.u8();
  if (tag < 0x80) return BigInt(tag);
  if (tag < 0x90) return unpackMap(reader, tag & 0x0f, depth);
  if (tag < 0xa0) return unpackList(reader, tag & 0x0f, depth);
  if (tag < 0xc0) return typed(reader.take(tag & 0x1f));
  if (tag >= 0xe0) return BigInt(tag - 256);
  switch (tag) {
    case 0xc0:
      return null;
    case 0xc2:
      return false;
    case 0xc3:
      return true;
    case 0xc4:
    case 0xd9:
      return typed(reader.take(reader.u8()));
    case 0xc5:
    case 0xda:
      return typed(reader.take(reader.u16()));
    case 0xc6:
    case 0xdb:
      return typed(reader.take(reader.u32()));
    case 0xca:
      return reader.take(4).readFloatBE();
    case 0xcb:
      return reader.take(8).readDoubleBE();
    case 0xcc:
      return BigInt(reader.u8());
    case 0xcd:
      return BigInt(reader.u16());
    case 0xce:
      return BigInt(reader.u32());
    case 0xcf:
      return BigInt.asIntN(64, reader.take(8).readBigUInt64BE());
    case 0xd0:
      return BigInt(reader.take(1).readInt8());
    case 0xd1:
      return BigInt(reader.take(2).readInt16BE());
    case 0xd2:
      return BigInt(reader.take(4).readInt32BE());
    case 0xd3:
      return reader.take(8).readBigInt64BE();
    case 0xd4:
      return unpackBound(reader);
    case 0xdc:
      return unpackList(reader, reader.u16(), depth);
    case 0xdd:
      return unpackList(reader, reader.u32(), depth);
    case 0xde:
      return unpackMap(reader, reader.u16(), depth);
    case 0xdf:
      return unpackMap(reader, reader.u32(), depth);
    default:
      return refuse(code.parameter, 'unknown msgpack tag');
  }
}

function typed(bytes: Buffer): Value {
  if (bytes.length === 0) return '';
  const type = bytes.readUInt8();
  const content = bytes.subarray(1);
  return type === particle.string ? content.toString('latin1') : bytesOf(content, type);
}

function unpackBound(reader: Reader): Value {
  const type = reader.u8();
  const which = reader.u8();
  if (type !== 0xff || which > 1) refuse(code.parameter, 'unknown msgpack extension');
  return { kind: which === 0 ? 'wildcard' : 'infinite' };
}

/** The flags in front of a list's or map's elements; null where the next element is a plain one. */
function unpackFlags(reader: Reader): number | null {
  if (reader.left < 3) return null;
  const [tag, length, flags = 0] = reader.take(3);
  if (tag === 0xc7 && length === 0) return flags;
  reader.back(3);
  return null;
}

function unpackList(reader: Reader, count: number, depth: number): Value {
  const flags = count > 0 ? unpackFlags(reader) : null;
  // Each element takes a byte at least, so a count beyond that is a lie that must not cost memory.
  if (count - 1 > reader.left) refuse(code.parameter, 'malformed list');
  const items: Value[] = [];
  for (let index = flags === null ? 0 : 1; index < count; index += 1) items.push(unpackNext(reader, depth + 1));
  return list(items, flags ?? 0);
}

function unpackMap(reader: Reader, count: number, depth: number): Value {
  const flags = count > 0 ? unpackFlags(reader) : null;
  if (flags !== null) unpackNext(reader, depth + 1);
  if (count - 1 > reader.left) refuse(code.parameter, 'malformed map');
  const entries: [Value, Value][] = [];
  for (let index = flags === null ? 0 : 1; index < count; index += 1)
    entries.push([unpackNext(reader, depth + 1), unpackNext(reader, depth + 1)]);
  return mapping(entries, flags ?? 0);
}

export function pack(value: Value): Buffer {
  const parts: Buffer[] = [];
  packInto(parts, value);
  return Buffer.concat(parts);
}

function packInto(parts: Buffer[], value: Value): void {
  if (value === null) parts.push(Buffer.of(0xc0));
  else if (typeof value === 'boolean') parts.push(Buffer.of(value ? 0xc3 : 0xc2));
  else if (typeof value === 'bigint') parts.push(packInteger(value));
  else if (typeof value === 'number') parts.push(sized(0xcb, 8, (bytes) => bytes.writeDoubleBE(value, 1)));
  else if (typeof value === 'string') packTyped(parts, particle.string, Buffer.from(value, 'latin1'));
  else if (isBytes(value)) packTyped(parts, value.particle, value.data);
  else if (isList(value)) {
    parts.push(packCount(value.items.length + (value.flags === 0 ? 0 : 1), 0x90, 0xdc));
    if (value.flags !== 0) parts.push(Buffer.of(0xc7, 0, value.flags));
    for (const item of value.items) packInto(parts, item);
  } else if (isMapping(value)) {
    parts.push(packCount(value.entries.length + (value.flags === 0 ? 0 : 1), 0x80, 0xde));
    if (value.flags !== 0) parts.push(Buffer.of(0xc7, 0, value.flags, 0xc0));
    for (const [key, item] of value.entries) {
      packInto(parts, key);
      packInto(parts, item);
    }
  } else parts.push(Buffer.of(0xd4, 0xff, value.kind === 'wildcard' ? 0 : 1));
}

function sized(tag: number, bytes: number, write: (target: Buffer) => void): Buffer {
  const buffer = Buffer.alloc(1 + bytes);
  buffer[0] = tag;
  write(buffer);
  return buffer;
}

/** The shortest form, unsigned where it is not negative: what clients and server write. */
function packInteger(value: bigint): Buffer {
  const small = Number(value);
  if (value >= 0n) {
    if (value < 0x80n) return Buffer.of(small);
    if (value < 0x100n) return Buffer.of(0xcc, small);
    if (value < 0x10000n) return sized(0xcd, 2, (bytes) => bytes.writeUInt16BE(small, 1));
    if (value < 0x100000000n) return sized(0xce, 4, (bytes) => bytes.writeUInt32BE(small, 1));
    return sized(0xcf, 8, (bytes) => bytes.writeBigUInt64BE(BigInt.asUintN(64, value), 1));
  }
  if (value >= -32n) return Buffer.of(256 + small);
  if (value >= -0x80n) return sized(0xd0, 1, (bytes) => bytes.writeInt8(small, 1));
  if (value >= -0x8000n) return sized(0xd1, 2, (bytes) => bytes.writeInt16BE(small, 1));
  if (value >= -0x80000000n) return sized(0xd2, 4, (bytes) => bytes.writeInt32BE(small, 1));
  return sized(0xd3, 8, (bytes) => bytes.writeBigInt64BE(BigInt.asIntN(64, value), 1));
}

function packCount(count: number, fix: number, tag16: number): Buffer {
  if (count < 16) return Buffer.of(fix | count);
  if (count < 0x10000) return sized(tag16, 2, (bytes) => bytes.writeUInt16BE(count, 1));
  return sized(tag16 + 1, 4, (bytes) => bytes.writeUInt32BE(count, 1));
}

function packTyped(parts: Buffer[], type: number, content: Buffer): void {
  const count = content.length + 1;
  if (count < 32) parts.push(Buffer.of(0xa0 | count));
  else if (count < 0x100) parts.push(Buffer.of(0xd9, count));
  else if (count < 0x10000) parts.push(sized(0xda, 2, (bytes) => bytes.writeUInt16BE(count, 1)));
  else parts.push(sized(0xdb, 4, (bytes) => bytes.writeUInt32BE(count, 1)));
  parts.push(Buffer.of(type), content);
}

import { code, refuse } from './codes.ts';
import { readFields } from './message.ts';
import { privilegeByWire, privileges, type Privilege } from './privileges.ts';
import { createReader } from './reader.ts';

/** Fields of the security protocol. */
export const adminField = {
  user: 0,
  password: 1,
  oldPassword: 2,
  credential: 3,
  clearPassword: 4,
  sessionToken: 5,
  sessionTtl: 6,
  roles: 10,
  role: 11,
  privileges: 12,
  whitelist: 13,
  readQuota: 14,
  writeQuota: 15,
  readInfo: 16,
  writeInfo: 17,
  connections: 18,
} as const;

export type Fields = ReadonlyMap<number, Buffer>;
/** One part of an answer: a user, a role, or what a login got. */
export type Block = readonly (readonly [number, Buffer])[];

const headerBytes = 16;

export function readAdmin(body: Buffer): { command: number; fields: Fields } {
  const reader = createReader(body);
  const header = reader.take(headerBytes);
  return { command: header.readUInt8(2), fields: readFields(reader, header.readUInt8(3)) };
}

export function resultOf(result: number): Buffer {
  const header = Buffer.alloc(headerBytes);
  header[1] = result;
  return header;
}

export const endOfList = (): Buffer => resultOf(code.securityLast);

export function encodeAdmin(block: Block): Buffer {
  const header = resultOf(code.ok);
  header[3] = block.length;
  const parts = block.map(([type, value]) => {
    const head = Buffer.alloc(5);
    head.writeUInt32BE(value.length + 1);
    head.writeUInt8(type, 4);
    return Buffer.concat([head, value]);
  });
  return Buffer.concat([header, ...parts]);
}

export const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** A count, then each with its length in front. */
export function readNames(bytes: Buffer | undefined): string[] {
  const reader = createReader(bytes ?? refuse(code.securityField));
  return Array.from({ length: reader.u8() }, () => reader.take(reader.u8()).toString('utf8'));
}

export const writeNames = (names: readonly string[]): Buffer =>
  Buffer.concat([Buffer.of(names.length), ...names.map(writeName)]);

function writeName(name: string): Buffer {
  const bytes = Buffer.from(name, 'utf8');
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
}

export function readPrivileges(bytes: Buffer | undefined): Privilege[] {
  const reader = createReader(bytes ?? refuse(code.securityField));
  return Array.from({ length: reader.u8() }, () => {
    const known = privilegeByWire(reader.u8()) ?? refuse(code.privilege);
    const text = (): string => (known.isScoped ? reader.take(reader.u8()).toString('utf8') : '');
    return { name: known.name, namespace: text(), set: text() };
  });
}

export function writePrivileges(held: readonly Privilege[]): Buffer {
  const each = held.map(({ name, namespace, set }) => {
    const known = privileges.find((one) => one.name === name);
    const scope = known?.isScoped ? [writeName(namespace), writeName(set)] : [];
    return Buffer.concat([Buffer.of(known?.wire ?? 0), ...scope]);
  });
  return Buffer.concat([Buffer.of(held.length), ...each]);
}

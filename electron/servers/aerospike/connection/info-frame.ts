import type { InfoCommand } from '../info/command.ts';

const protocolVersion = 2;
const infoType = 1;
const headerBytes = 8;

/** One info request as it travels: version, type, a 48-bit length, the command. For the probe; tools use the client. */
export function infoFrame(command: InfoCommand | 'build'): Buffer {
  const body = Buffer.from(`${command}\n`);
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(protocolVersion, 0);
  header.writeUInt8(infoType, 1);
  header.writeUIntBE(body.length, 2, 6);
  return Buffer.concat([header, body]);
}

/** Whether what came back begins as an Aerospike server's answer does, whatever it answers. */
export const isInfoReply = (bytes: Buffer): boolean =>
  bytes.length >= headerBytes &&
  bytes[0] === protocolVersion &&
  (bytes[1] === infoType || bytes[1] === 2) &&
  bytes.readUIntBE(2, 6) < 1 << 26;

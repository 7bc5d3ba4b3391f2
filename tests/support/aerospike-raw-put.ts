import { createHash } from 'node:crypto';
import { connect } from 'node:net';

/**
 * Writes a record with an integer bin `n`, stored with a key of type text that consists of just these bytes: what other
 * clients take for a key and the official one for Node.js cannot say. Over a socket of its own, without a login.
 */
export async function putRawKey(
  address: string,
  namespace: string,
  set: string,
  key: Buffer,
  n: number,
): Promise<void> {
  const typed = Buffer.concat([Buffer.of(3), key]);
  const digest = createHash('ripemd160').update(set).update(typed).digest();
  const fields = [field(0, Buffer.from(namespace)), field(1, Buffer.from(set)), field(4, digest), field(2, typed)];
  const value = Buffer.alloc(8);
  value.writeBigInt64BE(BigInt(n));
  const operation = Buffer.concat([Buffer.of(0, 0, 0, 4 + 1 + 8, 2, 1, 0, 1), Buffer.from('n'), value]);
  const message = Buffer.alloc(22);
  message.set([22, 0, 1]);
  message.writeUInt32BE(1_000, 14);
  message.writeUInt16BE(fields.length, 18);
  message.writeUInt16BE(1, 20);
  const code = await answered(address, Buffer.concat([message, ...fields, operation]));
  if (code !== 0) throw new Error(`The server answers ${code}`);
}

const field = (type: number, data: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(data.length + 1);
  head[4] = type;
  return Buffer.concat([head, data]);
};

/** The result code of the one answer. */
function answered(address: string, body: Buffer): Promise<number> {
  const [host = '', port] = address.split(':');
  const frame = Buffer.alloc(8);
  frame.set([2, 3]);
  frame.writeUIntBE(body.length, 2, 6);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), host, () => socket.write(Buffer.concat([frame, body])));
    let received = Buffer.alloc(0);
    socket.on('error', reject).on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 30) return;
      socket.destroy();
      resolve(received[13] ?? -1);
    });
  });
}

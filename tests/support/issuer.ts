import { createServer as createProxy } from 'node:http';
import { createServer } from 'node:https';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';

/** An issuer of credentials on loopback: TLS by the certificate given, and always the same answer. */
export async function startTlsIssuer(
  { cert, key }: { cert: string; key: string },
  answer: object = { contracts: { items: [] } },
): Promise<{ port: number; asked: string[]; close(): void }> {
  const asked: string[] = [];
  const server = createServer({ cert, key }, (request, response) => {
    asked.push(`${request.headers.host ?? ''} ${request.url ?? ''}`);
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(answer));
  });
  return { port: await listening(server), asked, close: () => void server.close() };
}

/** A proxy that opens every way to one port of this machine, wherever it was asked to go; it keeps what it could read. */
export async function startConnectProxy(
  port: number,
  refuseWith?: number,
): Promise<{ proxy: string; ways: string[]; bytes: Buffer[]; close(): void }> {
  const ways: string[] = [];
  const bytes: Buffer[] = [];
  const server = createProxy();
  server.on('connect', (request, near: Socket) => {
    ways.push(request.url ?? '');
    if (refuseWith !== undefined) return void near.end(`HTTP/1.1 ${refuseWith} No\r\n\r\n`);
    const far = connect(port, '127.0.0.1', () => {
      near.write('HTTP/1.1 200 OK\r\n\r\n');
      far.pipe(near);
      near.on('data', (chunk) => {
        bytes.push(chunk);
        far.write(chunk);
      });
    });
    near.on('error', () => far.destroy()).on('close', () => far.destroy());
    far.on('error', () => near.destroy()).on('close', () => near.destroy());
  });
  return { proxy: `http://127.0.0.1:${await listening(server)}`, ways, bytes, close: () => void server.close() };
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

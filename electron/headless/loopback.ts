import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Failure } from '../core/failure.ts';

/**
 * The host's loopback address. It answers one plain page that says what runs here and how to drive it, and only to a
 * request whose Host is exactly this address (a page elsewhere that rebinds its name to 127.0.0.1 gets 403).
 */
export async function serveLoopback(port: number): Promise<{ url: string; close(): Promise<void> }> {
  let host = '';
  const server = createServer((request, response) => {
    const headers = {
      'content-type': 'text/plain; charset=utf-8',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    };
    if (
      request.headers.host !== host ||
      (request.method !== 'GET' && request.method !== 'HEAD') ||
      request.url !== '/'
    ) {
      response.writeHead(request.headers.host === host ? 404 : 403, headers).end();
      return;
    }
    response
      .writeHead(200, headers)
      .end('Chatelaine runs here. Drive it with the `chatelaine` command: chatelaine --help\n');
  });
  server.requestTimeout = 5_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' || error.code === 'EACCES' ? taken(port) : error),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const taken = (port: number): Failure =>
  new Failure(
    'address-in-use',
    `Port ${port} is taken by another program. Chatelaine did not start.`,
    'Choose another one with --port, or leave it out to get a free one.',
  );

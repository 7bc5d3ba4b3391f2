import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { App } from '../core/app.ts';
import type { ChangeKey } from '../core/contract/procedures.ts';
import { Secret } from '../core/credentials/secret.ts';
import { Failure } from '../core/failure.ts';
import { pageHeaders, type PageFile } from '../platform/page-files.ts';
import { isKeyOf, type PageSession, type PageSessions } from './page-sessions.ts';

export interface PageServer {
  /** The address without a token: it shows nothing but a page that says so. */
  url: string;
  close(): Promise<void>;
}

const bodyLimitBytes = 2 << 20;
/** All that comes before a session is a token. */
const tokenLimitBytes = 1 << 10;
const connectionLimit = 64;
const streamLimit = 32;

/**
 * The page and its one door to the contract, on loopback. A page elsewhere that rebinds its name to 127.0.0.1 fails at the
 * exact Host; one that posts here fails at Origin, at the JSON content type (there is no CORS) and at the cookie, which is
 * strict. Nothing changes by GET. The files of the page hold no data, so they need no session.
 */
export async function servePage(deps: {
  port: number;
  files: ReadonlyMap<string, PageFile>;
  sessions: PageSessions;
  /** Null until the host is ready. */
  app: () => App | null;
}): Promise<PageServer> {
  const { files, sessions } = deps;
  let host = '';
  const streams = new Set<ServerResponse>();

  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(pageHeaders)) response.setHeader(name, value);
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(error instanceof Refusal ? error.status : 500);
      response.end();
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers.host !== host || isFromElsewhere(request, host)) throw new Refusal(403);
    const { method, url = '' } = request;
    if (method === 'GET' || method === 'HEAD') {
      if (url === '/api/changes' && method === 'GET') {
        stream(request, response);
        return;
      }
      const file = files.get(url);
      if (!file) throw new Refusal(url === '/api/changes' ? 405 : 404);
      response.writeHead(200, { 'content-type': file.type, 'content-length': file.bytes.length });
      response.end(method === 'GET' ? file.bytes : undefined);
      return;
    }
    if (method !== 'POST' || (url !== '/api/session' && url !== '/api/call')) {
      throw new Refusal(url.startsWith('/api/') || files.has(url) ? 405 : 404);
    }
    if (request.headers.origin !== `http://${host}`) throw new Refusal(403);
    if (request.headers['content-type'] !== 'application/json') throw new Refusal(415);
    return url === '/api/session' ? open(request, response) : call(request, response);
  }

  async function open(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await jsonOf(request, tokenLimitBytes);
    const opened = typeof body.token === 'string' ? sessions.exchange(body.token) : null;
    if (!opened) throw new Refusal(401);
    response.setHeader('set-cookie', `${cookieName(host)}=${opened.cookie}; HttpOnly; SameSite=Strict; Path=/`);
    json(response, { key: opened.key });
  }

  async function call(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const session = sessionOf(request);
    const key = request.headers['x-chatelaine-key'];
    if (!session || typeof key !== 'string' || !isKeyOf(session, key)) throw new Refusal(401);
    const body = await jsonOf(request, bodyLimitBytes);
    const app = deps.app();
    if (!app || typeof body.name !== 'string') throw new Refusal(app ? 400 : 503);
    const proof = typeof body.proof === 'string' && body.proof !== '' ? new Secret(body.proof) : null;
    json(response, await app.dispatch(body.name, body.input, { transport: 'http', proof, session }));
  }

  /** What changed, as server-sent events: keys only, so the cookie is enough. */
  function stream(request: IncomingMessage, response: ServerResponse): void {
    const app = deps.app();
    if (!sessionOf(request)) throw new Refusal(401);
    if (!app || streams.size >= streamLimit) throw new Refusal(503);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': open\n\n');
    streams.add(response);
    const send = (keys: readonly ChangeKey[]): void => {
      // A session that has ended hears nothing more, and one that does not read is let go; it asks for everything anew.
      if (!sessionOf(request) || response.writableNeedDrain) response.destroy();
      else response.write(`data: ${JSON.stringify(keys)}\n\n`);
    };
    const stop = app.onChange(send);
    response.on('close', () => {
      stop();
      streams.delete(response);
    });
  }

  function sessionOf({ headers: { cookie = '' } }: IncomingMessage): PageSession | null {
    const start = `${cookieName(host)}=`;
    const pair = cookie.split('; ').find((one) => one.startsWith(start));
    return pair === undefined ? null : sessions.find(pair.slice(start.length));
  }

  server.requestTimeout = 30_000;
  server.maxConnections = connectionLimit;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' || error.code === 'EACCES' ? taken(deps.port) : error),
    );
    server.listen(deps.port, '127.0.0.1', resolve);
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

/** Browsers say where a request comes from; a foreign page's is refused whatever it asks for. */
function isFromElsewhere({ headers: { origin, 'sec-fetch-site': site } }: IncomingMessage, host: string): boolean {
  if (origin !== undefined && origin !== `http://${host}`) return true;
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/** Cookies know no ports, so each host of this machine has a name of its own. */
const cookieName = (host: string): string => `chatelaine-${host.slice(host.indexOf(':') + 1)}`;

/** A request that is not the page's own, or not as the page makes it; nothing but the status is answered. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`refused with ${status}`);
    this.status = status;
  }
}

function json(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function jsonOf(request: IncomingMessage, limitBytes: number): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limitBytes) throw new Refusal(413);
    chunks.push(chunk);
  }
  const body = parse(Buffer.concat(chunks).toString('utf8'));
  if (body === null) throw new Refusal(400);
  return body;
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

const taken = (port: number): Failure =>
  new Failure(
    'address-in-use',
    `Port ${port} is taken by another program. Chatelaine did not start.`,
    'Choose another one with --port, or leave it out to get a free one.',
  );

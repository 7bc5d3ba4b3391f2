import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { problem, type RouteAnswer } from './answers.ts';
import { control } from './control.ts';
import { dnsRoutes } from './dns.ts';
import { playFault } from './fault-answer.ts';
import { createFaults, type Faults } from './faults.ts';
import { identityRoutes } from './identity.ts';
import type { Account, ApiClient, IssuedCredential, Json, LoggedRequest, Seed } from './model.ts';
import { createNonces } from './nonces.ts';
import { papiRoutes } from './papi.ts';
import { purgeRoutes } from './purge.ts';
import { matchRoute, type Route } from './route.ts';
import { demoSeed } from './seed.ts';
import { verify } from './verify.ts';

/** A section that the emulator accepts, in the fields that `chatelaine add akamai` takes. */
export interface EmulatedSection {
  name: string;
  host: string;
  clientToken: string;
  clientSecret: string;
  accessToken: string;
  accountSwitchKey?: string;
}

export interface AkamaiEmulator {
  url: string;
  credentials: EmulatedSection[];
  /** The last 10,000 requests, oldest first. */
  requests: LoggedRequest[];
  faults: Faults;
  /** What the issuer knows, to be changed by tests: credentials expire and are deactivated here. */
  clients: ApiClient[];
  close(): Promise<void>;
}

const routes: readonly Route[] = [...papiRoutes, ...dnsRoutes, ...purgeRoutes, ...identityRoutes];
const maxBodyBytes = 1024 * 1024;

/**
 * A local stand-in for Akamai's edge of APIs: verifies EdgeGrid by its own code and answers from a small made-up world
 * per client. Rejects with the socket's error when the port is taken.
 */
export async function startAkamaiEmulator(
  options: { port?: number; host?: string; seed?: Seed } = {},
): Promise<AkamaiEmulator> {
  const { port = 0, host = '127.0.0.1', seed: clients = demoSeed() } = options;
  const faults = createFaults();
  const nonces = createNonces();
  const requests: LoggedRequest[] = [];

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const path = request.url ?? '/';
    const method = request.method ?? 'GET';
    if (path.startsWith('/__emulator/')) {
      control({ method, path, body, response, faults, requests });
      return;
    }
    const authorization = request.headers.authorization;
    const named = /client_token=([^;]+)/.exec(authorization ?? '')?.[1] ?? null;
    const fault = faults.take({ method, path, clientToken: named });
    const nowMs = Date.now() + (fault?.kind === 'clock-skew' ? fault.seconds * 1000 : 0);
    const verdict = verify(
      { method, scheme: 'http', host: request.headers.host ?? '', path, body, authorization },
      {
        nowMs,
        isReplay: (clientToken, nonce) => nonces.isReplay(clientToken, nonce),
        find: (clientToken) => issued(clients, clientToken)?.credential,
      },
    );
    const client = verdict.ok ? issued(clients, verdict.credential.clientToken)?.client : undefined;
    const account = client ? accountOf(client, path) : null;
    const logged: LoggedRequest = {
      atMs: nowMs,
      method,
      path,
      status: 0,
      clientToken: named,
      isVerified: verdict.ok,
      accountId: account?.accountId ?? null,
      body: body.toString('utf8', 0, 4096),
    };
    requests.push(logged);
    if (requests.length > 10_000) requests.shift();
    response.setHeader('Date', new Date(nowMs).toUTCString());
    response.on('close', () => (logged.status = response.statusCode));
    if (fault && fault.kind !== 'clock-skew') {
      if (fault.kind !== 'slow') {
        await playFault(fault, response, path);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    }
    if (!verdict.ok) {
      const type = `https://problems.luna.akamaiapis.net/-/pep-authn/${verdict.type}`;
      send(request, response, problem(verdict.status, verdict.detail, path, { type }));
      return;
    }
    nonces.keep(verdict.credential.clientToken, verdict.nonce);
    send(
      request,
      response,
      client ? route({ request, path, body, client, account, credential: verdict.credential }) : gone(path),
    );
  };

  const server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    url,
    credentials: clients.map((client) => section(client, url)),
    requests,
    faults,
    clients,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function issued(
  clients: ApiClient[],
  clientToken: string,
): { client: ApiClient; credential: IssuedCredential } | undefined {
  for (const client of clients) {
    const credential = client.credentials.find((candidate) => candidate.clientToken === clientToken);
    if (credential) return { client, credential };
  }
  return undefined;
}

/** The account a request acts on; null for a switch key that the client does not have. */
function accountOf(client: ApiClient, path: string): Account | null {
  const key = new URL(path, 'http://emulator').searchParams.get('accountSwitchKey');
  return key === null ? client.home : (client.others[key] ?? null);
}

function route(call: {
  request: IncomingMessage;
  path: string;
  body: Buffer;
  client: ApiClient;
  account: Account | null;
  credential: IssuedCredential;
}): RouteAnswer {
  const { request, path, client, account, credential } = call;
  if (!account) return problem(403, 'You are not authorized to use this account switch key', path);
  const { pathname, searchParams: query } = new URL(path, 'http://emulator');
  const match = matchRoute(routes, request.method ?? '', pathname);
  if (!match) return gone(path);
  const { params } = match;
  let body: Json = null;
  try {
    if (call.body.length > 0) body = JSON.parse(call.body.toString('utf8')) as Json;
  } catch {
    return problem(400, 'The body is no JSON', path);
  }
  return match.route.answer({ path, params, query, headers: request.headers, body, account, client, credential });
}

const gone = (path: string): RouteAnswer => problem(404, 'There is nothing at this path', path);

function send(request: IncomingMessage, response: ServerResponse, { status, body, headers }: RouteAnswer): void {
  const text = Buffer.from(body === undefined ? '' : JSON.stringify(body));
  const isPacked = text.length > 1024 && /\bgzip\b/.test(String(request.headers['accept-encoding']));
  response.writeHead(status, {
    'Content-Type': 'application/json',
    ...headers,
    ...(isPacked && { 'Content-Encoding': 'gzip' }),
  });
  response.end(isPacked ? gzipSync(text) : text);
}

function section(client: ApiClient, host: string): EmulatedSection {
  const active = client.credentials.find(({ status }) => status === 'ACTIVE');
  return {
    name: client.clientName,
    host,
    clientToken: active?.clientToken ?? '',
    clientSecret: active?.clientSecret ?? '',
    accessToken: client.accessToken,
    ...(client.accountSwitchKey === undefined ? {} : { accountSwitchKey: client.accountSwitchKey }),
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new Error('body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { createSecureContext, getCACertificates } from 'node:tls';
import type { Network } from '../../../core/workers/protocol.ts';
import { ToolError } from '../../kit/tool-error.ts';
import { BrokenBodyError, readBody } from './body.ts';
import type { ApiAddress } from './address.ts';
import { publicLookup } from './private-addresses.ts';
import { ProxyError } from './proxy-error.ts';

export interface Attempt {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body?: string;
  /** Ends the wait and closes the socket. */
  signal: AbortSignal;
  /** Of the body, on the wire and again once decompressed. */
  maxBytes: number;
  /**
   * A request that is never repeated gets its own connection: on a kept one that the other side is just closing it would
   * fail without anyone knowing whether it arrived.
   */
  isOnce: boolean;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Our clock when the answer's head arrived, in ms since the epoch. */
  receivedAtMs: number;
}

export interface Transport {
  /** One request, one answer, whatever its status; redirects are answers. Rejects with the socket's or the body's error. */
  send(attempt: Attempt): Promise<Answer>;
  /** Closes kept connections; requests under way end on their own. */
  close(): void;
}

/**
 * HTTPS to one origin over Node's own keep-alive agent (docs/adr/0002-https-transport.md), through the person's proxy if
 * there is one. Connects when first used. An emulator is on this machine, so it is always spoken to directly. Throws
 * ToolError `invalid-input` for settings that this runtime cannot follow: silence would send secrets another way.
 */
export function createTransport(address: ApiAddress, network: Network = { proxy: null, ca: null }): Transport {
  const client = address.isEmulator ? http : https;
  const proxy = address.isEmulator ? null : network.proxy;
  const agentOf = address.isEmulator ? plainAgents : secureAgents(network);
  const agent = agentOf({ keepAlive: true, maxSockets: 4, maxFreeSockets: 2, timeout: 60_000 });

  return {
    send: ({ method, url, headers, body, signal, maxBytes, isOnce }) =>
      new Promise<Answer>((resolve, reject) => {
        const sent = client.request(url, {
          method,
          headers: {
            ...headers,
            'Accept-Encoding': 'gzip',
            ...(body && { 'Content-Length': Buffer.byteLength(body) }),
          },
          signal,
          agent: isOnce ? agentOf({ keepAlive: false }) : agent,
        });
        sent.on('error', (error) => reject(proxy === null ? error : ofProxy(error)));
        sent.on('response', (received: IncomingMessage) => {
          const receivedAtMs = Date.now();
          readBody(received, maxBytes).then(
            (bytes) =>
              resolve({ status: received.statusCode ?? 0, headers: received.headers, body: bytes, receivedAtMs }),
            (error: unknown) => {
              sent.destroy();
              reject(error instanceof Error ? error : new BrokenBodyError('broke off'));
            },
          );
        });
        sent.end(body);
      }),
    close: () => agent.destroy(),
  };
}

type AgentMaker = (options: http.AgentOptions) => http.Agent;

const plainAgents: AgentMaker = (options) => new http.Agent(options);

function secureAgents({ proxy, ca }: Network): AgentMaker {
  // Made once: a context of several hundred roots takes milliseconds and a megabyte.
  const secureContext =
    ca === null ? null : createSecureContext({ minVersion: 'TLSv1.2', ca: [...getCACertificates('default'), ca] });
  const trust = { minVersion: 'TLSv1.2' as const, ...(secureContext && { secureContext }) };
  // A proxy looks the name up itself, and is mostly at a private address.
  if (proxy === null) return (options) => new https.Agent({ ...options, ...trust, lookup: publicLookup() });
  assertProxySupport();
  return (options) => new https.Agent({ ...options, ...trust, proxyEnv: { HTTPS_PROXY: proxy } });
}

/** Older runtimes pass `proxyEnv` over without a word. */
export function assertProxySupport(version = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 24 || (major === 24 && minor >= 5)) return;
  throw new ToolError(
    'invalid-input',
    `This build of Chatelaine runs on Node ${version}, which cannot use a proxy. Nothing was sent.`,
    'Install a release of Chatelaine, or take the proxy out of its settings.',
  );
}

function ofProxy(error: Error & { code?: string }): Error {
  const status = /HTTP\/1\.\d (\d{3})/.exec(error.message)?.[1];
  if (error.code?.startsWith('ERR_PROXY_')) return new ProxyError(status === undefined ? null : Number(status));
  return ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'].includes(error.code ?? '')
    ? new ProxyError(null)
    : error;
}

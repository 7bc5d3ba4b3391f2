import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { BrokenBodyError, readBody } from './body.ts';
import type { ApiAddress } from './address.ts';
import { publicLookup } from './private-addresses.ts';

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

/** HTTPS to one origin over Node's own keep-alive agent (docs/adr/0002-https-transport.md). Connects when first used. */
export function createTransport(address: ApiAddress): Transport {
  const client = address.isEmulator ? http : https;
  const options = { keepAlive: true, maxSockets: 4, maxFreeSockets: 2, timeout: 60_000 };
  const agent = address.isEmulator
    ? new http.Agent(options)
    : new https.Agent({ ...options, minVersion: 'TLSv1.2', lookup: publicLookup() });

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
          ...(isOnce ? { agent: false, ...(!address.isEmulator && { lookup: publicLookup() }) } : { agent }),
        });
        sent.on('error', reject);
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

import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Fault } from './faults.ts';
import { problem, sendJson } from './answers.ts';

/** Plays a fault instead of the answer. `clock-skew` and `slow` only colour a real answer and are handled before. */
export async function playFault(
  fault: Exclude<Fault, { kind: 'clock-skew' | 'slow' }>,
  response: ServerResponse,
  path: string,
): Promise<void> {
  switch (fault.kind) {
    case 'status':
      askForPatience(response, fault.retryAfterSeconds);
      sendJson(response, problem(fault.status, fault.detail ?? 'Made to fail', path));
      return;
    case 'rate':
      askForPatience(response, fault.retryAfterSeconds);
      sendJson(response, problem(429, 'Too many requests', path));
      return;
    case 'quota':
      sendJson(
        response,
        problem(429, 'The limit is reached', path, {
          type: 'https://problems.luna.akamaiapis.net/papi/v1/limit-exceeded',
          limitKey: fault.limitKey ?? 'PROPERTIES_PER_CONTRACT',
          limit: 500,
          remaining: 0,
        }),
      );
      return;
    case 'garbage':
      response.setHeader('Content-Type', fault.form === 'html' ? 'text/html' : 'application/json');
      response.end(fault.form === 'html' ? '<html><body>Proxy error</body></html>' : '{"groups": {"items": [');
      return;
    case 'huge':
      await sendHuge(response, fault.bytes);
      return;
    case 'gzip-bomb':
      await sendBomb(response, fault.bytes);
      return;
    case 'reset':
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '100000' });
      response.write(`{"a":"${'x'.repeat(fault.afterBytes ?? 100)}`, () => response.socket?.resetAndDestroy());
      return;
    case 'redirect':
      response.writeHead(fault.status ?? 302, { Location: fault.location });
      response.end();
      return;
    case 'body':
      response.writeHead(fault.status ?? 200, { 'Content-Type': fault.contentType ?? 'application/json' });
      response.end(fault.body);
  }
}

function askForPatience(response: ServerResponse, seconds: number | undefined): void {
  if (seconds !== undefined) response.setHeader('Retry-After', String(seconds));
}

const chunk = Buffer.alloc(64 * 1024, 'a');

function* jsonText(bytes: number): Generator<Buffer> {
  yield Buffer.from('"');
  for (let sent = 0; sent < bytes; sent += chunk.length) yield chunk;
  yield Buffer.from('"');
}

/** A JSON text of `bytes`, without a Content-Length that would give it away. Ends early when the client hangs up. */
async function sendHuge(response: ServerResponse, bytes: number): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  await pipeline(Readable.from(jsonText(bytes)), response).catch(() => undefined);
}

/** The same, packed to about a thousandth of it. */
async function sendBomb(response: ServerResponse, bytes: number): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' });
  await pipeline(Readable.from(jsonText(bytes)), createGzip({ level: 9 }), response).catch(() => undefined);
}

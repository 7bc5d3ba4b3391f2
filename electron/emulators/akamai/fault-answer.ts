import type { ServerResponse } from 'node:http';
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
      if (fault.retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(fault.retryAfterSeconds));
      {
        sendJson(response, problem(fault.status, fault.detail ?? 'Made to fail', path));
        return;
      }
    case 'rate':
      if (fault.retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(fault.retryAfterSeconds));
      {
        sendJson(response, problem(429, 'Too many requests', path));
        return;
      }
    case 'quota': {
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
    }
    case 'garbage':
      response.setHeader('Content-Type', fault.form === 'html' ? 'text/html' : 'application/json');
      response.end(fault.form === 'html' ? '<html><body>Proxy error</body></html>' : '{"groups": {"items": [');
      return;
    case 'huge': {
      await sendHuge(response, fault.bytes);
      return;
    }
    case 'gzip-bomb': {
      await sendBomb(response, fault.bytes);
      return;
    }
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

const chunk = Buffer.alloc(64 * 1024, 'a');

/** A JSON text of `bytes`, without a Content-Length that would give it away. */
async function sendHuge(response: ServerResponse, bytes: number): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.write('"');
  for (let sent = 0; sent < bytes && !response.destroyed; sent += chunk.length) await drained(response, chunk);
  response.end('"');
}

/** Zeros that unpack to `bytes` from about a thousandth of it. */
async function sendBomb(response: ServerResponse, bytes: number): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' });
  const gzip = createGzip({ level: 9 });
  gzip.pipe(response);
  response.on('close', () => gzip.destroy());
  for (let sent = 0; sent < bytes && !response.destroyed; sent += chunk.length) await drained(gzip, chunk);
  gzip.end();
}

const drained = (stream: NodeJS.WritableStream, data: Buffer): Promise<void> =>
  new Promise((resolve) => {
    if (stream.write(data)) setImmediate(resolve);
    else {
      stream.once('drain', resolve);
      stream.once('close', resolve);
    }
  });

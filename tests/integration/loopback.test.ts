import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostLine } from '../support/built-app.ts';
import { createTestHost, passphrase, type TestHost } from '../support/test-host.ts';

interface Answer {
  status: number;
  headers: Map<string, string>;
  body: string;
}

let test: TestHost;
let port: number;

beforeAll(async () => {
  test = await createTestHost();
  await test.start();
  port = Number(new URL((JSON.parse(test.host().firstLine) as HostLine).url).port);
  await test.add('acme-prod');
});
afterAll(() => test.close());

/** The bytes as they are, since a client library would correct the very headers that an attacker sets. */
const send = (text: string): Promise<Answer | null> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let said = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    // A request that is refused in the middle is answered and then reset.
    socket.on('error', () => undefined).on('close', () => resolve(said === '' ? null : parse(said)));
    socket.end(text);
  });

function parse(said: string): Answer {
  const [head = '', ...rest] = said.split('\r\n\r\n');
  const body = rest.join('').replaceAll(/(^|\r\n)[0-9a-f]+(\r\n|$)/g, '');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const at = line.indexOf(':');
    return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
  });
  return { status: Number(first.split(' ')[1]), headers: new Map(headers), body };
}

const request = (method: string, path: string, host: string | null, headers: Record<string, string> = {}): string =>
  [
    `${method} ${path} HTTP/1.1`,
    ...(host === null ? [] : [`Host: ${host}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
    '',
    '',
  ].join('\r\n');

const page = 'Chatelaine runs here. Drive it with the `chatelaine` command: chatelaine --help\n';

describe('the loopback address', () => {
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'];
  const paths = ['/', '/api/call', '/../etc/passwd', '/?x=1', '/%2e%2e/', '//evil.example/', '/mcp'];
  const hosts = () => [
    `127.0.0.1:${port}`,
    `localhost:${port}`,
    '127.0.0.1',
    `127.0.0.1:${port + 1}`,
    `evil.example:${port}`,
    `127.0.0.1.evil.example:${port}`,
    `127.0.0.1:${port}@evil.example`,
    `[::1]:${port}`,
    '',
  ];
  const origins: Record<string, string>[] = [
    {},
    { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
    { Origin: 'null', 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'x-token' },
  ];

  it('answers its one page to its exact name only, over every combination', async () => {
    let combinations = 0;
    let pages = 0;
    for (const host of hosts())
      for (const method of methods)
        for (const path of paths) {
          const answers = await Promise.all(origins.map((headers) => send(request(method, path, host, headers))));
          for (const answer of answers) {
            combinations += 1;
            const isPage = host === `127.0.0.1:${port}` && path === '/' && (method === 'GET' || method === 'HEAD');
            const where = `${method} ${path} of ${host}`;
            expect(answer?.status === 200, where).toBe(isPage);
            if (isPage) pages += 1;
            expect(answer?.body, where).toBe(isPage && method === 'GET' ? page : '');
            expect([...(answer?.headers.keys() ?? [])].filter((name) => name.startsWith('access-control'))).toEqual([]);
            expect(answer?.headers.get('set-cookie')).toBeUndefined();
          }
        }
    expect(combinations).toBe(9 * 7 * 7 * 3);
    expect(pages).toBe(2 * 3);
  });

  it('says nothing of the machine or of what it keeps', async () => {
    const answers = await Promise.all([
      send(request('GET', '/', `127.0.0.1:${port}`)),
      send(request('GET', '/', 'evil.example')),
      send(request('GET', '/', null)),
      send('nonsense\r\n\r\n'),
      send(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX: ${'x'.repeat(64 << 10)}\r\n\r\n`),
    ]);
    const said = JSON.stringify(answers.map((answer) => [...(answer?.headers ?? []), answer?.body]));
    for (const kept of ['acme-prod', test.home, passphrase, 'node', String(test.host().child.pid)])
      expect(said.toLowerCase()).not.toContain(kept.toLowerCase());
    expect(answers.map((answer) => answer?.status)).toEqual([200, 403, 400, 400, 431]);
  });

  it('tells browsers to run, frame, guess and keep nothing', async () => {
    const answer = await send(request('GET', '/', `127.0.0.1:${port}`));
    expect(answer?.headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(answer?.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer?.headers.get('cache-control')).toBe('no-store');
  });

  it('cannot be reached from another address of this machine', async () => {
    await expect(
      new Promise((resolve, reject) => {
        connect(port, '127.0.0.2').once('connect', resolve).once('error', reject);
      }),
    ).rejects.toThrow('ECONNREFUSED');
  });

  it('stays up while clients hang, and ends at once with its host', async () => {
    const hanging = Array.from({ length: 50 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    for (const socket of hanging) socket.write('GET / HTT');
    expect((await send(request('GET', '/', `127.0.0.1:${port}`)))?.status).toBe(200);
    expect((await test.run('stop')).code).toBe(0);
    expect(await test.host().exited).toBe(0);
    for (const socket of hanging) socket.destroy();
  });
});

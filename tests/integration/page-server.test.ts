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
let url: string;

beforeAll(async () => {
  test = await createTestHost();
  await test.start();
  ({ url } = JSON.parse(test.host().firstLine) as HostLine);
  port = Number(new URL(url).port);
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
    // Not ended: an answer that takes its time is for whoever still listens.
    socket.write(text);
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

/** A request with a body, byte for byte. */
const post = (path: string, headers: Record<string, string>, body: unknown): Promise<Answer | null> => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const lines = Object.entries({ ...headers, 'Content-Length': String(Buffer.byteLength(text)) });
  return send(
    [`POST ${path} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`), 'Connection: close', '', text].join(
      '\r\n',
    ),
  );
};
const own = () => ({
  Host: `127.0.0.1:${port}`,
  Origin: `http://127.0.0.1:${port}`,
  'Content-Type': 'application/json',
});

/** Trades a token for a session, as the page does when it is opened. */
async function open(url: string) {
  const token = new URL(url).hash.slice('#token='.length);
  const answer = await post('/api/session', own(), { token });
  const cookie = answer?.headers.get('set-cookie') ?? '';
  const key = answer?.status === 200 ? (JSON.parse(answer.body) as { key: string }).key : '';
  return { answer, cookie, signedIn: { ...own(), Cookie: cookie.split(';')[0] ?? '', 'X-Chatelaine-Key': key } };
}
const list = { name: 'credentials.list', input: {} };
const isData = (answer: Answer | null): boolean => answer?.status === 200 && answer.body.includes('acme-prod');

describe('the page', () => {
  it('is opened by the printed address once, with a cookie that is strict and no script can read', async () => {
    const first = await open(url);
    expect(first.answer?.status).toBe(200);
    expect(first.cookie).toMatch(/^chatelaine-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(isData(await post('/api/call', first.signedIn, list))).toBe(true);
    expect((await open(url)).answer?.status).toBe(401);
    const again = await test.json<{ url: string }>('page');
    expect(isData(await post('/api/call', (await open(again.url)).signedIn, list))).toBe(true);
  });

  it('answers no combination of headers but its own', async () => {
    const { signedIn } = await open((await test.json<{ url: string }>('page')).url);
    const hosts = [signedIn.Host, `localhost:${port}`, '127.0.0.1', `evil.example:${port}`, `[::1]:${port}`, ''];
    const origins = [
      signedIn.Origin,
      null,
      'null',
      'https://evil.example',
      `http://localhost:${port}`,
      `http://127.0.0.1:${port + 1}`,
    ];
    const types = ['application/json', 'text/plain', 'application/x-www-form-urlencoded', null];
    const sites = [null, 'same-origin', 'same-site', 'cross-site'];
    const cookies = [signedIn.Cookie, null, `${signedIn.Cookie.slice(0, -1)}x`];
    const keys = [signedIn['X-Chatelaine-Key'], null, 'x'.repeat(43)];
    let refused = 0;
    const accepted: unknown[] = [];
    for (const Host of hosts)
      for (const origin of origins)
        for (const type of types)
          for (const [nth, site] of sites.entries())
            for (const [mth, cookie] of cookies.entries()) {
              const key = keys[(nth + mth) % keys.length] ?? null;
              const headers = Object.fromEntries(
                Object.entries({
                  Host,
                  Origin: origin,
                  'Content-Type': type,
                  'Sec-Fetch-Site': site,
                  Cookie: cookie,
                  'X-Chatelaine-Key': key,
                }).filter((pair): pair is [string, string] => pair[1] !== null),
              );
              const answer = await post('/api/call', headers, list);
              if (answer?.status === 200) accepted.push(headers);
              else refused += 1;
              expect([...(answer?.headers.keys() ?? [])].filter((name) => name.startsWith('access-control'))).toEqual(
                [],
              );
            }
    expect(refused).toBeGreaterThan(200);
    // Everything right, and nothing said of the site it comes from: the one combination that is the page's own.
    expect(accepted).toEqual([signedIn]);
  });

  it('changes nothing by GET, by other methods, at other paths, or with what is no JSON object', async () => {
    const { signedIn } = await open((await test.json<{ url: string }>('page')).url);
    const { 'Content-Type': _, ...asked } = signedIn;
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])
      for (const path of [
        '/api/call',
        '/api/session',
        '/mcp',
        '/../etc/passwd',
        '/%2e%2e/package.json',
        '//evil.example/',
      ])
        expect(
          (await send(request(method, path, signedIn.Host, asked)))?.status,
          `${method} ${path}`,
        ).toBeGreaterThanOrEqual(404);
    for (const body of ['', '[]', 'null', '"x"', '{', '{"name":1}'])
      expect((await post('/api/call', signedIn, body))?.status, body).toBe(400);
    expect((await post('/api/call', signedIn, `{"name":"host.status","x":"${'x'.repeat(3 << 20)}"}`))?.status).not.toBe(
      200,
    );
    expect((await post('/api/session', own(), { token: { toString: 1 } }))?.status).toBe(401);
  });

  it('gives no secret: what answers with one belongs to the command line, or needs the passphrase', async () => {
    const { signedIn } = await open((await test.json<{ url: string }>('page')).url);
    const asked = [
      { name: 'credentials.export', input: { name: 'acme-prod' }, proof: passphrase },
      {
        name: 'credentials.environment',
        input: { provider: 'akamai', name: 'acme-prod', command: 'env' },
        proof: passphrase,
      },
      { name: 'credentials.copy', input: { name: 'acme-prod', field: 'clientSecret' }, proof: passphrase },
      { name: 'credentials.reveal', input: { name: 'acme-prod', field: 'clientSecret' } },
      { name: 'credentials.reveal', input: { name: 'acme-prod', field: 'clientSecret' }, proof: 'wrong' },
    ];
    for (const body of asked) {
      const answer = await post('/api/call', signedIn, body);
      expect(JSON.parse(answer?.body ?? '{}'), body.name).toMatchObject({ ok: false, error: { code: 'refused' } });
      expect(answer?.body).not.toContain('CANARY');
    }
    const revealed = await post('/api/call', signedIn, { ...asked[3], proof: passphrase });
    expect(JSON.parse(revealed?.body ?? '{}')).toMatchObject({ ok: true, output: { hideAfterMs: 30_000 } });
  });

  it('shows its files to anybody on this machine, since they hold nothing, and to its exact name only', async () => {
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, 'evil.example', '', null]) {
      const answer = await send(request('GET', '/', host));
      expect(answer?.status === 200, String(host)).toBe(host === `127.0.0.1:${port}`);
    }
    const page = await send(request('GET', '/', `127.0.0.1:${port}`));
    expect(page?.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    );
    expect(page?.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page?.headers.get('cache-control')).toBe('no-store');
    expect(page?.body).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bon\w+=|style="/i);
  });

  it('says nothing of the machine or of what it keeps to whoever is not signed in', async () => {
    const answers = await Promise.all([
      send(request('GET', '/', `127.0.0.1:${port}`)),
      send(request('GET', '/api/changes', `127.0.0.1:${port}`)),
      post('/api/call', own(), list),
      send(request('GET', '/', 'evil.example')),
      send(request('GET', '/', null)),
      send('nonsense\r\n\r\n'),
      send(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX: ${'x'.repeat(64 << 10)}\r\n\r\n`),
    ]);
    const said = JSON.stringify(answers.map((answer) => [...(answer?.headers ?? []), answer?.body]));
    for (const kept of ['acme-prod', test.home, passphrase, String(test.host().child.pid)])
      expect(said.toLowerCase()).not.toContain(kept.toLowerCase());
    expect(answers.map((answer) => answer?.status)).toEqual([200, 401, 401, 403, 400, 400, 431]);
  });

  it('tells a page that is signed in what changes, by key and never by value', async () => {
    const { signedIn } = await open((await test.json<{ url: string }>('page')).url);
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (heard += chunk));
    socket.write(
      request('GET', '/api/changes', signedIn.Host, { Cookie: signedIn.Cookie }).replace('Connection: close\r\n', ''),
    );
    await expect.poll(() => heard).toContain(': open');
    await test.add('globex');
    await expect.poll(() => heard, { timeout: 5_000 }).toContain('"credentials"');
    expect(heard).not.toContain('globex');
    socket.destroy();
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

import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { IssuedCredential } from '../../../electron/emulators/akamai/model.ts';
import { crowdSeed } from '../../../electron/emulators/akamai/seed.ts';
import { signatureOf, verify, type SignedRequest } from '../../../electron/emulators/akamai/verify.ts';

const nowMs = Date.UTC(2026, 4, 1, 12, 0, 0);
const [client] = crowdSeed(1, nowMs);
const credential = ((): IssuedCredential => {
  const active = client?.credentials.find(({ status }) => status === 'ACTIVE');
  if (!active) throw new Error('no seed');
  return active;
})();
const server = {
  nowMs,
  find: (token: string) => (token === credential.clientToken ? credential : undefined),
  isReplay: () => false,
};

function signed(method: string, path: string, body: string, timestamp = '20260501T12:00:00+0000'): SignedRequest {
  const { clientToken, clientSecret, accessToken } = credential;
  const unsigned = `EG1-HMAC-SHA256 client_token=${clientToken};access_token=${accessToken};timestamp=${timestamp};nonce=${randomUUID()};`;
  const request = { method, scheme: 'http', host: '127.0.0.1:1', path, body: Buffer.from(body) };
  return {
    ...request,
    authorization: `${unsigned}signature=${signatureOf(request, unsigned, timestamp, clientSecret)}`,
  };
}

it('accepts what was signed and refuses any change to what the signature covers', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
      fc.webPath().map((path) => `/${path.replace(/^\/+/, '')}`),
      fc.string({ maxLength: 300 }),
      fc.string({ minLength: 1, maxLength: 5 }),
      (method, path, body, extra) => {
        const request = signed(method, path, body);
        expect(verify(request, server).ok).toBe(true);
        const changed: Partial<SignedRequest>[] = [
          { path: `${path}?x=${encodeURIComponent(extra)}` },
          { host: '127.0.0.1:2' },
          { scheme: 'https' },
          { method: method === 'GET' ? 'HEAD' : 'GET' },
          ...(method === 'POST' ? [{ body: Buffer.from(body + extra) }] : []),
        ];
        for (const change of changed) expect(verify({ ...request, ...change }, server).ok).toBe(false);
      },
    ),
    { numRuns: 300 },
  );
});

it('refuses every single altered character of the Authorization header', () => {
  const { authorization = '', ...request } = signed('POST', '/a', 'body');
  for (let at = 0; at < authorization.length; at += 1) {
    const altered = authorization.slice(0, at) + (authorization[at] === 'A' ? 'B' : 'A') + authorization.slice(at + 1);
    // The last two bits before base64's padding carry nothing, yet the text has to be the same.
    expect(verify({ ...request, authorization: altered }, server).ok, `at ${at}`).toBe(false);
  }
});

it.each([
  ['20260501T11:59:31+0000', true],
  ['20260501T12:00:29+0000', true],
  ['20260501T11:59:29+0000', false],
  ['20260501T12:00:31+0000', false],
  ['2026-05-01T12:00:00Z', false],
])('timestamp %s is accepted: %s', (timestamp, isAccepted) => {
  const verdict = verify(signed('GET', '/a', '', timestamp), server);
  expect(verdict.ok).toBe(isAccepted);
  if (!verdict.ok) expect([verdict.status, verdict.detail]).toEqual([400, 'Invalid timestamp']);
});

it('refuses a nonce that it has seen, an unknown and an inactive client token', () => {
  expect(verify(signed('GET', '/a', ''), { ...server, isReplay: () => true })).toMatchObject({ status: 400 });
  expect(verify(signed('GET', '/a', ''), { ...server, find: () => undefined })).toMatchObject({ status: 401 });
  const find = () => ({ ...credential, status: 'INACTIVE' as const });
  expect(verify(signed('GET', '/a', ''), { ...server, find })).toMatchObject({ detail: 'Inactive client token' });
});

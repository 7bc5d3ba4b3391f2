import { afterAll, describe, expect, it, vi } from 'vitest';
import { signatureOf, verify } from '../../../electron/emulators/akamai/verify.ts';
import { takeCredential } from '../../../electron/servers/akamai/api/credential.ts';
import { createSigner } from '../../../electron/servers/akamai/api/signer.ts';
import { messageFor } from '../../support/akamai-section.ts';
import { vectorCredential, vectorNonce, vectorTime, vectorTimestamp, vectors } from '../../support/akamai-vectors.ts';

// The library takes randomUUID from node:crypto when it loads, so the nonce is pinned before any import.
const real = vi.hoisted(() => {
  const crypto = process.getBuiltinModule('node:crypto');
  const { randomUUID } = crypto;
  crypto.randomUUID = () => 'nonce-xx-xxxx-xxxx-xxxx-xxxxxxxxxxxx';
  return { crypto, randomUUID };
});
vi.useFakeTimers({ now: vectorTime, toFake: ['Date'] });
const signer = createSigner(takeCredential(messageFor(vectorCredential)));

afterAll(() => {
  real.crypto.randomUUID = real.randomUUID;
  vi.useRealTimers();
});

describe('the published EdgeGrid vectors', () => {
  const unsigned = `EG1-HMAC-SHA256 client_token=${vectorCredential.clientToken};access_token=${vectorCredential.accessToken};timestamp=${vectorTimestamp};nonce=${vectorNonce};`;

  it('are thirteen', () => expect(vectors).toHaveLength(13));

  it.each(vectors)('our signing path agrees: $name', ({ method, path, body, headersToSign, signature }) => {
    const signed = signer.sign({ method, path, ...(body && { body }), ...(headersToSign && { headersToSign }) });
    expect(signed.authorization).toBe(`${unsigned}signature=${signature}`);
    expect(signed.url.host).toBe(vectorCredential.host);
  });

  it.each(vectors)(
    "the emulator's verifier agrees: $name",
    ({ method, path, body = '', canonicalHeaders, signature }) => {
      const request = {
        method,
        scheme: 'https',
        host: vectorCredential.host,
        path,
        body: Buffer.from(body),
        ...(canonicalHeaders !== undefined && { canonicalHeaders }),
      };
      expect(signatureOf(request, unsigned, vectorTimestamp, vectorCredential.clientSecret)).toBe(signature);
      const credential = { ...vectorCredential, status: 'ACTIVE' as const };
      const verdict = verify(
        { ...request, authorization: `${unsigned}signature=${signature}` },
        { nowMs: vectorTime, find: () => credential, isReplay: () => false },
      );
      expect(verdict.ok).toBe(true);
    },
  );
});

describe('the path rule', () => {
  it.each([
    '//evil.example/x',
    '/\\evil.example/x',
    'https://evil.example/x',
    '/papi/../identity-management/v3',
    '/papi/%2e%2E/x',
    '/papi//v1',
    '/papi/v1/groups#x',
    '/papi/v1/gr oups',
    '/papi%2fv1',
    '/papi/v1\r\nX: y',
    '',
    'papi/v1',
  ])('never signs %j', (path) => {
    expect(() => signer.sign({ method: 'GET', path })).toThrow('not a path of an Akamai API');
  });
});

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * EdgeGrid as a server checks it, written from the published description alone: it shares no code with the product's
 * signing path, so the two can prove each other.
 */
export interface SignedRequest {
  method: string;
  scheme: string;
  host: string;
  /** Path with query, exactly as in the request line. */
  path: string;
  body: Buffer;
  authorization: string | undefined;
  /** Canonical headers where an API agrees on some; tab-joined `name:value`. No API does today. */
  canonicalHeaders?: string;
}

export interface KnownCredential {
  clientToken: string;
  clientSecret: string;
  accessToken: string;
  status: 'ACTIVE' | 'INACTIVE' | 'DELETED';
}

export type Verdict<Credential> =
  | { ok: true; credential: Credential; nonce: string }
  | { ok: false; status: 400 | 401; type: 'deny' | 'request-error'; detail: string; clientToken: string | null };

/** Bytes of a POST body that are hashed. */
export const maxHashedBytes = 131_072;
export const toleranceMs = 30_000;

const header =
  /^EG1-HMAC-SHA256 (client_token=([^;]+);access_token=([^;]+);timestamp=([^;]+);nonce=([^;]+);)signature=([^;]+)$/;

export function verify<Credential extends KnownCredential>(
  request: SignedRequest,
  server: {
    find(clientToken: string): Credential | undefined;
    nowMs: number;
    /** True when this nonce was accepted before. */
    isReplay(clientToken: string, nonce: string): boolean;
  },
): Verdict<Credential> {
  const parts = header.exec(request.authorization ?? '');
  if (!parts) return refused(401, 'Invalid authorization header', null);
  const [, signedMembers = '', clientToken = '', accessToken = '', timestamp = '', nonce = '', signature = ''] = parts;
  const credential = server.find(clientToken);
  if (credential?.status !== 'ACTIVE') return refused(401, 'Inactive client token', clientToken);
  if (credential.accessToken !== accessToken) return refused(401, 'Invalid access token', clientToken);
  const timestampMs = parseTimestamp(timestamp);
  if (timestampMs === null || Math.abs(server.nowMs - timestampMs) > toleranceMs) {
    return refused(400, 'Invalid timestamp', clientToken);
  }
  const expected = signatureOf(request, `EG1-HMAC-SHA256 ${signedMembers}`, timestamp, credential.clientSecret);
  if (!isSame(expected, signature)) return refused(401, 'The signature does not match', clientToken);
  if (server.isReplay(clientToken, nonce)) return refused(400, 'Nonce already used', clientToken);
  return { ok: true, credential, nonce };
}

/** The signature of `request` under `unsigned`, the header up to and including `nonce=…;`. */
export function signatureOf(
  request: Omit<SignedRequest, 'authorization'>,
  unsigned: string,
  timestamp: string,
  clientSecret: string,
): string {
  const { method, scheme, host, path, body, canonicalHeaders = '' } = request;
  const hashed = method === 'POST' && body.length > 0 ? body.subarray(0, maxHashedBytes) : null;
  const contentHash = hashed ? createHash('sha256').update(hashed).digest('base64') : '';
  const data = [method, scheme, host, path, canonicalHeaders, contentHash, unsigned].join('\t');
  return hmac(hmac(clientSecret, timestamp), data);
}

const hmac = (key: string, data: string): string => createHmac('sha256', key).update(data).digest('base64');

const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** `yyyyMMddTHH:mm:ss+0000` as ms since the epoch; null for any other form, ISO's `Z` included. */
function parseTimestamp(text: string): number | null {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d:\d\d:\d\d)\+0000$/.exec(text);
  if (!parts) return null;
  const ms = Date.parse(`${parts.slice(1, 4).join('-')}T${parts[4] ?? ''}Z`);
  return Number.isNaN(ms) ? null : ms;
}

function refused(status: 400 | 401, detail: string, clientToken: string | null): Verdict<never> {
  return { ok: false, status, type: status === 400 ? 'request-error' : 'deny', detail, clientToken };
}

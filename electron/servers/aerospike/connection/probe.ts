import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type PeerCertificate } from 'node:tls';
import type { Profile, SeedHost } from '../profile.ts';
import { infoFrame, isInfoReply } from './info-frame.ts';

/** Why a seed cannot be used, or `good`. */
export type Reach =
  | 'good'
  | 'name-not-found'
  | 'refused'
  | 'silent'
  | 'no-route'
  | 'tls-name'
  | 'tls-expired'
  | 'tls-untrusted'
  | 'tls-client-certificate'
  | 'tls-failed'
  | 'without-tls'
  | 'not-aerospike';

export interface SeedReach {
  seed: SeedHost;
  reach: Reach;
}

/** TLS material as Node takes it; the key as it was given. */
export interface TlsMaterial {
  ca: string | null;
  cert: string | null;
  key: Buffer | null;
  keyPassphrase: Buffer | null;
}

/**
 * Knocks at every seed at once and asks for one harmless word, without signing in. The client's own connect blocks the
 * whole process for as long as a seed is silent, and says little about why; so it is given only seeds that answered here.
 * Ends `graceMs` after the first good one, else when all have failed. Never rejects.
 */
export async function probeSeeds(
  profile: Pick<Profile, 'seeds' | 'tls' | 'timeoutMs'>,
  material: TlsMaterial,
  signal: AbortSignal,
  { graceMs = shortGraceMs } = {},
): Promise<SeedReach[]> {
  const results: SeedReach[] = [];
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    for (const seed of profile.seeds) {
      void reachOf(seed, profile.tls === null ? null : material, profile.timeoutMs, ended).then((reach) => {
        results.push({ seed, reach });
        if (results.length === profile.seeds.length) resolve();
        else if (reach === 'good') setTimeout(resolve, graceMs);
      });
    }
  });
  const unheard = profile.seeds.filter((seed) => !results.some((result) => result.seed === seed));
  const all = [...results, ...unheard.map((seed): SeedReach => ({ seed, reach: 'silent' }))];
  stop.abort();
  return all;
}

/** For seeds that answer a moment after the first: more than one is worth having. */
const shortGraceMs = 30;

/** A port that does not speak TLS says so in many ways, or in none; so it is asked once more, without. */
async function reachOf(
  seed: SeedHost,
  material: TlsMaterial | null,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Reach> {
  const reach = await probeSeed(seed, material, timeoutMs, signal);
  if (material === null || !['tls-failed', 'not-aerospike', 'silent'].includes(reach)) return reach;
  const plain = await probeSeed(seed, null, Math.min(timeoutMs, plainMs), signal);
  return plain === 'good' ? 'without-tls' : reach;
}

const plainMs = 500;

export function probeSeed(
  seed: SeedHost,
  material: TlsMaterial | null,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Reach> {
  return new Promise((resolve) => {
    const socket = open(seed, material);
    let got = Buffer.alloc(0);
    const end = (reach: Reach): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(reach);
    };
    const timer = setTimeout(() => end('silent'), timeoutMs);
    signal.addEventListener('abort', () => end('silent'), { once: true });
    socket.once(material === null ? 'connect' : 'secureConnect', () => void socket.write(infoFrame('build')));
    socket.on('data', (chunk: Buffer) => {
      got = Buffer.concat([got, chunk]);
      if (got.length >= 8) end(isInfoReply(got) ? 'good' : 'not-aerospike');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => end(reasonOf(error)));
    // Closed without a word, or after one that is no answer (a TLS alert has seven bytes).
    socket.on('close', () => end('not-aerospike'));
  });
}

function open(seed: SeedHost, material: TlsMaterial | null): Socket {
  if (material === null) return connectTcp({ host: seed.host, port: seed.port });
  const name = seed.tlsName ?? seed.host;
  const options: ConnectionOptions = {
    host: seed.host,
    port: seed.port,
    minVersion: 'TLSv1.2',
    checkServerIdentity: (_host, certificate) => identityProblem(name, certificate),
  };
  if (!isAddress(name)) options.servername = name;
  if (material.ca !== null) options.ca = material.ca;
  if (material.cert !== null) options.cert = material.cert;
  if (material.key !== null) options.key = material.key;
  if (material.keyPassphrase !== null) options.passphrase = material.keyPassphrase.toString('utf8');
  try {
    return connectTls(options);
  } catch (error) {
    // Material that OpenSSL cannot read throws at once; the same outcome as a failed handshake.
    const broken = connectTcp({ host: seed.host, port: seed.port });
    broken.destroy(error instanceof Error ? error : new Error('tls'));
    return broken;
  }
}

/**
 * As the client does it: the common name counts too, beside alternative names, and often says the cluster's; an address
 * has to stand there as a name, since the client does not look at a certificate's addresses.
 */
function identityProblem(name: string, certificate: PeerCertificate): Error | undefined {
  const alternative = (certificate.subjectaltname ?? '').split(', ').filter((one) => one.startsWith('DNS:'));
  const names = [commonNameOf(certificate), ...alternative.map((one) => one.slice('DNS:'.length))];
  return names.some((one) => isNamedBy(one.toLowerCase(), name.toLowerCase()))
    ? undefined
    : Object.assign(new Error('tls name'), { code: wrongName });
}

/** A leading `*.` stands for one label, and a star anywhere else for itself. */
const isNamedBy = (pattern: string, name: string): boolean =>
  pattern === name || (pattern.startsWith('*.') && pattern.slice(1) === name.slice(name.indexOf('.')));

const wrongName = 'ERR_TLS_CERT_ALTNAME_INVALID';

function commonNameOf({ subject }: PeerCertificate): string {
  // A certificate may name several.
  const [first = ''] = [subject.CN].flat();
  return first;
}

const isAddress = (name: string): boolean => /^[0-9.]+$|:/.test(name);

const reasons: Readonly<Record<string, Reach>> = {
  ENOTFOUND: 'name-not-found',
  EAI_AGAIN: 'name-not-found',
  EAI_NODATA: 'name-not-found',
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'silent',
  EHOSTUNREACH: 'no-route',
  ENETUNREACH: 'no-route',
  EADDRNOTAVAIL: 'no-route',
  ECONNRESET: 'not-aerospike',
  [wrongName]: 'tls-name',
  CERT_HAS_EXPIRED: 'tls-expired',
  CERT_NOT_YET_VALID: 'tls-expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls-untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'tls-untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-untrusted',
  CERT_SIGNATURE_FAILURE: 'tls-untrusted',
  INVALID_CA: 'tls-untrusted',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'tls-client-certificate',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'tls-client-certificate',
};

function reasonOf(error: NodeJS.ErrnoException): Reach {
  const code = error.code ?? '';
  const known = reasons[code];
  if (known !== undefined) return known;
  if (
    /CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_(UNKNOWN|EXPIRED|REVOKED)|HANDSHAKE_FAILURE/.test(code)
  )
    return 'tls-client-certificate';
  // A plain Aerospike port answers a TLS hello with its own kind of silence: the socket ends.
  return code.startsWith('ERR_SSL') || code.startsWith('ERR_OSSL') || code.startsWith('ERR_TLS')
    ? 'tls-failed'
    : 'no-route';
}

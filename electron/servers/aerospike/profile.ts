import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import type { JsonObject } from '../../core/workers/protocol.ts';
import type { ConnectMessage } from '../kit/serve-worker.ts';
import { ToolError } from '../kit/tool-error.ts';

/** One seed of a cluster: where the client begins. */
export interface SeedHost {
  host: string;
  port: number;
  /** The name that the node's certificate must have; null for the host's own name. */
  tlsName: string | null;
}

export const roles = ['read-only', 'read-write', 'admin'] as const;
export type Role = (typeof roles)[number];
export type AuthMode = 'internal' | 'external' | 'externalInsecure' | 'pki';

/** What tools may know of a profile: nothing secret. */
export interface Profile {
  seeds: readonly SeedHost[];
  /** Who signs in: with `pki` the name in the certificate. Null: nobody. */
  user: string | null;
  authMode: AuthMode;
  /** Null: unencrypted. PEM texts; `ca: null` trusts what the system trusts. */
  tls: { ca: string | null; cert: string | null } | null;
  role: Role;
  /** Null: every namespace. */
  namespaces: readonly string[] | null;
  /** For opening a connection and for a call that says nothing else, in ms. */
  timeoutMs: number;
  alternateAddresses: boolean;
  rackId: number | null;
  requestsPerSecond: number;
  burst: number;
}

/** Kept apart from the profile and only ever handed to the connection. `wipe` fills what can be filled. */
export interface ProfileSecrets {
  password: Buffer | null;
  key: Buffer | null;
  keyPassphrase: Buffer | null;
  wipe(): void;
}

export const defaultPort = 3000;
const namespaceName = /^[A-Za-z0-9_$.-]{1,31}$/;

const Fields = z.object({
  hosts: z.array(z.string()).min(1).max(32),
  user: z.string().min(1).max(63).nullish(),
  authMode: z.enum(['internal', 'external', 'externalInsecure', 'pki']).nullish(),
  tls: z.object({ ca: z.string().nullish(), cert: z.string().nullish(), name: z.string().nullish() }).nullish(),
  // The same members where fields are flat, as forms and files without nesting have them.
  'tls.ca': z.string().nullish(),
  'tls.cert': z.string().nullish(),
  'tls.name': z.string().nullish(),
  role: z.enum(roles).nullish(),
  namespaces: z.array(z.string().regex(namespaceName)).nullish(),
  timeoutMs: z.int().min(500).max(60_000).nullish(),
  alternateAddresses: z.boolean().nullish(),
  rackId: z.int().min(0).max(1_000_000).nullish(),
  requestsPerSecond: z.int().min(1).max(1_000_000).nullish(),
  burst: z.int().min(1).max(10_000_000).nullish(),
});

/** Reads one profile as the host hands it over. Throws `invalid-input` that names the field; never quotes a value. */
export function readProfile(fields: JsonObject): Profile {
  const parsed = Fields.safeParse(fields);
  if (!parsed.success) throw unreadable(parsed.error.issues[0]?.path.map(String).join('.') ?? '');
  const given = parsed.data;
  const tls = {
    ca: textOf(given.tls?.ca, given['tls.ca']),
    cert: textOf(given.tls?.cert, given['tls.cert']),
    name: textOf(given.tls?.name, given['tls.name']),
  };
  for (const field of ['ca', 'cert'] as const) assertCertificates(tls[field], `tls.${field}`);
  const authMode = given.authMode ?? 'internal';
  const seeds = given.hosts.map((text) => readHost(text, tls.name));
  const isTls = (given.tls ?? null) !== null || [tls.ca, tls.cert, tls.name].some((text) => text !== null);
  const usesTls = isTls || seeds.some(({ tlsName }) => tlsName !== null);
  assertLogin(authMode, usesTls, tls.cert);
  const namespaces = given.namespaces ?? [];
  return {
    seeds,
    // A name left from another way to sign in is not who this is.
    user: authMode === 'pki' ? commonNameIn(tls.cert ?? '') : (given.user ?? null),
    authMode,
    tls: usesTls ? { ca: tls.ca, cert: tls.cert } : null,
    role: given.role ?? 'read-only',
    namespaces: namespaces.length > 0 ? namespaces : null,
    timeoutMs: given.timeoutMs ?? 5_000,
    alternateAddresses: given.alternateAddresses ?? false,
    rackId: given.rackId ?? null,
    requestsPerSecond: given.requestsPerSecond ?? 2_000,
    burst: given.burst ?? 20_000,
  };
}

/** Copies the secrets, since the message's bytes are wiped when `connect` returns and connecting happens later. */
export function takeSecrets({ secrets }: Pick<ConnectMessage, 'secrets'>): ProfileSecrets {
  const copy = (bytes: Uint8Array | undefined): Buffer | null =>
    bytes === undefined || bytes.length === 0 ? null : Buffer.from(bytes);
  const kept = {
    password: copy(secrets.password),
    key: copy(secrets['tls.key']),
    keyPassphrase: copy(secrets['tls.keyPassphrase']),
  };
  return {
    ...kept,
    wipe() {
      for (const bytes of Object.values(kept)) bytes?.fill(0);
    },
  };
}

/** `host`, `host:port`, `host:tlsName:port`; an IPv6 address stands in brackets: `[::1]:3000`. */
export function readHost(text: string, defaultTlsName: string | null): SeedHost {
  const [, bracketed, plain, rest = ''] =
    /^(?:\[([0-9A-Fa-f:.%]+)\]|([^:[\]\s]+))((?::[^:\s]*)*)$/.exec(text.trim()) ?? [];
  const host = bracketed ?? plain;
  const parts = rest.split(':').slice(1);
  const portText = parts.at(-1) ?? String(defaultPort);
  const port = /^[0-9]{1,5}$/.test(portText) ? Number(portText) : 0;
  const tlsName = parts.length === 2 ? (parts[0] ?? '') : defaultTlsName;
  if (host === undefined || parts.length > 2 || port < 1 || port > 65_535 || tlsName === '' || host.length > 253) {
    throw unreadable('hosts');
  }
  return { host, port, tlsName };
}

/** Unreadable ones would be left out in silence, and the cluster's own be called untrusted. */
function assertCertificates(pem: string | null, field: 'tls.ca' | 'tls.cert'): void {
  if (pem === null) return;
  const blocks = pem.match(/-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----[^-]+-----END [A-Z0-9 ]+-----/g);
  if (blocks === null) throw unreadable(field);
  try {
    for (const block of blocks) new X509Certificate(block);
  } catch {
    throw unreadable(field);
  }
}

/** The client would refuse these too, before it sends anything, but with a code that says nothing. */
function assertLogin(authMode: AuthMode, usesTls: boolean, cert: string | null): void {
  if (authMode === 'pki' && cert === null) {
    throw new ToolError(
      'invalid-input',
      'The profile signs in by certificate (pki), and has none.',
      'Add client certificate and key to the profile, or choose another login in it.',
    );
  }
  if (authMode === 'external' && !usesTls) {
    throw new ToolError(
      'invalid-input',
      'The profile’s login (external) sends the password itself, so it needs TLS, which the profile does not use.',
      'Add the cluster’s TLS to the profile, or choose externalInsecure in it if the password may cross the network in clear.',
    );
  }
}

/** The first one that a certificate's subject names; the cluster takes it for the user. */
function commonNameIn(cert: string): string | null {
  const [, name = null] = /^CN=(.+)$/m.exec(new X509Certificate(cert).subject) ?? [];
  return name;
}

const textOf = (...texts: (string | null | undefined)[]): string | null => texts.find((text) => text) ?? null;

const unreadable = (field: string): ToolError =>
  new ToolError('invalid-input', `The profile's field "${field}" cannot be used.`, hintFor(field));

function hintFor(field: string): string {
  if (field === 'hosts') return 'Write each seed as host:port or host:tlsName:port.';
  if (field === 'tls.ca' || field === 'tls.cert')
    return 'It must be one certificate or several as PEM, each from BEGIN to END CERTIFICATE.';
  return 'Correct the profile in Chatelaine.';
}

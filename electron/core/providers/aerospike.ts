import { z } from 'zod';

import { Failure } from '../failure.ts';
import { listOf, loosens, refusalOf, roles } from './aerospike-ceiling.ts';
import { parseSeed, seedText } from './aerospike-host.ts';
import { aerospikeFields } from './aerospike-fields.ts';
import { entryFields, isSeen, optional } from './entry-fields.ts';
import { defineProvider } from './provider.ts';

const Seeds = z
  .preprocess(
    listOf,
    z.array(z.string()).min(1, 'is required: one or more of host:port').max(32, 'has at most 32 seeds'),
  )
  .transform((texts, context) =>
    texts.map((text) => {
      const seed = parseSeed(text);
      if (seed !== null) return seedText(seed);
      context.issues.push({ code: 'custom', message: 'must be host:port or host:tlsName:port', input: texts });
      return z.NEVER;
    }),
  );

const Namespace = z
  .string()
  .regex(/^[A-Za-z0-9_$-]{1,31}$/, 'must be names of namespaces (at most 31 letters, digits, _ $ -)');

/** A number, also as a form or an environment would write it. */
const whole = (minimum: number, maximum: number) =>
  optional(
    z.preprocess(
      (value) => (typeof value === 'string' && /^\d{1,9}$/.test(value.trim()) ? Number(value) : value),
      z
        .int('must be a whole number')
        .min(minimum, `must be at least ${minimum}`)
        .max(maximum, `must be at most ${maximum}`),
    ),
  );

const Yes = optional(
  z.preprocess(
    (value) => (value === 'yes' || value === 'true' ? true : value === 'no' || value === 'false' ? false : value),
    z.boolean('must be yes or no'),
  ),
);

const pem = (label: string) =>
  optional(
    z
      .string('must be PEM text')
      .transform((text) => `${text.trim()}\n`)
      .refine((text) => text.length <= 64 * 1024, 'must have at most 64 kB')
      .refine(
        (text) => new RegExp(`-----BEGIN ([A-Z0-9 ]+ )?${label}-----`).test(text),
        'must be PEM text (-----BEGIN …)',
      ),
  );

const text = (maximum: number) =>
  optional(
    z
      .string('must be text')
      .refine((value) => Buffer.byteLength(value) <= maximum, `must have at most ${maximum} bytes`)
      .refine(isSeen, 'must not contain control or invisible characters'),
  );

const Tls = optional(
  z
    .strictObject({
      ca: pem('CERTIFICATE'),
      cert: pem('CERTIFICATE'),
      key: pem('PRIVATE KEY'),
      keyPassphrase: text(1024),
      name: optional(z.string().regex(/^[A-Za-z0-9_.-]{1,253}$/, 'must be the name in the nodes’ certificates')),
    })
    // A form sends its empty fields too.
    .transform((tls) => (Object.values(tls).some((value) => value !== undefined) ? tls : undefined)),
);

const authModes = ['internal', 'external', 'externalInsecure', 'pki'] as const;

/** A profile: how one cluster is reached, as whom, and what may be done there at most. */
const Profile = z
  .strictObject({
    ...entryFields,
    hosts: Seeds,
    user: text(63),
    password: text(63),
    authMode: optional(z.enum(authModes, `must be one of ${authModes.join(', ')}`)),
    tls: Tls,
    role: z.preprocess(
      (value) => (value === '' || value === null ? undefined : value),
      z.enum(roles, `must be one of ${roles.join(', ')}`).default('read-only'),
    ),
    namespaces: z
      .preprocess((value) => (value === undefined ? undefined : listOf(value)), z.array(Namespace).max(64).optional())
      .transform((list) => (list?.length ? [...new Set(list)] : undefined)),
    timeoutMs: whole(500, 60_000),
    requestsPerSecond: whole(1, 1_000_000),
    burst: whole(1, 10_000_000),
    alternateAddresses: Yes,
    rackId: whole(0, 1_000_000),
  })
  .superRefine((profile, context) => {
    const issue = (path: string[], message: string): void => {
      context.addIssue({ code: 'custom', path, message });
    };
    const { user, password, authMode = 'internal', tls, hosts } = profile;
    const usesTls = tls !== undefined || hosts.some((host) => parseSeed(host)?.tlsName);
    if (authMode === 'pki') {
      if (!tls?.cert || !tls.key) issue(['tls', 'cert'], 'is required, with its key, where a certificate is the login');
    } else if ((user === undefined) !== (password === undefined)) {
      issue([user === undefined ? 'user' : 'password'], 'is missing: a login needs user and password');
    }
    if (authMode === 'external' && !usesTls)
      issue(['authMode'], 'external sends the password itself, so it needs TLS (externalInsecure does without)');
    if ((tls?.cert === undefined) !== (tls?.key === undefined))
      issue(['tls', tls?.cert === undefined ? 'cert' : 'key'], 'is missing: certificate and key go together');
    if (tls?.keyPassphrase !== undefined && tls.key === undefined)
      issue(['tls', 'key'], 'is missing: there is a passphrase for it');
  });
type Profile = z.infer<typeof Profile>;

export const aerospike = defineProvider({
  id: 'aerospike',
  title: 'Aerospike',
  selector: 'profile',
  toolNamePrefix: 'aerospike',
  fields: aerospikeFields,
  draft: Profile,
  // A loopback address may be a tunnel to production, so nothing here is taken for an emulator.
  isEmulator: () => false,
  warnings,
  environment(fields, { password, 'tls.key': key }) {
    if (key) {
      throw new Failure(
        'refused',
        'This profile has a client key, and there is no environment variable that programs read one from. Nothing was started.',
        'Use a profile with user and password for commands.',
      );
    }
    const tls = (fields.tls ?? {}) as Partial<Record<'ca' | 'name', string>>;
    const variables = {
      AEROSPIKE_HOSTS: listOf(fields.hosts).join(','),
      AEROSPIKE_USER: fields.user,
      AEROSPIKE_PASSWORD: password?.reveal(),
      AEROSPIKE_AUTH_MODE: fields.authMode,
      AEROSPIKE_TLS_NAME: tls.name,
      AEROSPIKE_TLS_CA: tls.ca,
    };
    return Object.fromEntries(
      Object.entries(variables).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  },
  // The official client is a native addon, and it takes its certificates from files.
  worker: { allowAddons: true, hasScratch: true, isBusy: true },
  clientCheck: { tool: 'aerospike_check_client', fields: { hosts: ['127.0.0.1:3000'], role: 'read-only' } },
  refusalOf,
  loosens,
});

function warnings({ user, tls, hosts, authMode, role }: Profile): string[] {
  const notes = [];
  const isLocal = hosts.every((host) => /^(127\.|localhost:|\[::1\])/.test(host));
  if (user === undefined && authMode !== 'pki' && role !== 'read-only')
    notes.push('There is no user, so the cluster itself limits nothing: the role of this profile is the only limit.');
  if (user !== undefined && tls === undefined && !isLocal)
    notes.push('There is no TLS, so whoever listens on the network between can read the data.');
  return notes;
}

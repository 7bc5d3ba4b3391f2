/**
 * Names of members that hold secrets in answers of Akamai's APIs, in small letters without `_` and `-`: TSIG `secret`,
 * `clientSecret`, GTM `sslClientPrivateKey` and `testObjectPassword`, sandboxes' `jwtToken`, DataStream's
 * `secretAccessKey`, `authToken`, `clientKey` … Matched at the end of a name, so `defaultSslClientPrivateKey` is one too.
 */
const secretName =
  /(?:secret|password|passwd|passphrase|privatekey|token|accesskey|apikey|clientkey|customheadervalue|authorization)$/;

/** Names that end like a secret but only say where a listing goes on. */
const pagingName = /^(?:next|page|prev|previous|continuation|sync)\w*token$/;

const privateKeyText = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
const hidden = '[not shown]';

/** The same JSON value with the value of every secret member replaced, and private keys cut out of texts. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return withoutPrivateKeys(value);
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      name,
      isSecretName(name) && member !== null && typeof member !== 'boolean' ? hidden : withoutSecrets(member),
    ]),
  );
}

export const withoutPrivateKeys = (text: string): string => text.replace(privateKeyText, hidden);

/** Whether a text names a member, as JSON does, that holds a secret. */
export const holdsSecretMember = (text: string): boolean =>
  [...text.matchAll(/"([^"\\]{1,100})"\s*:/g)].some(([, name = '']) => isSecretName(name));

function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replaceAll(/[_-]/g, '');
  return secretName.test(plain) && !pagingName.test(plain);
}

/** Paths whose whole answer is secrets: EdgeKV tokens, TSIG keys, EdgeWorkers' secure tokens. */
const secretPaths = [
  /^\/edgekv\/v\d+\/tokens(?:\/|$)/,
  /^\/config-dns\/v\d+\/keys(?:\/|$)/,
  /^\/config-dns\/v\d+\/zones\/[^/]+\/key(?:\/|$)/,
  /^\/edgeworkers\/v\d+\/secure-token(?:\/|$)/,
];

/** True for a path that is not read on a model's behalf. Escapes are undone first, as the server does. */
export function isSecretPath(pathAndQuery: string): boolean {
  const [path = ''] = pathAndQuery.split('?', 1);
  try {
    const plain = decodeURIComponent(path).toLowerCase();
    // What follows a `;` is a parameter to some servers and part of the name to others.
    if (plain.includes(';')) return true;
    return secretPaths.some((pattern) => pattern.test(plain));
  } catch {
    return true;
  }
}

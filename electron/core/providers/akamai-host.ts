/** A host that Akamai requests may be signed for: `host` has no scheme and no slash. */
export interface AkamaiHost {
  host: string;
  /** A loopback address, spoken to over http; everything else is https. */
  emulator: boolean;
}

/**
 * Reads the `host` of an Akamai credential, with or without scheme and trailing slash. Null unless it is a plain name
 * under .akamaiapis.net, or a literal loopback address (over http, port allowed): the host decides who sees signed requests.
 */
export const parseAkamaiHost = (text: string): AkamaiHost | null => {
  const trimmed = text.trim().toLowerCase();
  if (trimmed.length > 280 || !/^[\x21-\x7e]+$/.test(trimmed)) return null;
  const scheme = /^https?:\/\//.exec(trimmed)?.[0] ?? '';
  const host = trimmed.slice(scheme.length).replace(/\/$/, '');
  if (isApiName(host)) return scheme === 'http://' ? null : { host, emulator: false };
  // A name is what the machine's resolver makes of it; the address is what is meant.
  const address = host.replace(/^localhost(?=:|$)/, '127.0.0.1');
  if (isLoopback(address)) return scheme === 'https://' ? null : { host: address, emulator: true };
  return null;
};

/** What to say when `parseAkamaiHost` gives null. */
export const akamaiHostRule =
  'must be a name under .akamaiapis.net over https, as in the .edgerc file (or a loopback address over http, for an emulator)';

const suffix = '.akamaiapis.net';

const isApiName = (host: string): boolean =>
  host.length <= 253 &&
  host.endsWith(suffix) &&
  host
    .slice(0, -suffix.length)
    .split('.')
    .every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label));

const isLoopback = (host: string): boolean => {
  const [, name = '', port] = /^(\[::1\]|127(?:\.[0-9]{1,3}){3})(?::([0-9]{1,5}))?$/.exec(host) ?? [];
  if (name === '') return false;
  // Octets like 010 are octal to some resolvers: one spelling only.
  const octets = name.startsWith('127') ? name.split('.') : [];
  if (octets.some((octet) => String(Number(octet)) !== octet || Number(octet) > 255)) return false;
  return port === undefined || (String(Number(port)) === port && Number(port) >= 1 && Number(port) <= 65_535);
};

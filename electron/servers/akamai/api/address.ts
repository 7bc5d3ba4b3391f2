import { ToolError } from '../../kit/tool-error.ts';

/** Where the API of one client is, e.g. `https://akab-….luna.akamaiapis.net`, or an emulator on this machine. */
export interface ApiAddress {
  origin: string;
  /** Plain http on a literal loopback address; everything real is https. */
  isEmulator: boolean;
}

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const akamaiHost = new RegExp(`^(?:${label}\\.)+akamaiapis\\.net$`);
const octet = '(?:0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])';
const emulatorHost = new RegExp(`^(?:127(?:\\.${octet}){3}|\\[::1\\])(?::([1-9][0-9]{0,4}))?$`);

/**
 * The host of a customer section, with or without scheme and trailing slash. Accepts names under `.akamaiapis.net` and
 * literal loopback addresses; everything else throws `invalid-input`, so no credential signs for a stranger.
 */
export function parseAddress(host: string): ApiAddress {
  const [, scheme = '', name = ''] = /^(https?:\/\/)?(.*?)\/?$/.exec(host.trim().toLowerCase()) ?? [];
  if (akamaiHost.test(name) && name.length <= 253 && scheme !== 'http://') {
    return { origin: `https://${name}`, isEmulator: false };
  }
  const loopback = emulatorHost.exec(name);
  if (loopback && Number(loopback[1] ?? 80) <= 65_535 && scheme !== 'https://')
    return { origin: new URL(`http://${name}`).origin, isEmulator: true };
  throw new ToolError(
    'invalid-input',
    'The host of this credential is not a name under akamaiapis.net.',
    'Copy the host from the API client in Akamai Control Center.',
  );
}

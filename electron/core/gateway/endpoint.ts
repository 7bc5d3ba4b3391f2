import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';

/** The longest path that every system accepts for a local socket (macOS: 104 bytes with the final NUL). */
const longestSocketPath = 100;

export interface Endpoint {
  /** Socket path, or pipe name on Windows: everything that talks to the host finds it by the data folder alone. */
  address: string;
  /** The folder that must be private before we listen; null for a Windows pipe. */
  folder: string | null;
}

/**
 * Where the host of a data folder listens. A deep data folder would give a path that no socket can have, so then a
 * short name under /tmp derives from its hash; its folder is ours alone (0700) and checked at each start.
 */
export function endpointOf(home: string, platform: NodeJS.Platform = process.platform): Endpoint {
  const absolute = resolve(home);
  const hash = createHash('sha256').update(absolute).digest('base64url').slice(0, 22);
  if (platform === 'win32') return { address: `\\\\.\\pipe\\chatelaine-${hash}`, folder: null };
  const inside = join(absolute, 'host.sock');
  if (Buffer.byteLength(inside) <= longestSocketPath) return { address: inside, folder: absolute };
  const folder = `/tmp/chatelaine-${process.getuid?.() ?? 0}-${hash}`;
  return { address: `${folder}/host.sock`, folder };
}

/** The CLI's id in the handshake; registrations have UUIDs. */
export const controlId = 'control';

/** Where the key of a registration, or of the command line, lies: 0600 in the 0700 data folder. Not a credential. */
export const keyFileOf = (home: string, id: string): string =>
  id === controlId ? join(home, 'control.key') : join(home, 'registrations', `${id}.key`);

/** How the bridge and the command line start a host on demand: `{ command, args }`, written by each host at its start. */
export const launchFileOf = (home: string): string => join(home, 'launch.json');

import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import { Secret } from './credentials/secret.ts';
import type { SecretStore } from './credentials/secret-store.ts';
import type { Settings } from './settings-schema.ts';
import type { Network } from './workers/protocol.ts';

/**
 * Whether the proxy and the certificates of the settings are the ones that a person confirmed. `settings.json` can be
 * written by any program of the same user, and a proxy with a certificate of its own would see every secret; so what was
 * confirmed is kept as a digest in the secret store, and anything else is not used.
 */
export interface NetworkPin {
  /** The way to issuers: as set if it was confirmed, else none. */
  current(): Network;
  isTrusted(): boolean;
  /** When the store was opened. */
  check(): Promise<void>;
  /** The person has confirmed what the settings have now. */
  pin(): Promise<void>;
}

const itemId = 'network-pin';
const direct: Network = { proxy: null, ca: null };

export function createNetworkPin(deps: { store: SecretStore; settings: () => Settings['network'] }): NetworkPin {
  const { store, settings } = deps;
  let pinned: string | null = null;
  const isNone = (): boolean => settings().proxy === null && settings().ca === null;
  const isTrusted = (): boolean => isNone() || digestOf(settings()) === pinned;
  return {
    current: () => (isTrusted() ? settings() : direct),
    isTrusted,
    async check() {
      pinned = isNone() ? null : ((await store.get(itemId))?.reveal() ?? null);
    },
    async pin() {
      const digest = digestOf(settings());
      await store.set(itemId, new Secret(digest));
      pinned = digest;
    },
  };
}

const digestOf = (network: Settings['network']): string =>
  createHash('sha256').update(canonicalJson(network)).digest('hex');

import type { Secret } from './secret.ts';

/** Which kind of place holds the secrets; the UI and `serve` always say which one is in use. */
export type SecretStoreKind = 'keychain' | 'file' | 'memory';

/**
 * - `ready`: reads and writes work (proved by a sentinel item, never assumed)
 * - `locked`: the store is there and closed: the file waits for its passphrase, or the keyring is locked
 * - `absent`: there is no such store on this machine
 * - `denied`: the operating system or the person refused access
 * - `unresponsive`: it is there and does not answer within its deadline
 */
export type SecretStoreState = 'ready' | 'locked' | 'absent' | 'denied' | 'unresponsive';

/**
 * Where secrets are kept, one text (≤ 64 KiB of UTF-8, any Unicode, no NUL, never empty) per opaque id
 * (`[A-Za-z0-9-]{1,64}`). There is no listing: the index knows the ids.
 *
 * Operations on a store that is not `ready` reject with a Failure: `locked`, `keychain-absent`, `keychain-denied`
 * or `keychain-unresponsive`. An item that is not there is `null`, never confused with a locked store.
 */
export interface SecretStore {
  readonly kind: SecretStoreKind;
  state(): Promise<SecretStoreState>;
  /**
   * Opens the store. A file store needs its passphrase (and is created with it when it does not exist yet); a wrong one
   * rejects with `refused` and changes nothing. The keychain ignores the passphrase and proves itself by a round trip.
   */
  open(passphrase: Secret | null): Promise<void>;
  /** Forgets keys and stops helpers. Everything but `open`, `state` and `close` then rejects with `locked`. */
  close(): Promise<void>;
  get(id: string): Promise<Secret | null>;
  /** Durable when it resolves. A concurrent `set` of one id: the last one wins. */
  set(id: string, secret: Secret): Promise<void>;
  /** Resolves whether or not the item was there. */
  delete(id: string): Promise<void>;
  /** Whether this is the passphrase that opens the store; `null` where the store has none (keychain). */
  verifyPassphrase(passphrase: Secret): Promise<boolean | null>;
}

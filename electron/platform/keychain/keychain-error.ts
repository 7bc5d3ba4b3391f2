import type { SecretStoreState } from '../../core/credentials/secret-store.ts';

/**
 * What an error text of the keychain means; `transport` when it is about the way to the keychain, which a new broker may
 * find again. Texts of libsecret, gnome-keyring, macOS Security and keytar's loader.
 */
export const classify = (message: string): Exclude<SecretStoreState, 'ready'> | 'transport' => {
  if (/locked|interaction is not allowed/i.test(message)) return 'locked';
  if (/dismiss|denied|cancell?ed|not correct|not permitted/i.test(message)) return 'denied';
  if (absent.test(message)) return 'absent';
  return 'transport';
};

const absent =
  /does not exist at path|autolaunch|failed to load keytar|not provided by any|could not connect|no such file|connection refused|not activatable|ServiceUnknown|cannot spawn|Unit .* not found/i;

import type { Secret } from '../core/credentials/secret.ts';
import type { SecretStoreState } from '../core/credentials/secret-store.ts';
import { Failure } from '../core/failure.ts';

/** The Failure of an operation on a store in this state. */
export const storeFailure = (state: Exclude<SecretStoreState, 'ready'>): Failure => {
  switch (state) {
    case 'locked':
      return new Failure(
        'locked',
        'The vault is locked. Nothing was changed.',
        'Unlock it in the app, or with `chatelaine unlock`.',
      );
    case 'absent':
      return new Failure(
        'keychain-absent',
        'There is no keychain on this machine or in this session. Nothing was changed.',
        'Log in to a desktop session (on Linux also install libsecret), or use a vault file: `--vault file`.',
      );
    case 'denied':
      return new Failure(
        'keychain-denied',
        'The keychain refused access. Nothing was changed.',
        'Allow Chatelaine to use the keychain, then try again.',
      );
    case 'unresponsive':
      return new Failure(
        'keychain-unresponsive',
        'The keychain does not answer. It is not known to have changed.',
        'If it shows a prompt, answer it and unlock again; else restart the keychain service.',
      );
  }
};

/** Throws `invalid-input` for an id that a store does not take. */
export const checkedId = (id: string): string => {
  if (/^[A-Za-z0-9-]{1,64}$/.test(id)) return id;
  throw new Failure(
    'invalid-input',
    'This is not the id of a secret. Nothing was stored.',
    'This is a defect: please report it.',
  );
};

/** The text of a secret that a store takes: 1 byte to 64 KiB of UTF-8, no NUL, no half characters. Else `invalid-input` or `too-large`. */
export const checkedText = (secret: Secret): string => {
  const text = secret.reveal();
  if (Buffer.byteLength(text) > 64 * 1024) {
    throw new Failure(
      'too-large',
      'A secret may have at most 64 KiB. Nothing was stored.',
      'Shorten it, e.g. leave out certificates that are not needed.',
    );
  }
  if (text === '' || /\0|\p{Cs}/u.test(text)) {
    throw new Failure(
      'invalid-input',
      'A secret must not be empty or contain NUL. Nothing was stored.',
      'Check what was pasted.',
    );
  }
  return text;
};

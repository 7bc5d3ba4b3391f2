import type { Secret } from '../credentials/secret.ts';
import { Failure } from '../failure.ts';

const shortest = 8;

/** The one rule for a new passphrase, of a file vault and of the app: eight characters, as a person counts them. */
export function assertLongEnough(passphrase: Secret): void {
  if ([...passphrase.reveal().normalize('NFC')].length >= shortest) return;
  throw new Failure(
    'invalid-input',
    `A passphrase needs at least ${shortest} characters. Nothing was set.`,
    'Choose a longer one.',
  );
}

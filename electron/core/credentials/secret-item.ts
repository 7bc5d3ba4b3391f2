import { Failure } from '../failure.ts';
import { Secret, type SecretFields } from './secret.ts';

/** All secret fields of one credential as the one text that the secret store keeps. */
export const packSecrets = (secrets: Readonly<Record<string, string>>): Secret => new Secret(JSON.stringify(secrets));

/** Rejects with `damaged` when the item is not one of ours. */
export const unpackSecrets = (item: Secret): SecretFields => {
  try {
    const parsed: unknown = JSON.parse(item.reveal());
    if (typeof parsed === 'object' && parsed !== null) {
      const entries = Object.entries(parsed as Record<string, unknown>);
      const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
      if (texts.length === entries.length)
        return Object.fromEntries(texts.map(([key, text]) => [key, new Secret(text)]));
    }
  } catch {
    // Falls through: the parser's own message would quote the secret.
  }
  throw new Failure(
    'damaged',
    'A stored secret is not readable. Nothing was changed.',
    'Enter the credential’s secrets again.',
  );
};

export const revealAll = (secrets: SecretFields): Record<string, string> =>
  Object.fromEntries(Object.entries(secrets).map(([key, secret]) => [key, secret.reveal()]));

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../canonical-json.ts';
import { Failure } from '../failure.ts';
import type { CredentialRecord } from './record.ts';
import { Secret, type SecretFields } from './secret.ts';

/** What secrets are good for: provider, fields (host, account …) and whether it is an emulator, as a digest. */
export const targetOf = ({ provider, fields, emulator }: Pick<CredentialRecord, 'provider' | 'fields' | 'emulator'>) =>
  createHash('sha256').update(canonicalJson({ provider, fields, emulator })).digest('hex');

/**
 * All secret fields of one credential as the one text that the secret store keeps, with the target that they were entered
 * for. The index, which has the target in clear, can be written by any program of the same user; this item is what counts.
 */
export const packSecrets = (secrets: Readonly<Record<string, string>>, target: string): Secret =>
  new Secret(JSON.stringify({ target, secrets }));

/** Rejects with `damaged` when the item is not one of ours. Items from before there were targets have none until an edit. */
export const unpackSecrets = (item: Secret): { secrets: SecretFields; target: string | null } => {
  // The parser's own message would quote the secret.
  const parsed = Bound.or(Unbound).safeParse(parse(item.reveal()));
  if (parsed.success) {
    const { secrets, target } = parsed.data;
    return {
      target,
      secrets: Object.fromEntries(Object.entries(secrets).map(([key, text]) => [key, new Secret(text)])),
    };
  }
  throw new Failure(
    'damaged',
    'A stored secret is not readable. Nothing was changed.',
    'Enter the credential’s secrets again.',
  );
};

const Texts = z
  .record(z.string(), z.string())
  .refine((texts) => Object.keys(texts).length > 0, 'an item is made only where there are secrets');
const Bound = z.strictObject({ target: z.string(), secrets: Texts });
const Unbound = Texts.transform((secrets) => ({ target: null, secrets }));

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export const revealAll = (secrets: SecretFields): Record<string, string> =>
  Object.fromEntries(Object.entries(secrets).map(([key, secret]) => [key, secret.reveal()]));

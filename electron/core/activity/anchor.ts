import { randomBytes } from 'node:crypto';
import { z } from 'zod';

import { Secret } from '../credentials/secret.ts';
import type { SecretStore } from '../credentials/secret-store.ts';

const keyId = 'activity-key';
const headId = 'activity-head';

/** Where a line or a file is, and what is wrong with it. `line` counts from 1; 0 is the file as a whole. */
export const Break = z.object({ file: z.string(), line: z.number(), why: z.string() });
export type Break = z.infer<typeof Break>;

/** What the secret store knows about the record, so that cutting its end or its beginning off shows. */
export const Anchor = z.object({
  seq: z.int(),
  mac: z.string(),
  /** Numbers of the oldest and the newest file. */
  oldest: z.int(),
  newest: z.int(),
  /** Damage found when the record was opened; kept, since the chain goes on after it. */
  breaks: z.array(Break),
});
export type Anchor = z.infer<typeof Anchor>;

/** Key and anchor; null where the store has none. An anchor that cannot be read counts as none. */
export const readAnchor = async (store: SecretStore): Promise<{ key: Buffer | null; anchor: Anchor | null }> => {
  const key = await store.get(keyId);
  const head = await store.get(headId);
  return { key: key === null ? null : Buffer.from(key.reveal(), 'base64'), anchor: head === null ? null : parse(head) };
};

export const writeAnchor = (store: SecretStore, anchor: Anchor): Promise<void> =>
  // The item must fit the smallest keychain: the first breaks say enough.
  store.set(headId, new Secret(JSON.stringify({ ...anchor, breaks: anchor.breaks.slice(0, 5) })));

/** The anchor first: so a key without an anchor always means that the anchor was taken away. */
export const createKey = async (store: SecretStore, anchor: Anchor): Promise<Buffer> => {
  const key = randomBytes(32);
  await writeAnchor(store, anchor);
  await store.set(keyId, new Secret(key.toString('base64')));
  return key;
};

const parse = (head: Secret): Anchor | null => {
  try {
    return Anchor.parse(JSON.parse(head.reveal()));
  } catch {
    return null;
  }
};

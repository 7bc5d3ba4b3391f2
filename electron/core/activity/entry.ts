import { z } from 'zod';

const Text = z.string().transform((text) => text.slice(0, 500));
const Effect = z.enum(['read', 'write', 'destroy']);

const credential = { provider: Text, credential: Text, credentialId: Text };
const client = { client: Text, registrationId: Text };
const call = { ...client, ...credential, tool: Text, effect: Effect };
const approval = { ...call, approvalId: Text };
const started = { ...call, argumentDigest: Text, approvalId: Text.nullable() };

/**
 * Everything that the record keeps, by kind. Keys that a kind does not name are dropped, so that neither a secret nor an
 * argument's value can slip in; a new kind is a new line here.
 */
export const ActivityEntry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('call-started'), ...started }),
  z.object({ kind: z.literal('call-finished'), ...started, outcome: Text, durationMs: z.number() }),
  z.object({ kind: z.literal('credential-added'), ...credential }),
  z.object({ kind: z.literal('credential-edited'), ...credential }),
  z.object({ kind: z.literal('credential-removed'), ...credential }),
  z.object({ kind: z.literal('credential-restored'), ...credential }),
  z.object({ kind: z.literal('credential-replaced'), ...credential }),
  z.object({ kind: z.literal('replacement-refused'), ...credential, outcome: Text }),
  z.object({ kind: z.literal('secret-revealed'), ...credential, field: Text }),
  z.object({ kind: z.literal('secret-copied'), ...credential, field: Text }),
  z.object({ kind: z.literal('credential-imported'), ...credential }),
  z.object({ kind: z.literal('credential-exported'), ...credential }),
  z.object({ kind: z.literal('credential-tested'), ...credential, outcome: Text }),
  z.object({ kind: z.literal('credential-used-by-exec'), ...credential, command: Text }),
  z.object({ kind: z.literal('client-refused'), reason: Text, client: Text.optional() }),
  z.object({ kind: z.literal('registration-added'), ...client }),
  z.object({ kind: z.literal('registration-removed'), ...client }),
  z.object({ kind: z.literal('registration-repaired'), ...client }),
  z.object({
    kind: z.literal('grant-changed'),
    ...client,
    provider: Text,
    credential: Text.nullable(),
    effects: z.record(z.string(), Text),
  }),
  z.object({ kind: z.literal('approval-requested'), ...approval }),
  z.object({ kind: z.literal('approval-approved'), ...approval, scope: Text }),
  z.object({ kind: z.literal('approval-denied'), ...approval }),
  z.object({ kind: z.literal('approval-expired'), ...approval }),
  z.object({ kind: z.literal('unlocked') }),
  z.object({ kind: z.literal('locked') }),
  z.object({ kind: z.literal('unlock-failed') }),
  z.object({ kind: z.literal('passphrase-set') }),
  z.object({ kind: z.literal('settings-changed'), names: z.array(Text) }),
  z.object({ kind: z.literal('proof-refused') }),
  z.object({ kind: z.literal('host-started'), version: Text }),
  z.object({ kind: z.literal('host-stopped') }),
  z.object({ kind: z.literal('worker-failed'), ...credential, reason: Text }),
  z.object({ kind: z.literal('worker-stopped'), ...credential }),
  // What the record says about itself.
  z.object({ kind: z.literal('record-file-started'), previousMac: z.string() }),
  z.object({ kind: z.literal('record-repaired'), bytes: z.number() }),
  z.object({ kind: z.literal('record-damaged'), reason: Text }),
  z.object({ kind: z.literal('record-entries-dropped'), count: z.number() }),
]);
export type ActivityEntry = z.input<typeof ActivityEntry>;

/** A line of the record as it is shown: the entry's facts with its number and time (ISO). */
export interface ActivityLine {
  /** Counts from 1 without gaps; 0 for an entry that waits for the record to be opened. */
  seq: number;
  at: string;
  kind: string;
  [fact: string]: unknown;
}

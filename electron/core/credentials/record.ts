import { z } from 'zod';

import { Colour } from '../providers/colour.ts';
import type { JsonObject, JsonValue } from '../workers/protocol.ts';

const Json: z.ZodType<JsonValue> = z.json();
const JsonRecord: z.ZodType<JsonObject> = z.record(z.string(), Json);
const Iso = z.iso.datetime();

/** How the last test of a credential at its issuer went. */
export const CredentialTest = z.object({
  at: Iso,
  ok: z.boolean(),
  message: z.string(),
  /** When the issuer says that the credential ends; null when it does not say. */
  expiresAt: Iso.nullable(),
  /** What else the issuer told, e.g. the API client's name. No secrets. */
  facts: JsonRecord.optional(),
});
export type CredentialTest = z.infer<typeof CredentialTest>;

/** One stored credential without its secrets; what stands in the index. */
export const CredentialRecord = z.object({
  id: z.uuid(),
  provider: z.string(),
  /** Unique over all providers, whatever the case. */
  name: z.string(),
  /** The provider's own fields that are no secrets, e.g. `host`. */
  fields: JsonRecord,
  /** Which secret fields have a value, e.g. `['clientToken']`. */
  secretKeys: z.array(z.string()),
  /** The item of the secret store that holds them all; null when there are none. Never leaves the core. */
  secretId: z.uuid().nullable(),
  emulator: z.boolean(),
  tags: z.array(z.string()),
  /** Absent in indexes that were written before there were colours. */
  colour: Colour.nullable().default(null),
  notes: z.string(),
  rotateEveryDays: z.number().nullable(),
  createdAt: Iso,
  updatedAt: Iso,
  secretsChangedAt: Iso,
  lastTest: CredentialTest.nullable(),
});
export type CredentialRecord = z.infer<typeof CredentialRecord>;

export const CredentialIndex = z.object({
  schema: z.literal(1),
  credentials: z.array(CredentialRecord),
  /** Secret items that no record needs, or not yet; deleted by `recover`. This is the journal that makes a kill harmless. */
  garbage: z.array(z.uuid()),
});
export type CredentialIndex = z.infer<typeof CredentialIndex>;

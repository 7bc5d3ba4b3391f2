import { z } from 'zod';
import { defineTool } from '../../kit/define-tool.ts';
import { AnswerError } from '../api/answer-error.ts';
import type { AkamaiServices } from '../services.ts';

const Actions = z.object({ editExpiration: z.boolean().optional(), deactivate: z.boolean().optional() });
const Self = z.object({
  clientName: z.string(),
  clientType: z.string(),
  isLocked: z.boolean(),
  allowAccountSwitch: z.boolean(),
  canAutoCreateCredential: z.boolean(),
  activeCredentialCount: z.int(),
  credentials: z
    .array(
      z.object({
        clientToken: z.string(),
        status: z.string(),
        createdOn: z.string().optional(),
        expiresOn: z.string().nullish(),
        maxAllowedExpiry: z.string().nullish(),
        actions: Actions.optional(),
      }),
    )
    .default([]),
  apiAccess: z
    .object({
      allAccessibleApis: z.boolean().optional(),
      apis: z.array(z.object({ apiName: z.string(), accessLevel: z.string() })).nullish(),
    })
    .optional(),
  groupAccess: z
    .object({ groups: z.array(z.object({ groupId: z.int(), groupName: z.string(), roleName: z.string() })).nullish() })
    .optional(),
  ipAcl: z.object({ enable: z.boolean() }).nullish(),
});

/** For the host alone: is this credential good, what may it do, and when does it expire? */
export const testCredential = defineTool({
  name: 'akamai_test_credential',
  title: 'Test the credential',
  description: 'Asks Akamai who this API client is. Shows no token.',
  toolset: 'account',
  effect: 'read',
  internal: true,
  input: z.object({}),
  output: z.object({
    /** False when the signature was accepted but the client may not read about itself; then only `note` and skew are told. */
    isDescribed: z.boolean(),
    note: z.string().optional(),
    ...Self.pick({
      clientName: true,
      clientType: true,
      isLocked: true,
      allowAccountSwitch: true,
      canAutoCreateCredential: true,
      activeCredentialCount: true,
    }).partial().shape,
    /** ISO 8601, of the credential in use; null when Akamai does not tell. */
    expiresAt: z.string().nullish(),
    maxExpiresAt: z.string().nullish(),
    canEditExpiration: z.boolean().optional(),
    hasIpAcl: z.boolean().optional(),
    apiAccess: z.array(z.object({ apiName: z.string(), accessLevel: z.string() })).optional(),
    groupAccess: z.array(z.object({ groupName: z.string(), roleName: z.string() })).optional(),
    /** Our clock minus Akamai's. */
    skewSeconds: z.int().nullable(),
  }),
  text({ isDescribed, note, clientName, isLocked, expiresAt, skewSeconds }) {
    const clock = Math.abs(skewSeconds ?? 0) > 5 ? ` This machine's clock is ${skewSeconds} s off.` : '';
    if (!isDescribed)
      return `Works: Akamai accepts the signature, but not questions about itself. ${note ?? ''}${clock}`;
    if (isLocked) return `Akamai accepts the signature, but the API client "${clientName}" is locked.${clock}`;
    const end = expiresAt ? `, until ${expiresAt.slice(0, 10)}` : '';
    return `Works as API client "${clientName}"${end}.${clock}`;
  },
  async run(_input, { api, isOwnToken }: AkamaiServices, context) {
    const query = { credentials: true, actions: true, apiAccess: true, groupAccess: true, ipAcl: true };
    const path = '/identity-management/v3/api-clients/self';
    // Asked in the client's own account: how these answers look under an account switch key is not documented.
    const self = await api.get({ path, query, schema: Self, isAboutClient: true }, context).catch(notDescribed);
    const skewSeconds = api.skewSeconds();
    if (typeof self === 'string') return { isDescribed: false, note: self, skewSeconds };
    const own = self.credentials.find(({ clientToken }) => isOwnToken(clientToken));
    return {
      ...self,
      isDescribed: true,
      expiresAt: own?.expiresOn ?? null,
      maxExpiresAt: own?.maxAllowedExpiry ?? null,
      canEditExpiration: own?.actions?.editExpiration ?? false,
      hasIpAcl: self.ipAcl?.enable ?? false,
      apiAccess: self.apiAccess?.apis?.slice(0, 100) ?? [],
      groupAccess: self.groupAccess?.groups?.slice(0, 100) ?? [],
      skewSeconds,
    };
  },
});

/** A 403 comes after the signature was accepted: the credential is real, whatever else it may not do. */
function notDescribed(error: unknown): string {
  if (error instanceof AnswerError && error.status === 403) return error.message;
  throw error;
}

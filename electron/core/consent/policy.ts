import { z } from 'zod';
import type { Effect } from '../workers/protocol.ts';

/** What an effect needs before a call with it runs: nothing, a person's yes, or it never runs. */
export const Decision = z.enum(['allow', 'ask', 'deny']);
export type Decision = z.infer<typeof Decision>;

export const Effects = z.object({ read: Decision, write: Decision, destroy: Decision });
export type Effects = z.infer<typeof Effects>;

/** `all`, or the toolsets by name. */
export const Toolsets = z.union([z.literal('all'), z.array(z.string())]);
export type Toolsets = z.infer<typeof Toolsets>;

/** A deviation from the defaults: for a provider as a whole, or (with `credentialId`) for one credential of it. */
export const Grant = z.object({
  registrationId: z.string(),
  provider: z.string(),
  credentialId: z.string().nullable(),
  effects: Effects.partial(),
  toolsets: Toolsets.optional(),
});
export type Grant = z.infer<typeof Grant>;

/** One client that may connect: its name for people, the providers it was given, and which credentials of them. */
export const Registration = z.object({
  id: z.string(),
  client: z.string(),
  name: z.string(),
  providers: z.array(z.string()),
  credentials: z.union([z.literal('all'), z.array(z.string())]),
  createdAt: z.string(),
  /** Which copy of runtime and bridge the client was told to launch. */
  runtime: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
});
export type Registration = z.infer<typeof Registration>;

export const Policy = z.object({ registrations: z.array(Registration), grants: z.array(Grant) });
export type Policy = z.infer<typeof Policy>;

export interface EffectivePolicy {
  effects: Effects;
  toolsets: Toolsets;
}

/** What a new registration starts at. */
export const defaultEffects: Effects = { read: 'allow', write: 'ask', destroy: 'ask' };
const noEffects: Effects = { read: 'deny', write: 'deny', destroy: 'deny' };

export const emptyPolicy: Policy = { registrations: [], grants: [] };

export const isGranted = (registration: Registration, provider: string, credentialId: string): boolean =>
  registration.providers.includes(provider) &&
  (registration.credentials === 'all' || registration.credentials.includes(credentialId));

/** Defaults, then the provider's grant, then the credential's; what is not granted at all is denied. */
export function effectivePolicy(
  policy: Policy,
  registrationId: string,
  provider: string,
  credentialId: string | null,
): EffectivePolicy {
  const registration = policy.registrations.find(({ id }) => id === registrationId);
  const reaches =
    registration &&
    (credentialId === null
      ? registration.providers.includes(provider)
      : isGranted(registration, provider, credentialId));
  if (!reaches) return { effects: noEffects, toolsets: [] };
  const layers = [null, ...(credentialId === null ? [] : [credentialId])].map((layer) =>
    policy.grants.find(
      (grant) => grant.registrationId === registrationId && grant.provider === provider && grant.credentialId === layer,
    ),
  );
  let effects = defaultEffects;
  let toolsets: Toolsets = 'all';
  for (const layer of layers) {
    effects = { ...effects, ...withoutUndefined(layer?.effects ?? {}) };
    toolsets = layer?.toolsets ?? toolsets;
  }
  return { effects, toolsets };
}

export const permitsToolset = (toolsets: Toolsets, toolset: string): boolean =>
  toolsets === 'all' || toolsets.includes(toolset);

const strictness: Record<Decision, number> = { allow: 0, ask: 1, deny: 2 };
const effectNames: readonly Effect[] = ['read', 'write', 'destroy'];

/** Whether `after` lets anything through that `before` did not: only then is a person's proof asked for. */
export function isLooser(before: EffectivePolicy, after: EffectivePolicy): boolean {
  if (effectNames.some((effect) => strictness[after.effects[effect]] < strictness[before.effects[effect]])) return true;
  if (before.toolsets === 'all') return false;
  if (after.toolsets === 'all') return true;
  const known = before.toolsets;
  return after.toolsets.some((toolset) => !known.includes(toolset));
}

const withoutUndefined = (effects: Partial<Record<Effect, Decision | undefined>>): Partial<Effects> =>
  Object.fromEntries(Object.entries(effects).filter(([, decision]) => decision !== undefined));

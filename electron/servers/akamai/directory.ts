import { z } from 'zod';
import type { AkamaiApi, CallContext } from './api/client.ts';
import { papiHeaders } from './papi.ts';

const Contract = z.object({ contractId: z.string(), contractTypeName: z.string().optional() });
export type Contract = z.infer<typeof Contract>;

const Group = z.object({
  groupId: z.string(),
  groupName: z.string(),
  parentGroupId: z.string().optional(),
  contractIds: z.array(z.string()).default([]),
});
export type Group = z.infer<typeof Group>;

export const Property = z.object({
  propertyId: z.string(),
  propertyName: z.string(),
  contractId: z.string(),
  groupId: z.string(),
  latestVersion: z.int(),
  stagingVersion: z.int().nullish(),
  productionVersion: z.int().nullish(),
});
export type Property = z.infer<typeof Property>;

/**
 * Contracts, groups and the properties of one group, read whole because PAPI pages none of them, and kept for a short
 * while so that the pages of one listing cost one request. Lives and dies with one credential.
 */
export interface Directory {
  contracts(context: CallContext): Promise<{ accountId: string; contracts: Contract[] }>;
  groups(context: CallContext): Promise<{ accountName: string; groups: Group[] }>;
  properties(place: { contractId: string; groupId: string }, context: CallContext): Promise<Property[]>;
}

const listLifeMs = 5 * 60_000;
const propertiesLifeMs = 60_000;

const Contracts = z.object({ accountId: z.string().default(''), contracts: z.object({ items: z.array(Contract) }) });
const Groups = z.object({ accountName: z.string().default(''), groups: z.object({ items: z.array(Group) }) });
const Properties = z.object({ properties: z.object({ items: z.array(Property) }) });

export function createDirectory(api: AkamaiApi): Directory {
  const kept = createKept();
  return {
    contracts: (context) =>
      kept('contracts', listLifeMs, async () => {
        const schema = Contracts;
        const { accountId, contracts } = await api.get(
          { path: '/papi/v1/contracts', headers: papiHeaders, schema },
          context,
        );
        return { accountId, contracts: contracts.items };
      }),
    groups: (context) =>
      kept('groups', listLifeMs, async () => {
        const schema = Groups;
        const { accountName, groups } = await api.get(
          { path: '/papi/v1/groups', headers: papiHeaders, schema },
          context,
        );
        return { accountName, groups: groups.items };
      }),
    properties: (place, context) =>
      kept(`properties ${place.contractId} ${place.groupId}`, propertiesLifeMs, async () => {
        const request = { path: '/papi/v1/properties', query: place, headers: papiHeaders, schema: Properties };
        return (await api.get(request, context)).properties.items;
      }),
  };
}

/** Keeps finished reads only: a read under way belongs to its call, whose cancelling must not fail another. */
function createKept(): <T>(key: string, lifeMs: number, read: () => Promise<T>) => Promise<T> {
  const entries = new Map<string, { value: unknown; untilMs: number }>();
  return async <T>(key: string, lifeMs: number, read: () => Promise<T>): Promise<T> => {
    const now = performance.now();
    for (const [name, entry] of entries) if (entry.untilMs <= now) entries.delete(name);
    const entry = entries.get(key);
    // Each key is written below by one reader only, so the type under it is that reader's.
    if (entry) return entry.value as T;
    const value = await read();
    entries.set(key, { value, untilMs: now + lifeMs });
    return value;
  };
}

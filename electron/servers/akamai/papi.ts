import { z } from 'zod';

/** Ids with their prefixes (`prp_1`, `ctr_…`), whatever the API client's own setting is. */
export const papiHeaders = { 'PAPI-Use-Prefixes': 'true' };

export const PropertyId = z
  .string()
  .regex(/^(?:prp_)?\d{1,12}$/, 'a property id looks like prp_175780')
  .describe('e.g. prp_175780');
export const ContractId = z.string().regex(/^(?:ctr_)?[A-Za-z0-9-]{1,40}$/, 'a contract id looks like ctr_C-0N7RAC7');
export const GroupId = z.string().regex(/^(?:grp_)?\d{1,12}$/, 'a group id looks like grp_15225');

/** Ids compare without their prefix: PAPI lists a group's contracts bare even when prefixes are asked for. */
export const bareId = (id: string): string => id.replace(/^(?:ctr|grp|prp)_/, '');

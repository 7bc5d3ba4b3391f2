import { z } from 'zod';
import { ToolError } from '../kit/tool-error.ts';
import { apiPath } from './api/api-path.ts';
import type { AkamaiApi, CallContext } from './api/client.ts';
import { Property } from './directory.ts';
import { papiHeaders } from './papi.ts';

const Details = Property.extend({ note: z.string().nullish(), assetId: z.string().nullish() });
export type PropertyDetails = z.infer<typeof Details>;

const Found = z.object({ properties: z.object({ items: z.array(Details) }) });

/** `GET /papi/v1/properties/{id}`: one property in a list of one. */
export async function readProperty(api: AkamaiApi, propertyId: string, context: CallContext): Promise<PropertyDetails> {
  const path = apiPath`/papi/v1/properties/${propertyId}`;
  const { properties } = await api.get({ path, headers: papiHeaders, schema: Found }, context);
  const [property] = properties.items;
  if (property) return property;
  throw new ToolError('not-found', `There is no property ${propertyId} here.`, 'Look with akamai_list_properties.');
}

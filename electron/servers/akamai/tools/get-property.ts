import { z } from 'zod';
import { apiPath } from '../api/api-path.ts';
import { defineTool } from '../../kit/define-tool.ts';
import { table } from '../../kit/table.ts';
import { readProperty } from '../property.ts';
import { PropertyId } from '../papi.ts';
import { papiHeaders } from '../papi.ts';
import { Property } from '../directory.ts';
import type { AkamaiServices } from '../services.ts';

const Hostname = z.object({
  cnameFrom: z.string().optional(),
  cnameTo: z.string().optional(),
  certProvisioningType: z.string().optional(),
});
const Hostnames = z.object({ hostnames: z.object({ items: z.array(Hostname) }) });
const maxHostnames = 100;

export const getProperty = defineTool({
  name: 'akamai_get_property',
  title: 'Get a property',
  description: 'One property: where it is, its versions on each network, and the hostnames of its latest version.',
  toolset: 'properties',
  effect: 'read',
  example: { propertyId: 'prp_175780' },
  input: z.object({ propertyId: PropertyId }),
  output: z.object({
    property: Property.extend({ note: z.string().nullish(), assetId: z.string().nullish() }),
    hostnames: z.array(Hostname),
    hostnameCount: z.int(),
  }),
  async run({ propertyId }, { api }: AkamaiServices, context) {
    const property = await readProperty(api, propertyId, context);
    const path = apiPath`/papi/v1/properties/${propertyId}/versions/${property.latestVersion}/hostnames`;
    const { hostnames } = await api.get({ path, headers: papiHeaders, schema: Hostnames }, context);
    return { property, hostnames: hostnames.items.slice(0, maxHostnames), hostnameCount: hostnames.items.length };
  },
  text: ({ property, hostnames, hostnameCount }) =>
    [
      `${property.propertyName} (${property.propertyId}), ${property.contractId}, ${property.groupId}`,
      `latest version ${property.latestVersion}, staging ${property.stagingVersion ?? 'none'}, production ${property.productionVersion ?? 'none'}`,
      ...(property.note ? [`note: ${property.note}`] : []),
      table('Hostnames', hostnames, ['cnameFrom', 'cnameTo', 'certProvisioningType'], { total: hostnameCount }),
    ].join('\n'),
});

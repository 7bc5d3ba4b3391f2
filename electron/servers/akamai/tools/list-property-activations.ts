import { z } from 'zod';
import { positionOf } from '../../kit/cursor.ts';
import { defineTool } from '../../kit/define-tool.ts';
import { pageInput, pageOutput, slicePage } from '../../kit/page.ts';
import { table } from '../../kit/table.ts';
import { apiPath } from '../api/api-path.ts';
import { PropertyId, papiHeaders } from '../papi.ts';
import type { AkamaiServices } from '../services.ts';

const Activation = z.object({
  activationId: z.string(),
  network: z.string(),
  propertyVersion: z.int(),
  activationType: z.string(),
  status: z.string(),
  submitDate: z.string().optional(),
  updateDate: z.string().optional(),
  note: z.string().nullish(),
  canFastFallback: z.boolean().optional(),
});

const Activations = z.object({
  activations: z.object({
    items: z.array(
      Activation.extend({ fallbackInfo: z.object({ canFastFallback: z.boolean().optional() }).nullish() }),
    ),
  }),
});

export const listPropertyActivations = defineTool({
  name: 'akamai_list_property_activations',
  title: 'List activations of a property',
  description: 'Activations of a property, newest first: version, network, status, and whether fast fallback is open.',
  toolset: 'properties',
  effect: 'read',
  example: { propertyId: 'prp_175780', network: 'production' },
  input: z.object({ propertyId: PropertyId, network: z.enum(['staging', 'production']).optional(), ...pageInput }),
  output: z.object({ activations: z.array(Activation), ...pageOutput }),
  async run({ propertyId, network, limit, cursor }, { api }: AkamaiServices, context) {
    const scope = ['activations', propertyId, network];
    const position = positionOf(cursor, scope, 0);
    const path = apiPath`/papi/v1/properties/${propertyId}/activations`;
    const { activations } = await api.get({ path, headers: papiHeaders, schema: Activations }, context);
    const found = activations.items
      .filter((item) => network === undefined || item.network.toLowerCase() === network)
      .map(({ fallbackInfo, ...item }) => ({ ...item, canFastFallback: fallbackInfo?.canFastFallback }));
    const { rows, ...page } = slicePage(found, { position, limit, scope });
    return { activations: rows, ...page };
  },
  text: ({ activations, ...page }) => table('Activations', activations, Activation.keyof().options, page),
});

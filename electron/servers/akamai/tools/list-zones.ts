import { z } from 'zod';
import { positionOf } from '../../kit/cursor.ts';
import { defineTool } from '../../kit/define-tool.ts';
import { maxPageRows } from '../../kit/limits.ts';
import { pageInput, pageOutput } from '../../kit/page.ts';
import { table } from '../../kit/table.ts';
import { DnsPage, dnsPage, dnsSlice } from '../dns.ts';
import type { AkamaiServices } from '../services.ts';

/** Without `tsigKey`: its secret is in every zone that transfers, and must not leave the worker. */
const Zone = z.object({
  zone: z.string(),
  type: z.string(),
  activationState: z.string().optional(),
  contractId: z.string().optional(),
  signAndServe: z.boolean().optional(),
  target: z.string().optional(),
  masters: z.array(z.string()).optional(),
  lastModifiedDate: z.string().optional(),
  comment: z.string().optional(),
});

const Zones = z.object({ metadata: DnsPage, zones: z.array(Zone) });

export const listZones = defineTool({
  name: 'akamai_list_zones',
  title: 'List DNS zones',
  description: 'Edge DNS zones; `search` matches part of a name.',
  toolset: 'dns',
  effect: 'read',
  example: { search: 'example' },
  input: z.object({
    search: z.string().max(255).optional(),
    types: z.array(z.enum(['PRIMARY', 'SECONDARY', 'ALIAS'])).optional(),
    ...pageInput,
  }),
  output: z.object({ zones: z.array(Zone), ...pageOutput }),
  async run({ search, types, limit: pageSize = maxPageRows, cursor }, { api }: AkamaiServices, context) {
    const scope = ['zones', search, types, pageSize];
    const offset = positionOf(cursor, scope, 0);
    const query = { page: dnsPage(offset, pageSize), pageSize, search, types: types?.join(','), sortBy: 'zone' };
    const { metadata, zones } = await api.get({ path: '/config-dns/v2/zones', query, schema: Zones }, context);
    const slice = { offset, pageSize, total: metadata.totalElements, scope };
    const { rows, ...page } = dnsSlice(zones, slice);
    return { zones: rows, ...page };
  },
  text: ({ zones, ...page }) => table('Zones', zones, Zone.keyof().options, page),
});

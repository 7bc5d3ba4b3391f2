import { z } from 'zod';
import { positionOf } from '../../kit/cursor.ts';
import { defineTool } from '../../kit/define-tool.ts';
import { pageInput, pageOutput, slicePage } from '../../kit/page.ts';
import { table } from '../../kit/table.ts';
import { papiHeaders } from '../papi.ts';
import type { AkamaiServices } from '../services.ts';

const Match = z.object({
  propertyId: z.string().optional(),
  propertyName: z.string().optional(),
  includeId: z.string().optional(),
  includeName: z.string().optional(),
  propertyVersion: z.int().optional(),
  includeVersion: z.int().optional(),
  hostname: z.string().optional(),
  edgeHostname: z.string().optional(),
  stagingStatus: z.string().optional(),
  productionStatus: z.string().optional(),
  updatedDate: z.string().optional(),
  contractId: z.string().optional(),
  groupId: z.string().optional(),
});

const Matches = z.object({ versions: z.object({ items: z.array(Match) }) });

export const searchProperties = defineTool({
  name: 'akamai_search_properties',
  title: 'Search properties',
  description: 'Finds property versions by one exact value, e.g. by=hostname value=www.example.com.',
  toolset: 'properties',
  effect: 'read',
  example: { by: 'hostname', value: 'www.example.com' },
  input: z.object({
    by: z.enum(['hostname', 'propertyName', 'edgeHostname', 'includeName']),
    value: z.string().min(1).max(256),
    ...pageInput,
  }),
  output: z.object({ matches: z.array(Match), ...pageOutput }),
  async run({ by, value, limit, cursor }, { api }: AkamaiServices, context) {
    const scope = ['search', by, value];
    const position = positionOf(cursor, scope, 0);
    const { versions } = await api.post(
      {
        path: '/papi/v1/search/find-by-value',
        headers: papiHeaders,
        body: { [by]: value },
        schema: Matches,
        isReadLike: true,
      },
      context,
    );
    const { rows, ...page } = slicePage(versions.items, { position, limit, scope });
    return { matches: rows, ...page };
  },
  text: ({ matches, ...page }) => table('Versions that match', matches, matchColumns, page),
});

const matchColumns = Match.keyof().options;

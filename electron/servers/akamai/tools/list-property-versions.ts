import { z } from 'zod';
import { cursorFor, positionOf } from '../../kit/cursor.ts';
import { defineTool } from '../../kit/define-tool.ts';
import { maxPageRows } from '../../kit/limits.ts';
import { pageInput, pageOutput, fitRows } from '../../kit/page.ts';
import { table } from '../../kit/table.ts';
import { apiPath } from '../api/api-path.ts';
import { PropertyId, papiHeaders } from '../papi.ts';
import type { AkamaiServices } from '../services.ts';

const Version = z.object({
  propertyVersion: z.int(),
  stagingStatus: z.string().optional(),
  productionStatus: z.string().optional(),
  updatedDate: z.string().optional(),
  updatedByUser: z.string().optional(),
  productId: z.string().optional(),
  note: z.string().nullish(),
});

const Versions = z.object({ propertyName: z.string().default(''), versions: z.object({ items: z.array(Version) }) });

export const listPropertyVersions = defineTool({
  name: 'akamai_list_property_versions',
  title: 'List versions of a property',
  description: 'Versions of a property, newest first, with their status on staging and production.',
  toolset: 'properties',
  effect: 'read',
  example: { propertyId: 'prp_175780' },
  input: z.object({ propertyId: PropertyId, ...pageInput }),
  output: z.object({ propertyName: z.string(), versions: z.array(Version), ...pageOutput }),
  async run({ propertyId, limit = maxPageRows, cursor }, { api }: AkamaiServices, context) {
    const scope = ['versions', propertyId];
    const offset = positionOf(cursor, scope, 0);
    const path = apiPath`/papi/v1/properties/${propertyId}/versions`;
    const { propertyName, versions } = await api.get(
      { path, query: { offset, limit }, headers: papiHeaders, schema: Versions },
      context,
    );
    const rows = versions.items.slice(0, fitRows(versions.items).fitting);
    // PAPI does not say how many there are: a full page may have a successor.
    const isFull = versions.items.length >= limit || rows.length < versions.items.length;
    return { propertyName, versions: rows, ...(isFull && { next: cursorFor(scope, offset + rows.length) }) };
  },
  text: ({ propertyName, versions, ...page }) =>
    table(`Versions of ${propertyName}`, versions, Version.keyof().options, page),
});

import { z } from 'zod';
import { positionOf } from '../../kit/cursor.ts';
import { defineTool } from '../../kit/define-tool.ts';
import { maxPageRows } from '../../kit/limits.ts';
import { pageInput, pageOutput } from '../../kit/page.ts';
import { table } from '../../kit/table.ts';
import { apiPath } from '../api/api-path.ts';
import { DnsPage, ZoneName, dnsPage, dnsSlice } from '../dns.ts';
import type { AkamaiServices } from '../services.ts';

const RecordSet = z.object({ name: z.string(), type: z.string(), ttl: z.int(), rdata: z.array(z.string()) });
const RecordSets = z.object({ metadata: DnsPage, recordsets: z.array(RecordSet) });

export const listRecordSets = defineTool({
  name: 'akamai_list_record_sets',
  title: 'List DNS records',
  description: 'Record sets of an Edge DNS zone; narrow by part of a name or by types, e.g. types=["A","CNAME"].',
  toolset: 'dns',
  effect: 'read',
  example: { zone: 'example.com', types: ['A', 'CNAME'] },
  input: z.object({
    zone: ZoneName,
    search: z.string().max(255).optional(),
    types: z
      .array(z.string().regex(/^[A-Za-z0-9]{1,12}$/))
      .max(20)
      .optional(),
    ...pageInput,
  }),
  output: z.object({ zone: z.string(), recordSets: z.array(RecordSet), ...pageOutput }),
  async run({ zone, search, types, limit: pageSize = maxPageRows, cursor }, { api }: AkamaiServices, context) {
    const scope = ['records', zone, search, types, pageSize];
    const offset = positionOf(cursor, scope, 0);
    const path = apiPath`/config-dns/v2/zones/${zone}/recordsets`;
    const query = { page: dnsPage(offset, pageSize), pageSize, search, types: types?.join(',').toUpperCase() };
    const { metadata, recordsets } = await api.get({ path, query, schema: RecordSets }, context);
    const slice = { offset, pageSize, total: metadata.totalElements, scope };
    const { rows, ...page } = dnsSlice(recordsets, slice);
    return { zone, recordSets: rows, ...page };
  },
  text: ({ zone, recordSets, ...page }) =>
    table(`Records of ${zone}`, recordSets, ['name', 'type', 'ttl', 'rdata'], page),
});

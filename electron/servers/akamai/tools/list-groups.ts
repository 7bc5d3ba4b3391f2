import { z } from 'zod';
import { positionOf } from '../../kit/cursor.ts';
import { defineTool } from '../../kit/define-tool.ts';
import { pageInput, pageOutput, slicePage } from '../../kit/page.ts';
import { table } from '../../kit/table.ts';
import type { AkamaiServices } from '../services.ts';

export const listGroups = defineTool({
  name: 'akamai_list_groups',
  title: 'List groups',
  description: 'Groups of the account with their contracts; `search` matches part of a name.',
  toolset: 'properties',
  effect: 'read',
  example: { search: 'retail' },
  input: z.object({ search: z.string().max(100).optional(), ...pageInput }),
  output: z.object({
    accountName: z.string(),
    groups: z.array(
      z.object({
        groupId: z.string(),
        groupName: z.string(),
        parentGroupId: z.string().optional(),
        contractIds: z.array(z.string()),
      }),
    ),
    ...pageOutput,
  }),
  async run({ search = '', limit, cursor }, { directory }: AkamaiServices, context) {
    const scope = ['groups', search];
    const position = positionOf(cursor, scope, 0);
    const { accountName, groups } = await directory.groups(context);
    const wanted = search.toLowerCase();
    const found = groups.filter(({ groupName }) => groupName.toLowerCase().includes(wanted));
    const { rows, ...page } = slicePage(found, { position, limit, scope });
    return { accountName, groups: rows, ...page };
  },
  text: ({ accountName, groups, ...page }) =>
    table(`Groups of ${accountName}`, groups, ['groupId', 'groupName', 'parentGroupId', 'contractIds'], page),
});

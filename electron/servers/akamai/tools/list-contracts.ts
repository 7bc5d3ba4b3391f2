import { z } from 'zod';
import { defineTool } from '../../kit/define-tool.ts';
import { table } from '../../kit/table.ts';
import type { AkamaiServices } from '../services.ts';

export const listContracts = defineTool({
  name: 'akamai_list_contracts',
  title: 'List contracts',
  description: 'Contracts of the account.',
  toolset: 'properties',
  effect: 'read',
  input: z.object({}),
  output: z.object({
    accountId: z.string(),
    contracts: z.array(z.object({ contractId: z.string(), contractTypeName: z.string().optional() })),
  }),
  run: (_input, { directory }: AkamaiServices, context) => directory.contracts(context),
  text: ({ accountId, contracts }) => table(`Contracts of ${accountId}`, contracts, ['contractId', 'contractTypeName']),
});

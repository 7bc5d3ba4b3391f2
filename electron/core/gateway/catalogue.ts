import { z } from 'zod';

/** One tool as the build wrote it from its definition; the host reads this and imports no tool code. */
export const CatalogueTool = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  toolset: z.string(),
  /** The highest effect that the tool can have; its plan may lower it for given arguments. */
  effect: z.enum(['read', 'write', 'destroy']),
  /** True for tools that only the host itself calls (`test`): never listed to a client. */
  internal: z.boolean(),
  inputSchema: z.looseObject({ type: z.literal('object') }),
  outputSchema: z.looseObject({ type: z.literal('object') }),
  annotations: z.object({
    readOnlyHint: z.boolean(),
    destructiveHint: z.boolean(),
    idempotentHint: z.boolean(),
    openWorldHint: z.boolean(),
  }),
});
export type CatalogueTool = z.infer<typeof CatalogueTool>;

/** Tools by provider id, in the order in which they are listed. */
export const Catalogue = z.record(z.string(), z.array(CatalogueTool));
export type Catalogue = z.infer<typeof Catalogue>;

import { z } from 'zod';

/** One tool as the build wrote it from its definition; the host reads this and imports no tool code. */
export const CatalogueTool = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  toolset: z.string(),
  /** The least role that a credential must have; null where every one will do. */
  role: z.string().nullable(),
  /** The highest effect that the tool can have; its plan may lower it for given arguments. */
  effect: z.enum(['read', 'write', 'destroy']),
  /** True for tools that only the host itself calls (`test`): never listed to a client. */
  internal: z.boolean(),
  /** Arguments as a person would give them, for docs/tools.md. */
  example: z.record(z.string(), z.unknown()),
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

/** Something to read by address. It is answered by calling `tool` with the variables of the address as arguments. */
export const OfferedResource = z.object({
  /** e.g. `aerospike://{profile}/namespaces/{namespace}/sets`; the selector is always among its variables. */
  uriTemplate: z.string(),
  name: z.string(),
  title: z.string(),
  description: z.string(),
  tool: z.string(),
});
export type OfferedResource = z.infer<typeof OfferedResource>;

/** A question worth asking, ready to be filled in. */
export const OfferedPrompt = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  arguments: z.array(z.object({ name: z.string(), description: z.string(), required: z.boolean() })),
  /** With `{argument}` where an argument goes. */
  text: z.string(),
});
export type OfferedPrompt = z.infer<typeof OfferedPrompt>;

/** How arguments are completed: `tool` is asked for the values of one `kind`, knowing the arguments of `context`. */
export const OfferedCompletions = z.object({
  tool: z.string(),
  context: z.array(z.string()),
  kinds: z.array(z.object({ argument: z.string(), kind: z.string() })),
});

/** What one provider's server offers, in the order in which it is listed. */
export const ServerCatalogue = z.object({
  /** What a model should know before it calls any of the tools; it is told once in a session. */
  instructions: z.string(),
  tools: z.array(CatalogueTool),
  resources: z.array(OfferedResource),
  prompts: z.array(OfferedPrompt),
  completions: OfferedCompletions.nullable(),
});
export type ServerCatalogue = z.infer<typeof ServerCatalogue>;

/** By provider id. */
export const Catalogue = z.record(z.string(), ServerCatalogue);
export type Catalogue = z.infer<typeof Catalogue>;

export const nothingOffered: ServerCatalogue = {
  instructions: '',
  tools: [],
  resources: [],
  prompts: [],
  completions: null,
};

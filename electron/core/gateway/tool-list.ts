import type { CatalogueTool } from './catalogue.ts';

/** The argument by which a model says whose credential a call is for, and the tool that lists the names. */
export interface Selector {
  argument: string;
  listTool: string;
}

export interface ListedTool {
  name: string;
  title: string;
  description: string;
  inputSchema: { type: 'object'; [key: string]: unknown };
  outputSchema: { type: 'object'; [key: string]: unknown };
  annotations: CatalogueTool['annotations'];
}

/** More names than this would cost tokens in every tool; then the list tool and the instructions hold them. */
const mostNamesInSchema = 5;

/** The tools as one client sees them: the selector first in every schema, required unless there is exactly one name. */
export function listTools(tools: readonly CatalogueTool[], selector: Selector, names: readonly string[]): ListedTool[] {
  return [
    listToolOf(selector),
    ...tools.map((tool) => ({
      name: tool.name,
      title: tool.title,
      description: tool.description,
      inputSchema: withSelector(tool.inputSchema, selector, names),
      outputSchema: tool.outputSchema,
      annotations: tool.annotations,
    })),
  ];
}

function withSelector(
  schema: CatalogueTool['inputSchema'],
  selector: Selector,
  names: readonly string[],
): ListedTool['inputSchema'] {
  const required: unknown[] = Array.isArray(schema.required) ? schema.required : [];
  const property =
    names.length > 0 && names.length <= mostNamesInSchema
      ? { type: 'string', enum: [...names] }
      : { type: 'string', description: `From ${selector.listTool}` };
  return {
    ...schema,
    type: 'object',
    properties: { [selector.argument]: property, ...(schema.properties ?? {}) },
    required: names.length === 1 ? required : [selector.argument, ...required],
  };
}

const listToolOf = ({ argument, listTool }: Selector): ListedTool => ({
  name: listTool,
  title: `List ${argument}s`,
  description: `Names to pass as \`${argument}\`, with what each may do.`,
  inputSchema: { type: 'object', properties: { search: { type: 'string', description: 'Part of a name or tag' } } },
  outputSchema: {
    type: 'object',
    properties: {
      total: { type: 'integer' },
      [`${argument}s`]: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            name: { type: 'string' },
            tags: { type: 'array', items: { type: 'string' } },
            emulator: { type: 'boolean' },
            read: { type: 'string' },
            write: { type: 'string' },
            destroy: { type: 'string' },
          },
          required: ['name', 'tags', 'emulator', 'read', 'write', 'destroy'],
        },
      },
    },
    required: [`${argument}s`, 'total'],
  },
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
});

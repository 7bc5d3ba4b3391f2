import { z } from 'zod';
import type { Effect, JsonObject, JsonValue } from '../../core/workers/protocol.ts';
import type { Tool, ToolServices } from './define-tool.ts';

/** MCP's hints as they follow from the highest effect; openWorld because every tool asks a system outside. */
export const annotationsOf = (effect: Effect, isIdempotent: boolean): Record<string, boolean> => ({
  readOnlyHint: effect === 'read',
  destructiveHint: effect === 'destroy',
  idempotentHint: isIdempotent,
  openWorldHint: true,
});

/** One tool as core/gateway/catalogue.ts reads it. */
export function catalogueEntry<Services extends ToolServices>(tool: Tool<Services>): JsonObject {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    toolset: tool.toolset,
    role: tool.role,
    effect: tool.effect,
    internal: tool.isInternal,
    example: tool.example,
    inputSchema: schemaOf(tool.input, 'input'),
    outputSchema: schemaOf(tool.output, 'output'),
    annotations: annotationsOf(tool.effect, tool.isIdempotent),
  };
}

const schemaOf = (schema: z.ZodObject, io: 'input' | 'output'): JsonObject =>
  // zod's JSON Schema type admits members that JSON has not; the round trip leaves what JSON has.
  quiet(JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: 'any' }))) as JsonObject);

/** What a model cannot use costs tokens in every conversation; the parser holds these limits all the same. */
const noise = new Set(['$schema', 'additionalProperties', 'pattern', 'minLength', 'maxLength', 'format']);

function quiet(schema: JsonObject): JsonObject {
  const kept = Object.entries(schema).filter(([key, value]) => !noise.has(key) && !isIntegerBound(key, value));
  return Object.fromEntries(
    kept.map(([key, value]) => [key, key === 'properties' ? eachMember(value) : inside(value)]),
  );
}

/** Below `properties` the keys are the tool's own words, never noise. */
const eachMember = (members: JsonValue): JsonValue =>
  isObject(members)
    ? Object.fromEntries(Object.entries(members).map(([name, member]) => [name, inside(member)]))
    : members;

function inside(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(inside);
  return isObject(value) ? quiet(value) : value;
}

const isObject = (value: JsonValue): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isIntegerBound = (key: string, value: JsonValue): boolean =>
  (key === 'minimum' || key === 'maximum') && typeof value === 'number' && Math.abs(value) >= Number.MAX_SAFE_INTEGER;

import type { z } from 'zod';
import type { JsonObject } from '../../core/workers/protocol.ts';
import { maxTextBytes } from './limits.ts';
import { safeLine, safeValue } from './text-safety.ts';
import { ToolError } from './tool-error.ts';

/** The arguments as the schema reads them. Throws `invalid-input` with one sentence that names the first bad argument. */
export function parseInput<Input extends z.ZodObject>(schema: Input, args: JsonObject): z.output<Input> {
  const known = Object.keys(schema.shape);
  // A misspelt argument must not be dropped in silence: `netwrok: "staging"` would then mean the default network.
  const unknown = Object.keys(args).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw invalid(
      `There is no argument "${safeLine(unknown, 60)}".`,
      known.length === 0 ? 'This tool takes no arguments.' : `The arguments are: ${known.join(', ')}.`,
    );
  }
  const parsed = schema.safeParse(args);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = safeLine((issue?.path ?? []).map(String).join('.'), 80);
  const reason = safeLine((issue?.message ?? 'not valid').replace(/^Invalid (input|option|string): /, ''), 200);
  throw invalid(`The argument "${path}" does not fit: ${reason}.`, 'Correct the argument and call the tool again.');
}

/**
 * The answer with unknown members dropped and invisible characters made visible.
 * Throws `too-large` above twice the size of a text: structured answers repeat the members' names.
 */
export function parseOutput<Output extends z.ZodObject>(
  schema: Output,
  answer: z.input<Output>,
): { structured: JsonObject; value: z.output<Output> } {
  const value = safeValue(schema.parse(answer));
  const json = JSON.stringify(value);
  checkSize(json, 2 * maxTextBytes);
  return { value, structured: JSON.parse(json) as JsonObject };
}

/** The last line of defence: tools page or outline before it comes to this. Throws `too-large`. */
export function checkSize(text: string, maxBytes: number): string {
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes) return text;
  throw new ToolError(
    'too-large',
    `The answer has ${Math.ceil(bytes / 1024)} kB, more than a client takes.`,
    'Ask for less: a smaller limit, a filter, or one part of it.',
  );
}

const invalid = (message: string, hint: string): ToolError => new ToolError('invalid-input', message, hint);

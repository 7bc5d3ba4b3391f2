import { maxTextBytes } from './limits.ts';
import { safeLine, sizeOnLeaving } from './text-safety.ts';
import { ToolError } from './tool-error.ts';

/** One member of a value too large to show: where it is, what it is, and its size as JSON. */
export interface OutlineRow {
  pointer: string;
  kind: string;
  bytes: number;
}

/** What a JSON pointer (RFC 6901, e.g. `/rules/children/0`) names in a parsed JSON value. Throws `not-found`. */
export function partAt(value: unknown, pointer: string): unknown {
  let part = value;
  for (const escaped of pointer.split('/').slice(1)) {
    const name = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof part !== 'object' || part === null || !Object.hasOwn(part, name)) throw missing(part, name);
    part = (part as Record<string, unknown>)[name];
  }
  return part;
}

export const fitsAnswer = (value: unknown): boolean => sizeOnLeaving(value) <= maxTextBytes * 0.9;

/** The members of an object or array, one level deep. */
export function outlineOf(value: unknown, pointer: string): OutlineRow[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([name, member]: [string, unknown]) => ({
    pointer: `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    kind: kindOf(member),
    bytes: Buffer.byteLength(JSON.stringify(member)),
  }));
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return `array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return `object of ${Object.keys(value).length}`;
  return value === null ? 'null' : typeof value;
}

const missing = (part: unknown, name: string): ToolError =>
  new ToolError(
    'not-found',
    `There is no "${safeLine(name, 60)}" at that place.`,
    typeof part === 'object' && part !== null
      ? `There is: ${safeLine(Object.keys(part).slice(0, 20).join(', '), 400)}.`
      : 'The value there has no members.',
  );

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ToolError } from './tool-error.ts';

const Cursor = z.tuple([z.string().length(8), z.int().min(0).max(1_000_000_000)]);

/**
 * Where the next page starts, as an opaque string that a model hands back. `position` is a row or a page, as the tool
 * likes. `scope` is what the listing was asked for; a cursor of another listing is refused instead of answering with
 * rows from the wrong place.
 */
export const cursorFor = (scope: unknown, position: number): string =>
  Buffer.from(JSON.stringify([scopeKey(scope), position])).toString('base64url');

/** The same for a position that is no number: whatever JSON `place` is; `placeIn` reads it back. */
export const cursorAt = (scope: unknown, place: unknown): string =>
  Buffer.from(JSON.stringify([scopeKey(scope), place])).toString('base64url');

/** The place in `cursor`, or null when there is none. Throws `invalid-input` for a foreign or damaged cursor. */
export function placeIn<Place>(cursor: string | undefined, scope: unknown, schema: z.ZodType<Place>): Place | null {
  if (cursor === undefined) return null;
  const parsed = z.tuple([z.string(), schema]).safeParse(decode(cursor));
  if (!parsed.success || parsed.data[0] !== scopeKey(scope)) throw foreign();
  return parsed.data[1];
}

/** The position in `cursor`, or `first` when there is none. Throws `invalid-input` for a foreign or damaged cursor. */
export function positionOf(cursor: string | undefined, scope: unknown, first: number): number {
  if (cursor === undefined) return first;
  const parsed = Cursor.safeParse(decode(cursor));
  if (!parsed.success || parsed.data[0] !== scopeKey(scope)) throw foreign();
  return parsed.data[1];
}

const foreign = (): ToolError =>
  new ToolError(
    'invalid-input',
    'The cursor does not belong to this listing.',
    'Repeat the call with the same arguments as before and the cursor exactly as given, or without a cursor.',
  );

const scopeKey = (scope: unknown): string =>
  createHash('sha256').update(JSON.stringify(scope)).digest('base64url').slice(0, 8);

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ToolError } from './tool-error.ts';

const Position = z.int().min(0).max(1_000_000_000);

/**
 * Where the next page starts, as an opaque string that a model hands back. `place` is a row, a page or other JSON, as
 * the tool likes. `scope` is what the listing was asked for; a cursor of another listing is refused instead of answering
 * with rows from the wrong place.
 */
export const cursorFor = (scope: unknown, place: unknown): string => cursorOf(scopeKey(scope), place);

/** The place in `cursor`, or null when there is none. Throws `invalid-input` for a foreign or damaged cursor. */
export function placeIn<Place>(cursor: string | undefined, scope: unknown, schema: z.ZodType<Place>): Place | null {
  if (cursor === undefined) return null;
  const { key, place } = readCursor(cursor, schema);
  if (key !== scopeKey(scope)) throw foreign();
  return place;
}

/** For a listing that is known by the key of its scope: the cursor, as `readCursor` takes it apart. */
export const cursorOf = (key: string, place: unknown): string =>
  Buffer.from(JSON.stringify([key, place])).toString('base64url');

/** What is in a cursor of any listing. Throws `invalid-input` for a damaged one. */
export function readCursor<Place>(cursor: string, schema: z.ZodType<Place>): { key: string; place: Place } {
  const parsed = z.tuple([z.string(), schema]).safeParse(decode(cursor));
  if (!parsed.success) throw foreign();
  return { key: parsed.data[0], place: parsed.data[1] };
}

/** The position in `cursor`, or `first` when there is none. Throws `invalid-input` for a foreign or damaged cursor. */
export function positionOf(cursor: string | undefined, scope: unknown, first: number): number {
  return placeIn(cursor, scope, Position) ?? first;
}

export const foreign = (): ToolError =>
  new ToolError(
    'invalid-input',
    'The cursor does not belong to this listing.',
    'Repeat the call with the same arguments as before and the cursor exactly as given, or without a cursor.',
  );

export const scopeKey = (scope: unknown): string =>
  createHash('sha256').update(JSON.stringify(scope)).digest('base64url').slice(0, 8);

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}

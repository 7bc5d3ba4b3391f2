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

/** The position in `cursor`, or `first` when there is none. Throws `invalid-input` for a foreign or damaged cursor. */
export function positionOf(cursor: string | undefined, scope: unknown, first: number): number {
  if (cursor === undefined) return first;
  const parsed = Cursor.safeParse(decode(cursor));
  if (!parsed.success || parsed.data[0] !== scopeKey(scope)) {
    throw new ToolError(
      'invalid-input',
      'The cursor does not belong to this listing.',
      'Repeat the call with the same arguments as before and the cursor exactly as given, or without a cursor.',
    );
  }
  return parsed.data[1];
}

const scopeKey = (scope: unknown): string =>
  createHash('sha256').update(JSON.stringify(scope)).digest('base64url').slice(0, 8);

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}

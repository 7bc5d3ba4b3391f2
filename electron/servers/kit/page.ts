import { z } from 'zod';
import { cursorFor } from './cursor.ts';
import { maxPageRows, maxTextBytes } from './limits.ts';
import { sizeOnLeaving } from './text-safety.ts';

/** Arguments of every tool that lists. */
export const pageInput = {
  limit: z.int().min(1).max(200).optional(),
  cursor: z.string().max(200).optional(),
};

/** What every listing says about itself, beside its rows. */
export const pageOutput = {
  /** Rows in all, where Akamai tells. */
  total: z.int().optional(),
  /** Give it back as `cursor` for the next page. */
  next: z.string().optional(),
  /** A sentence when something was left out. */
  note: z.string().optional(),
};

export interface Page<Row> {
  rows: Row[];
  total: number;
  next?: string;
}

/** The rows from `position` on: at most `limit`, and no more than fit into a client's answer. */
export function slicePage<Row>(
  rows: readonly Row[],
  page: { position: number; limit: number | undefined; scope: unknown },
): Page<Row> {
  const wanted = rows.slice(page.position, page.position + (page.limit ?? maxPageRows));
  const taken = wanted.slice(0, fitRows(wanted).fitting);
  const end = page.position + taken.length;
  return {
    rows: taken,
    total: rows.length,
    ...(end < rows.length ? { next: cursorFor(page.scope, end) } : {}),
  };
}

/**
 * How many of `rows`, from the first, fit into one answer (at least one), and how many like them would fill it: without
 * any row, infinitely many.
 */
export function fitRows(rows: readonly unknown[]): { fitting: number; fillWith: number } {
  let bytes = 0;
  let fitting = 0;
  for (const row of rows) {
    const size = sizeOnLeaving(row) + 1;
    if (fitting > 0 && bytes + size > maxTextBytes) break;
    bytes += size;
    fitting += 1;
  }
  return { fitting, fillWith: bytes === 0 ? Infinity : Math.ceil((fitting * maxTextBytes) / bytes) };
}

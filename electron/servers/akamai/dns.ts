import { z } from 'zod';
import { cursorFor } from '../kit/cursor.ts';
import { fitRows, type Page } from '../kit/page.ts';

/** The part of Edge DNS's `metadata` that paging needs. */
export const DnsPage = z.object({ totalElements: z.int().default(0) });

export const ZoneName = z
  .string()
  .max(255)
  .regex(/^[A-Za-z0-9_.-]+$/, 'a zone is a domain name')
  .describe('e.g. example.com');

/** Edge DNS counts pages from 1; our cursors count rows, so that a page that is too large can be cut anywhere. */
export const dnsPage = (offset: number, pageSize: number): number => Math.floor(offset / pageSize) + 1;

/** The rows of one page from `offset` on, as many as fit. */
export function dnsSlice<Row>(
  rows: readonly Row[],
  { offset, pageSize, total, scope }: { offset: number; pageSize: number; total: number; scope: unknown },
): Page<Row> {
  const unseen = rows.slice(offset % pageSize);
  const taken = unseen.slice(0, fitRows(unseen).fitting);
  const end = offset + taken.length;
  return { rows: taken, total, ...(taken.length > 0 && end < total && { next: cursorFor(scope, end) }) };
}

import { z } from 'zod';
import { cursorFor, placeIn } from '../../kit/cursor.ts';
import type { ToolContext } from '../../kit/define-tool.ts';
import { maxPageRows } from '../../kit/limits.ts';
import { fitRows } from '../../kit/page.ts';
import { readPage, type PageQuery } from '../connection/pages.ts';
import { partitionCount, slotCount, type Place } from '../connection/slots.ts';
import type { AerospikeServices } from '../services.ts';
import { fitBins } from '../values/fit.ts';
import { Json, JsonBins } from '../values/names.ts';
import { keyedText } from '../values/record-text.ts';
import type { TypedJson } from '../values/typed-json.ts';

/** How long one page may take, all its requests together. */
const pageMs = 20_000;
const maxRows = 1_000;

export const recordPageInput = {
  limit: z
    .int()
    .refine((limit) => limit >= 1 && limit <= maxRows, `must be from 1 to ${maxRows}`)
    .optional(),
  cursor: z.string().max(200).optional(),
};

export const Listed = z.object({
  key: Json,
  /** Where it is not the one that was asked for: a whole namespace has many sets. */
  set: z.string().optional(),
  bins: JsonBins,
  generation: z.int(),
  ttlSeconds: z.int().nullable(),
});

export const recordPageOutput = {
  records: z.array(Listed),
  /** More are to come: call again with `next` as cursor. */
  truncated: z.boolean(),
  next: z.string().optional(),
  /** The time or the profile's rate ran out before the page was full. */
  partial: z.boolean().optional(),
  note: z.string().optional(),
};
type PageOutput = z.ZodObject<typeof recordPageOutput>;

/** Partition, slot, and how many rows should fill a page, as the page before has shown. */
const PlaceSchema = z.object({
  p: z.int().min(0).max(partitionCount),
  s: z
    .int()
    .min(0)
    .max(slotCount - 1),
  n: z.int().min(1).max(maxRows),
});

const outOfTime = 'The time, or what the profile may ask in this time, ran out before the page was full';

/** One page of records as the tools answer it. The cursor says where to go on, so it outlives worker and connection. */
export async function listRecords(
  query: PageQuery,
  asked: { scope: unknown; cursor: string | undefined; limit: number | undefined },
  { connection, profile }: AerospikeServices,
  context: ToolContext,
): Promise<z.input<PageOutput>> {
  const mark = placeIn(asked.cursor, asked.scope, PlaceSchema);
  const start: Place | null = mark && { partition: mark.p, slot: mark.s };
  const limit = asked.limit ?? maxPageRows;
  const page = await readPage(
    connection,
    query,
    // What would not fit is not read either.
    { start, limit: Math.min(limit, mark?.n ?? limit), untilMs: performance.now() + pageMs },
    { signal: context.signal, timeoutMs: profile.timeoutMs },
  );
  const rows = page.records.map(({ key, bins, generation, ttlSeconds }) => ({
    key: key.key,
    ...(query.what.set === null && key.set !== null ? { set: key.set } : {}),
    bins: fitBins(bins),
    generation,
    ttlSeconds,
  }));
  const { fitting, fillWith } = fitRows(rows);
  const atOnce = Math.min(maxRows, Math.max(maxPageRows, fillWith));
  const rest = page.records[fitting];
  const next = rest ? { partition: rest.partition, slot: rest.slot } : page.next;
  return {
    records: rows.slice(0, fitting),
    truncated: next !== null,
    ...(next === null ? {} : { next: cursorFor(asked.scope, { p: next.partition, s: next.slot, n: atOnce }) }),
    ...(page.isPartial ? { partial: true, note: `${outOfTime}; the cursor goes on where it ended.` } : {}),
  };
}

export function listedText(head: string, { records, next, note }: z.output<PageOutput>): string {
  const lines = records.map(({ key, set, bins }) => {
    const shown: TypedJson = key;
    return `${set === undefined ? '' : `${set} `}${keyedText({ key: shown, bins })}`;
  });
  return [
    `${head}: ${records.length === 0 ? 'none' : records.length}`,
    ...lines,
    ...(note === undefined ? [] : [note]),
    ...(next === undefined ? [] : [`More: call again with cursor "${next}".`]),
  ].join('\n');
}

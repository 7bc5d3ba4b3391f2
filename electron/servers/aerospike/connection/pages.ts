import { ToolError } from '../../kit/tool-error.ts';
import type { CallLimits, Connection, PlacedRecord, RecordQuery } from './connection.ts';
import { statusError, timedOut } from './driver-error.ts';
import { comparePlaces, partitionCount, slotCount, type Place } from './slots.ts';

export interface Page {
  /** In the order of their places; a few more than asked for where several share the last one. */
  records: PlacedRecord[];
  /** Where the next page begins; null at the end. Everything before it is complete. */
  next: Place | null;
  /** The time or the profile's rate ran out before the page was full. */
  isPartial: boolean;
}

/** What is read: all but the partitions, and which of those, as stretches in rising order. */
export interface PageQuery {
  what: Omit<RecordQuery, 'partitions' | 'maxRecords'>;
  stretches: readonly { begin: number; end: number }[];
  /** How many records are expected in one partition; null when nobody knows. */
  density: number | null;
}

export const everyPartition = [{ begin: 0, end: partitionCount }] as const;

/**
 * A page of records from `start` on: as few requests as the density allows. Too many answers to a request and it is made
 * anew for fewer partitions, and in one partition that alone has too many for fewer slots; so memory is bounded by the
 * page's size, whatever the set's is. What is too slow is asked for once more, much smaller; throws `timed-out` when both
 * took a call's time together and nothing of the page was answered.
 */
export async function readPage(
  connection: Pick<Connection, 'query'>,
  query: PageQuery,
  page: { start: Place | null; limit: number; untilMs: number; now?: () => number },
  context: CallLimits,
): Promise<Page> {
  const { now = () => performance.now() } = page;
  const records: PlacedRecord[] = [];
  // One request may bring this many at most, and what of it is too much for the page is read again by the next one.
  const atOnce = Math.max(100, page.limit * 2);
  let { untilMs } = page;
  const callMs = Math.min(context.timeoutMs ?? Infinity, untilMs - now());
  let position: Place | null = page.start ?? { partition: query.stretches[0]?.begin ?? 0, slot: 0 };
  let density = query.density;
  let step = firstStep(density, page.limit);
  /** Partitions that were too many for the time are not asked for again on this page. */
  let most = partitionCount;
  let slots = slotCount;
  let isAnswered = false;
  let isSecondTry = false;
  const outOfTime = (position: Place, error = statusError(timedOut)): Page => {
    // A cursor to where the page began would be followed for ever.
    if (!isAnswered) throw error;
    return { ...cut(records, page.limit, position), isPartial: true };
  };

  while ((position = within(position, query.stretches)) !== null && records.length < page.limit) {
    const remainingMs = untilMs - now();
    if (remainingMs <= 0) return outOfTime(position);
    const stretch = query.stretches.find(({ end }) => (position?.partition ?? 0) < end);
    const isSliced: boolean = position.slot > 0 || slots < slotCount;
    const count: number = isSliced ? 1 : Math.min(step, (stretch?.end ?? partitionCount) - position.partition);
    const slotEnd: number = Math.min(slotCount, position.slot + slots);
    const partitions = {
      begin: position.partition,
      count,
      ...(isSliced ? { slots: { begin: position.slot, end: slotEnd } } : {}),
    };
    const shareMs: number = callMs * (isSecondTry ? secondTry : count > 1 ? 1 - secondTry : 1);
    const timeoutMs = Math.max(1, Math.min(shareMs, remainingMs));
    const answer = await connection
      .query({ ...query.what, partitions, maxRecords: atOnce }, { ...context, timeoutMs })
      .catch(tooSlow);
    // A partition is on one node: when that brings records until the time ends, there are too many, else it is silent.
    const isFlood = count === 1 && slots > 1 && !(answer instanceof ToolError) && answer.records.length > 0;
    if (answer instanceof ToolError && answer.code === 'rate-limited') return outOfTime(position, answer);
    if (answer instanceof ToolError || (answer.isPartial && !isFlood)) {
      if (isSecondTry || count === 1) return outOfTime(position, answer instanceof ToolError ? answer : undefined);
      isSecondTry = true;
      // A page that is slow ends soon, with what it has.
      untilMs = Math.min(untilMs, now() + callMs);
      step = most = Math.max(1, Math.floor(count / 256));
      continue;
    }
    isSecondTry = false;
    if (answer.isCut || answer.isPartial) {
      if (count > 1) step = Math.max(1, Math.floor(count / 8));
      else if (slots > 1) slots = Math.max(1, Math.floor(slots / 16));
      else throw new ToolError('upstream', 'One slot has more records than can be read.', 'Report this.');
      continue;
    }
    isAnswered = true;
    records.push(...answer.records);
    if (isSliced) {
      position = slotEnd >= slotCount ? { partition: position.partition + 1, slot: 0 } : { ...position, slot: slotEnd };
      if (slotEnd >= slotCount) slots = slotCount;
    } else {
      position = { partition: position.partition + count, slot: 0 };
      density = answer.records.length / count;
      step = Math.min(most, nextStep(density, page.limit - records.length, count));
    }
  }
  return { ...cut(records, page.limit, position), isPartial: false };
}

/** The part of a call's time that is kept for asking again. */
const secondTry = 1 / 4;

/** What takes too long is tried in a smaller piece, what is too much for now ends the page; all else fails it. */
function tooSlow(error: unknown): ToolError {
  if (error instanceof ToolError && (error.code === 'timed-out' || error.code === 'rate-limited')) return error;
  throw error;
}

const firstStep = (density: number | null, limit: number): number =>
  density === null ? partitionCount : nextStep(density, limit, partitionCount / 4);

/** As many partitions as should hold what is still wanted, with a little to spare; few found makes for bolder steps. */
function nextStep(density: number, wanted: number, last: number): number {
  if (density <= 0) return Math.min(partitionCount, last * 4);
  return Math.max(1, Math.min(partitionCount, Math.ceil((Math.max(1, wanted) * 1.2) / density)));
}

/** The position itself, or the start of the next stretch; null behind the last. */
function within(position: Place | null, stretches: PageQuery['stretches']): Place | null {
  if (position === null) return null;
  const stretch = stretches.find(({ end }) => position.partition < end);
  if (!stretch) return null;
  return position.partition >= stretch.begin ? position : { partition: stretch.begin, slot: 0 };
}

/** The first `limit` by place. Records of one place stay together, since a cursor cannot point between them. */
export function cut(
  records: readonly PlacedRecord[],
  limit: number,
  end: Place | null,
): Pick<Page, 'records' | 'next'> {
  const sorted = [...records].sort(comparePlaces);
  const last = sorted[limit - 1];
  if (!last) return { records: sorted, next: end };
  const from = sorted.findIndex((record, index) => index >= limit && comparePlaces(record, last) > 0);
  if (from === -1) return { records: sorted, next: end };
  const first = sorted[from];
  return { records: sorted.slice(0, from), next: first ? { partition: first.partition, slot: first.slot } : end };
}

/** That share of the partitions, spread evenly: keys are spread over partitions by a hash, so any of them are a sample. */
export function sampleStretches(percent: number): { begin: number; end: number }[] {
  if (percent >= 100) return [...everyPartition];
  const wanted = Math.max(1, Math.round((partitionCount * percent) / 100));
  const blocks = Math.min(wanted, 32);
  return Array.from({ length: blocks }, (_, index) => {
    const begin = Math.floor((index * partitionCount) / blocks);
    const size = Math.floor(((index + 1) * wanted) / blocks) - Math.floor((index * wanted) / blocks);
    return { begin, end: begin + size };
  });
}

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  Connection,
  PlacedRecord,
  RecordQuery,
} from '../../../electron/servers/aerospike/connection/connection.ts';
import {
  everyPartition,
  readPage,
  sampleStretches,
  type Page,
} from '../../../electron/servers/aerospike/connection/pages.ts';
import {
  comparePlaces,
  partitionCount,
  placeOf,
  type Place,
} from '../../../electron/servers/aerospike/connection/slots.ts';
import { ToolError } from '../../../electron/servers/kit/tool-error.ts';

const context = { signal: new AbortController().signal };
const digestOf = (key: string): Buffer => createHash('ripemd160').update(key).digest();

/** A cluster of records, by the places of their digests or in one partition only, that answers as the port says. */
function cluster(count: number, options: { inPartition?: number; slowAbove?: number } = {}) {
  const records = Array.from({ length: count }, (_, index): PlacedRecord => {
    const key = `k${index}`;
    const place = placeOf(digestOf(key));
    const partition = options.inPartition ?? place.partition;
    return {
      key: { namespace: 'test', set: 's', key },
      bins: {},
      generation: 1,
      ttlSeconds: null,
      ...place,
      partition,
    };
  });
  const asked: RecordQuery[] = [];
  let most = 0;
  const query = async (wanted: RecordQuery) => {
    asked.push(wanted);
    const { begin, count: partitions, slots } = wanted.partitions;
    if (partitions > (options.slowAbove ?? partitionCount)) throw new ToolError('timed-out', 'slow', '');
    const found = records.filter(
      ({ partition, slot }) =>
        partition >= begin &&
        partition < begin + partitions &&
        (slots === undefined || (slot >= slots.begin && slot < slots.end)),
    );
    const answered = found.slice(0, wanted.maxRecords);
    most = Math.max(most, answered.length);
    return { records: answered, isCut: found.length > wanted.maxRecords, isPartial: false };
  };
  return { connection: { query }, records, asked, most: () => most };
}

const what = { namespace: 'test', set: 's', bins: null, filter: null };

async function readAll(
  { connection }: ReturnType<typeof cluster>,
  limit: number,
  density: number | null,
  stretches: readonly { begin: number; end: number }[] = everyPartition,
): Promise<{ keys: unknown[]; pages: number }> {
  const keys: unknown[] = [];
  let start: Place | null = null;
  let pages = 0;
  do {
    const query = { what, stretches, density };
    const page = await readPage(connection, query, { start, limit, untilMs: performance.now() + 20_000 }, context);
    keys.push(...page.records.map(({ key }) => key.key));
    expect(page.records).toEqual([...page.records].sort(comparePlaces));
    start = page.next;
    pages += 1;
  } while (start !== null);
  return { keys, pages };
}

/** What each request was given and took, by a clock that only requests move. Null: no answer ever. */
function timed(all: ReturnType<typeof cluster>, takesMs: (wanted: RecordQuery) => number | null) {
  let nowMs = 0;
  const query: Pick<Connection, 'query'>['query'] = async (wanted, { timeoutMs = Infinity }) => {
    const neededMs = takesMs(wanted);
    nowMs += Math.min(timeoutMs, neededMs ?? Infinity);
    if (neededMs === null || neededMs > timeoutMs) {
      all.asked.push(wanted);
      throw new ToolError('timed-out', 'The cluster did not answer in time.', '');
    }
    return await all.connection.query(wanted);
  };
  const read = (start: Place | null, limit = 50, density: number | null = null) =>
    readPage(
      { query },
      { what, stretches: everyPartition, density },
      { start, limit, untilMs: nowMs + 20_000, now: () => nowMs },
      { ...context, timeoutMs: 1_000 },
    );
  return { read, nowMs: () => nowMs };
}

describe('pages', () => {
  it('have every record once, whatever the number of records, the page’s size and what is known of the density', async () => {
    const sizes = fc.record({
      count: fc.integer({ min: 0, max: 3_000 }),
      limit: fc.integer({ min: 20, max: 500 }),
      knows: fc.constantFrom<(count: number) => number | null>(
        (count) => count / partitionCount,
        () => null,
        // A set that grew since it was counted, and one that shrank.
        (count) => count / partitionCount / 50,
        (count) => (count * 50) / partitionCount,
      ),
    });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ count, limit, knows }) => {
        const all = cluster(count);
        const { keys } = await readAll(all, limit, knows(count));
        expect(keys).toHaveLength(count);
        expect(new Set(keys).size).toBe(count);
      }),
      { numRuns: 40 },
    );
  });

  it('of a set whose records lie in one partition are read piece by piece, in bounded memory', async () => {
    const dense = cluster(5_000, { inPartition: 7 });
    const { keys } = await readAll(dense, 50, null);
    expect(new Set(keys).size).toBe(5_000);
    expect(keys).toHaveLength(5_000);
    expect(dense.most()).toBeLessThanOrEqual(101);
  });

  it('need few requests where the density is known', async () => {
    const all = cluster(100_000);
    const query = { what, stretches: everyPartition, density: 100_000 / partitionCount };
    await readPage(all.connection, query, { start: null, limit: 50, untilMs: performance.now() + 20_000 }, context);
    expect(all.asked.length).toBeLessThanOrEqual(3);
  });

  it('that are slow are read in smaller pieces; when the time is up they are partial and say where to go on', async () => {
    const slow = cluster(2_000, { slowAbove: 100 });
    expect((await readAll(slow, 200, null)).keys).toHaveLength(2_000);
    let nowMs = 0;
    const page = await readPage(
      cluster(2_000).connection,
      { what, stretches: everyPartition, density: 20 },
      { start: null, limit: 500, untilMs: 2, now: () => nowMs++ },
      context,
    );
    expect(page).toMatchObject({ isPartial: true, next: { slot: 0 } });
    expect(page.records.length).toBeGreaterThan(0);
  });

  it.each([null, 0.25, 50])('of a silent cluster fail in the time of one call, at a density of %s', async (density) => {
    const all = cluster(1_000);
    const silent = timed(all, () => null);
    await expect(silent.read(null, 50, density)).rejects.toMatchObject({ code: 'timed-out' });
    expect(silent.nowMs()).toBeLessThanOrEqual(1_000);
    expect(all.asked.length).toBeLessThanOrEqual(2);
    for (const { partitions } of all.asked) expect(partitions.slots).toBeUndefined();
    await expect(silent.read({ partition: 4_095, slot: 7 })).rejects.toMatchObject({ code: 'timed-out' });
    expect(silent.nowMs()).toBeLessThanOrEqual(2_000);
  });

  it.each([null, 0.25])(
    'with a silent node soon come to the error, never to the same cursor twice (%s)',
    async (density) => {
      const isSilent = ({ partitions: { begin, count } }: RecordQuery): boolean => begin + count > 12;
      const half = timed(cluster(1_000), (wanted) => (isSilent(wanted) ? null : 10));
      const starts: (Place | null)[] = [];
      const walk = async (start: Place | null): Promise<void> => {
        starts.push(start);
        await walk((await half.read(start, 50, density)).next);
      };
      await expect(walk(null)).rejects.toMatchObject({ code: 'timed-out' });
      expect(new Set(starts.map((start) => start?.partition ?? 0)).size).toBe(starts.length);
      expect(half.nowMs()).toBeLessThan(4_000);
    },
  );

  it('end with what was read when the rate is used up, and go on from there; none at all is an error', async () => {
    const all = cluster(1_000);
    let left = 0;
    const query = async (wanted: RecordQuery) => {
      if ((left -= 1) < 0) throw new ToolError('rate-limited', 'too fast', 'Try again in 9 s');
      return await all.connection.query(wanted);
    };
    const read = (start: Place | null, requests: number) => {
      left = requests;
      // Expecting far too many, so that one request is not enough.
      const asked = { what, stretches: everyPartition, density: 100 };
      return readPage({ query }, asked, { start, limit: 50, untilMs: performance.now() + 20_000 }, context);
    };
    await expect(read(null, 0)).rejects.toMatchObject({ code: 'rate-limited' });
    const keys = new Set<unknown>();
    let start: Place | null = null;
    do {
      const page: Awaited<ReturnType<typeof read>> = await read(start, 2);
      expect(page.isPartial || page.records.length >= 50 || page.next === null).toBe(true);
      for (const { key } of page.records) keys.add(key.key);
      start = page.next;
    } while (start !== null);
    expect(keys.size).toBe(1_000);
  });

  it('that bring some records and then fall silent fail as well', async () => {
    const all = cluster(1_000);
    const query = async (wanted: RecordQuery) => ({
      ...(await all.connection.query(wanted)),
      isCut: false,
      isPartial: true,
    });
    const reading = readPage(
      { query },
      { what, stretches: everyPartition, density: 0.25 },
      { start: null, limit: 50, untilMs: performance.now() + 20_000 },
      context,
    );
    await expect(reading).rejects.toMatchObject({ code: 'timed-out' });
    expect(all.asked).toHaveLength(2);
  });

  it('of a slow cluster are read all the same: of much that is walked for little, and from far away', async () => {
    const walking = timed(cluster(300), ({ partitions: { count } }) => 20 + count * 15);
    const distant = timed(cluster(300), () => 700);
    for (const slow of [walking, distant]) {
      const keys = new Set<unknown>();
      let start: Place | null = null;
      do {
        const page: Page = await slow.read(start, 50, 300 / partitionCount);
        for (const { key } of page.records) keys.add(key.key);
        start = page.next;
      } while (start !== null);
      expect(keys.size).toBe(300);
    }
  });

  it('of a partition whose records are too large for the time are read slot by slot', async () => {
    const dense = cluster(1_000, { inPartition: 7 });
    const query = async (wanted: RecordQuery) => {
      const answer = await dense.connection.query(wanted);
      const inTime = answer.records.slice(0, 20);
      return { ...answer, records: inTime, isCut: false, isPartial: answer.records.length > 20 || answer.isCut };
    };
    const page = await readPage(
      { query },
      { what, stretches: [{ begin: 7, end: 8 }], density: null },
      { start: null, limit: 50, untilMs: performance.now() + 20_000 },
      context,
    );
    expect(page).toMatchObject({ isPartial: false, next: { partition: 7 } });
    expect(page.records.length).toBeGreaterThanOrEqual(50);
  });

  it('of a sample are of that share of the partitions, spread evenly', async () => {
    for (const percent of [0.01, 1, 5, 33, 99.9, 100]) {
      const stretches = sampleStretches(percent);
      const total = stretches.reduce((sum, { begin, end }) => sum + end - begin, 0);
      expect(total).toBe(Math.max(1, Math.round((partitionCount * percent) / 100)));
      stretches.forEach(({ begin, end }, index) => {
        expect(begin).toBeGreaterThanOrEqual(stretches[index - 1]?.end ?? 0);
        expect(end).toBeLessThanOrEqual(partitionCount);
      });
    }
    const all = cluster(4_000);
    const { keys } = await readAll(all, 100, 1, sampleStretches(10));
    expect(keys.length).toBeGreaterThan(200);
    expect(keys.length).toBeLessThan(700);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlacedRecord, RecordQuery } from '../../../electron/servers/aerospike/connection/connection.ts';
import { everyPartition, readPage, sampleStretches } from '../../../electron/servers/aerospike/connection/pages.ts';
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
      { start: null, limit: 500, untilMs: 1, now: () => nowMs++ },
      context,
    );
    expect(page).toMatchObject({ isPartial: true, next: { slot: 0 } });
    expect(page.records.length).toBeGreaterThan(0);
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

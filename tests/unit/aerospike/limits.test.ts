import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BatchEntry, Connection } from '../../../electron/servers/aerospike/connection/connection.ts';
import { pace } from '../../../electron/servers/aerospike/limits/paced.ts';
import { createTokenBucket, systemClock, type Clock } from '../../../electron/servers/aerospike/limits/token-bucket.ts';

const forever = new AbortController().signal;

/** Waiting moves the clock. */
function createClock(): Clock & { waitedMs: number; pass(ms: number): void } {
  let nowMs = 0;
  const clock = {
    waitedMs: 0,
    now: () => nowMs,
    pass: (ms: number) => void (nowMs += ms),
    async wait(ms: number) {
      clock.waitedMs += ms;
      nowMs += ms;
    },
  };
  return clock;
}

describe('a token bucket', () => {
  it('gives the burst at once, then what grows back', async () => {
    const clock = createClock();
    const bucket = createTokenBucket(10, 100, clock);
    await bucket.take(100, 0, forever);
    await expect(bucket.take(1, 50, forever)).rejects.toMatchObject({
      code: 'rate-limited',
      hint: expect.stringMatching(/1 s/),
    });
    await bucket.take(5, 1_000, forever);
    expect(clock.waitedMs).toBe(500);
    clock.pass(60_000);
    await bucket.take(100, 0, forever);
  });

  it('never gives more than burst and rate allow, and takes nothing when it refuses', async () => {
    const steps = fc.array(
      fc.record({ cost: fc.integer({ min: 1, max: 80 }), pass: fc.integer({ min: 0, max: 2_000 }) }),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (asked) => {
        const clock = createClock();
        const bucket = createTokenBucket(20, 50, clock);
        let given = 0;
        for (const { cost, pass } of asked) {
          clock.pass(pass);
          await bucket.take(cost, 500, forever).then(
            () => (given += Math.min(cost, 50)),
            () => undefined,
          );
        }
        expect(given).toBeLessThanOrEqual(50 + (clock.now() / 1000) * 20 + 1e-6);
      }),
      { numRuns: 2_000 },
    );
  });

  it('lets a page be paid for by the calls after it', async () => {
    const clock = createClock();
    const bucket = createTokenBucket(100, 100, clock);
    bucket.charge(150);
    await expect(bucket.take(1, 100, forever)).rejects.toMatchObject({ code: 'rate-limited' });
    clock.pass(510);
    await bucket.take(1, 0, forever);
  });

  it('is owed all of a page, however small the burst is beside it', async () => {
    const clock = createClock();
    const bucket = createTokenBucket(10, 20, clock);
    let given = 0;
    for (let second = 0; second < 600; second += 1) {
      clock.pass(1_000);
      await bucket.take(1, 500, forever).then(
        () => {
          bucket.charge(573);
          given += 574;
        },
        () => undefined,
      );
    }
    expect(given).toBeLessThanOrEqual(600 * 10 + 20 + 574);
    expect(given).toBeGreaterThan(600 * 10 * 0.8);
  });

  it('lets more than the burst through at once, and is owed the rest', async () => {
    const clock = createClock();
    const bucket = createTokenBucket(100, 100, clock);
    await bucket.take(500, 0, forever);
    await expect(bucket.take(1, 4_000, forever)).rejects.toMatchObject({ code: 'rate-limited' });
    clock.pass(4_011);
    await bucket.take(1, 0, forever);
  });

  it('gives back what a cancelled call was waiting for', async () => {
    const bucket = createTokenBucket(10, 10, systemClock);
    await bucket.take(10, 0, forever);
    const abort = new AbortController();
    const waiting = bucket.take(10, 5_000, abort.signal);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await bucket.take(1, 500, forever);
  });
});

describe('a paced connection', () => {
  it('counts what is asked of users and roles, reads and writes apart', async () => {
    const clock = createClock();
    const buckets = { reads: createTokenBucket(1, 2, clock), writes: createTokenBucket(1, 1, clock) };
    const security = {
      users: async () => [],
      self: async () => null,
      roles: async () => [],
      dropUser: async () => undefined,
      createUser: async () => undefined,
    };
    // Only what this test calls.
    const { security: paced } = pace({ security } as unknown as Connection, buckets, 100);
    const context = { signal: forever };
    await paced.users(context);
    await paced.self?.(context);
    await expect(paced.roles(context)).rejects.toMatchObject({ code: 'rate-limited' });
    await paced.dropUser('u', context);
    await expect(paced.createUser('u', 'p', [], context)).rejects.toMatchObject({ code: 'rate-limited' });
  });

  it('counts a batch by its size, reads and writes apart', async () => {
    const clock = createClock();
    const buckets = { reads: createTokenBucket(1, 10, clock), writes: createTokenBucket(1, 10, clock) };
    const inner = {
      security: {},
      batch: async (entries: readonly BatchEntry[]) => entries.map(() => ({ ok: true, record: null })),
    };
    // Only what this test calls.
    const connection = pace(inner as unknown as Connection, buckets, 100);
    const key = { namespace: 'test', set: null, key: 1 };
    const gets = Array.from({ length: 10 }, (): BatchEntry => ({ kind: 'get', key, bins: null }));
    await connection.batch(gets, { signal: forever });
    await expect(connection.batch(gets.slice(0, 5), { signal: forever })).rejects.toMatchObject({
      code: 'rate-limited',
    });
    await connection.batch([{ kind: 'delete', key }], { signal: forever });
  });

  it('counts of a page what it brings, not what was thrown away and asked for once more; and nothing that is paid', async () => {
    const clock = createClock();
    const buckets = { reads: createTokenBucket(1, 10, clock), writes: createTokenBucket(1, 10, clock) };
    const answers = [
      { records: Array.from({ length: 500 }), isCut: true, isPartial: false },
      { records: Array.from({ length: 500 }), isCut: false, isPartial: true },
      { records: Array.from({ length: 20 }), isCut: false, isPartial: false },
    ];
    const inner = { security: {}, query: async () => answers.shift(), batch: async () => [] };
    // Only what this test calls.
    const connection = pace(inner as unknown as Connection, buckets, 100);
    const context = { signal: forever };
    for (let page = 0; page < 3; page += 1) await connection.query({} as never, context);
    await expect(connection.query({} as never, context)).rejects.toMatchObject({ hint: expect.stringMatching(/13 s/) });
    clock.pass(13_000);
    answers.push({ records: Array.from({ length: 4 }), isCut: true, isPartial: false });
    await connection.query({ isSample: true } as never, context);
    await expect(connection.query({} as never, context)).rejects.toMatchObject({ hint: expect.stringMatching(/4 s/) });
    const get: BatchEntry = { kind: 'get', key: { namespace: 'test', set: null, key: 1 }, bins: [] };
    await connection.batch([get], { ...context, isPaid: true });
    await expect(connection.batch([get], context)).rejects.toMatchObject({ code: 'rate-limited' });
  });
});

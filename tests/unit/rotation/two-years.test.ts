import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { dayMs, dueOf, milestoneOf } from '../../../electron/core/rotation/due.ts';
import { createWorld, credential, hourMs, startMs } from '../../support/reminder-world.ts';

const zones = ['UTC', 'America/New_York', 'Pacific/Apia', 'Australia/Lord_Howe'];
const zoneBefore = process.env.TZ;
afterEach(() => {
  if (zoneBefore === undefined) delete process.env.TZ;
  else process.env.TZ = zoneBefore;
});

/** What may happen over two years. */
const event = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('awake' as const), hours: fc.integer({ min: 1, max: 240 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('sleep' as const), hours: fc.integer({ min: 1, max: 900 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('closed' as const), hours: fc.integer({ min: 0, max: 900 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('zone' as const), zone: fc.constantFrom(...zones) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('edit' as const), days: fc.option(fc.integer({ min: 1, max: 400 })) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('tested' as const), expires: fc.integer({ min: -5, max: 400 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('replaced' as const) }) },
);

it('over two years of sleep, restarts, zones, edits and tests: each milestone of each due date exactly once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 20, maxLength: 60 }), async (events) => {
      const world = createWorld();
      await world.set([credential('acme', 60), credential('globex', null)]);
      await world.start();
      const deadline = startMs + 730 * dayMs;
      for (const happening of [...events, { kind: 'awake' as const, hours: 24 }]) {
        if (world.clock.now() > deadline) break;
        const now = world.clock.now();
        const [first, ...rest] = world.records();
        switch (happening.kind) {
          case 'awake':
            await world.pass(happening.hours * hourMs);
            break;
          case 'sleep':
            await world.sleep(happening.hours * hourMs);
            break;
          case 'closed':
            world.end();
            await world.sleep(happening.hours * hourMs);
            await world.start();
            break;
          case 'zone':
            process.env.TZ = happening.zone;
            break;
          case 'edit':
            if (first) await world.set([{ ...first, rotateEveryDays: happening.days }, ...rest]);
            break;
          case 'tested': {
            const expiresAt = new Date(now + happening.expires * dayMs).toISOString();
            const lastTest = { at: new Date(now).toISOString(), ok: true, message: '', expiresAt };
            if (first) await world.set([{ ...first, lastTest }, ...rest]);
            break;
          }
          case 'replaced': {
            const secretsChangedAt = new Date(now).toISOString();
            if (first) await world.set([{ ...first, secretsChangedAt, lastTest: null }, ...rest]);
          }
        }
        // What a person must know now, they were told; and by what they were told last, of this due date.
        for (const record of world.records()) {
          const due = dueOf(record, null, world.clock.now());
          const reached = due.dueAt === null ? null : milestoneOf(due.dueAt, world.clock.now());
          if (reached === null) continue;
          const journal = JSON.parse(world.contents.get('/home/reminders.json')?.toString() ?? '{}') as {
            credentials: Record<string, { told: { dueAt: string; milestone: number; isDone: boolean }[] }>;
          };
          expect(journal.credentials[record.id]?.told).toContainEqual(
            expect.objectContaining({ dueAt: due.dueAt, milestone: reached, isDone: true }),
          );
        }
      }
      // Each notice was for another pair of due date and milestone: nothing was told twice.
      const pairs = world.told.map(({ of }) => of);
      expect(pairs.join()).not.toContain('?');
      expect(new Set(pairs).size).toBe(pairs.length);
    }),
    { numRuns: 60 },
  );
}, 60_000);

import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { CredentialRecord } from '../../../electron/core/credentials/record.ts';
import { dayMs, milestones, milestoneOf, dueOf } from '../../../electron/core/rotation/due.ts';
import { createReminders, type Notice, type Reminders } from '../../../electron/core/rotation/reminders.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createMemoryFiles, type SideEffect } from '../../support/memory-files.ts';
import { createQuietLog } from '../../support/quiet-log.ts';

const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 0, 1, 12);

class Kill extends Error {}

const credential = (id: string, rotateEveryDays: number | null): CredentialRecord => ({
  id,
  provider: 'akamai',
  name: id,
  fields: {},
  secretKeys: [],
  secretId: null,
  emulator: false,
  tags: [],
  colour: null,
  notes: '',
  rotateEveryDays,
  createdAt: new Date(startMs).toISOString(),
  updatedAt: new Date(startMs).toISOString(),
  secretsChangedAt: new Date(startMs).toISOString(),
  lastTest: null,
});

/** One data folder and one person who is told; hosts come and go, time passes in all of them. */
const createWorld = ({ canTell = true } = {}) => {
  const clock = createFakeClock(startMs);
  const contents = new Map<string, Buffer>();
  const told: (Notice & { atMs: number; of: string })[] = [];
  let records: CredentialRecord[] = [];
  let rotation = { defaultEveryDays: null as number | null, notify: true };
  let effect: SideEffect = () => undefined;
  let running: Reminders | null = null;
  /** Which milestone of which due date of which credential a notice is about. */
  const pairOf = ({ credential: id }: Notice): string => {
    const record = records.find((candidate) => candidate.id === id);
    const { dueAt } = record ? dueOf(record, rotation.defaultEveryDays, clock.now()) : { dueAt: null };
    return `${id} ${dueAt ?? '?'} ${dueAt === null ? '?' : (milestoneOf(dueAt, clock.now()) ?? '?')}`;
  };
  /** Lets what was begun by a timer end: memory files are done within microtasks. */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 60; turn += 1) await Promise.resolve();
  };
  const world = {
    clock,
    contents,
    told,
    settle,
    reminders(): Reminders {
      if (!running) throw new Error('no host runs');
      return running;
    },
    records: () => records,
    async set(next: CredentialRecord[]) {
      records = next;
      await running?.check();
    },
    async rule(next: Partial<typeof rotation>) {
      rotation = { ...rotation, ...next };
      await running?.check();
    },
    onEffect: (next: SideEffect) => (effect = next),
    async start() {
      running = createReminders({
        home: '/home',
        files: createMemoryFiles(contents, (...args) => effect(...args)),
        clock,
        log: createQuietLog(),
        vault: { list: () => records },
        rotation: () => rotation,
        notify: canTell
          ? (notice) => {
              effect('notify', 'before');
              told.push({ ...notice, atMs: clock.now(), of: pairOf(notice) });
              effect('notify', 'after');
            }
          : null,
        onChange: () => undefined,
      });
      await running.start();
    },
    /** Also what a kill does: a timer of a dead host tells nobody. */
    end() {
      running?.stop();
      running = null;
    },
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 10 * 60_000) {
        clock.advance(Math.min(left, 10 * 60_000));
        await settle();
      }
    },
    /** The computer sleeps: the time goes on, the timers do not. Then whatever is late comes at once. */
    async sleep(ms: number) {
      clock.advance(ms);
      await settle();
    },
  };
  return world;
};

const daysLeft = (dueMs: number) => (notice: { atMs: number }) => (dueMs - notice.atMs) / dayMs;

describe('a reminder', () => {
  it('comes 14, 7 and 1 days before and when it is overdue, once each', async () => {
    const world = createWorld();
    await world.start();
    await world.set([credential('acme', 30)]);
    await world.pass(40 * dayMs);
    expect(world.told.map(({ title, state }) => [title, state])).toEqual([
      ['acme is due in 14 days', 'soon'],
      ['acme is due in 7 days', 'soon'],
      ['acme is due within a day', 'soon'],
      ['acme is overdue', 'overdue'],
    ]);
    world.told.map(daysLeft(startMs + 30 * dayMs)).forEach((left, index) => {
      expect(left).toBeLessThanOrEqual(milestones[index] ?? 0);
      expect(left).toBeGreaterThan((milestones[index] ?? 0) - 0.01);
    });
  });

  it.each([
    [20, ['acme is due in 10 days']],
    [25, ['acme is due in 5 days']],
    [29.5, ['acme is due within a day']],
    [50, ['acme is overdue']],
  ])('that was missed for %s days is one, the most urgent', async (days, titles) => {
    for (const away of ['closed', 'asleep']) {
      const world = createWorld();
      await world.set([credential('acme', 30)]);
      if (away === 'asleep') await world.start();
      await world.sleep(days * dayMs);
      if (away === 'closed') await world.start();
      await world.pass(hourMs);
      expect(world.told.map(({ title }) => title)).toEqual(titles);
    }
  });

  it('is not repeated by restarts, nor by a disk that is full', async () => {
    const world = createWorld();
    await world.set([credential('acme', 30)]);
    for (let day = 0; day < 40; day += 1) {
      await world.start();
      await world.pass(dayMs);
      world.end();
    }
    expect(world.told).toHaveLength(4);

    const full = createWorld();
    await full.set([credential('acme', 30)]);
    full.onEffect((name) => {
      if (name.startsWith('write')) throw new Error('ENOSPC');
    });
    await full.start();
    await full.pass(31 * dayMs);
    expect(full.told).toEqual([]);
    full.onEffect(() => undefined);
    await full.pass(dayMs);
    expect(full.told.map(({ state }) => state)).toEqual(['overdue']);
  });

  it('waits while nobody can be told: in a headless host, or with reminders off', async () => {
    const headless = createWorld({ canTell: false });
    await headless.set([credential('acme', 30)]);
    await headless.start();
    await headless.pass(31 * dayMs);
    expect(headless.contents.size).toBe(0);
    expect(headless.reminders().dueOf(credential('acme', 30)).state).toBe('overdue');

    const off = createWorld();
    await off.rule({ notify: false });
    await off.set([credential('acme', 30)]);
    await off.start();
    await off.pass(25 * dayMs);
    expect(off.told).toEqual([]);
    await off.rule({ notify: true });
    expect(off.told).toHaveLength(1);
  });

  it('comes anew for another due date, and not again for one that comes back', async () => {
    const world = createWorld();
    await world.start();
    await world.set([credential('acme', 30)]);
    await world.pass(20 * dayMs);
    expect(world.told).toHaveLength(1);
    await world.set([credential('acme', 25)]);
    expect(world.told).toHaveLength(2);
    await world.set([credential('acme', 30)]);
    await world.set([credential('acme', 25)]);
    expect(world.told).toHaveLength(2);
    const expiresAt = new Date(startMs + 21 * dayMs).toISOString();
    await world.set([{ ...credential('acme', 30), lastTest: { at: expiresAt, ok: true, message: '', expiresAt } }]);
    expect(world.told.map(({ title }) => title).at(-1)).toBe('acme is due within a day');
    await world.set([{ ...credential('acme', 30), secretsChangedAt: new Date(world.clock.now()).toISOString() }]);
    await world.pass(15 * dayMs);
    expect(world.told).toHaveLength(3);
  });

  it('is silent while snoozed, says afterwards what holds then, and the state is told all the same', async () => {
    const world = createWorld();
    await world.start();
    await world.set([credential('acme', 30)]);
    await world.pass(17 * dayMs);
    expect(world.told).toHaveLength(1);
    const due = await world.reminders().snooze(credential('acme', 30), 10);
    expect(due).toMatchObject({ state: 'soon', snoozedUntil: new Date(world.clock.now() + 10 * dayMs).toISOString() });
    world.end();
    await world.start();
    await world.pass(9.9 * dayMs);
    expect(world.told).toHaveLength(1);
    await world.pass(0.2 * dayMs);
    expect(world.told.map(({ title }) => title).at(-1)).toBe('acme is due in 3 days');
    expect(world.reminders().dueOf(credential('acme', 30)).snoozedUntil).toBeNull();
  });

  it('does not come at the moment in which a person ends the snooze', async () => {
    const world = createWorld();
    await world.start();
    await world.set([credential('acme', 30)]);
    await world.pass(17 * dayMs);
    await world.reminders().snooze(credential('acme', 30), 10);
    expect((await world.reminders().snooze(credential('acme', 30), 0)).snoozedUntil).toBeNull();
    await world.pass(dayMs);
    expect(world.told).toHaveLength(1);
    await world.pass(10 * dayMs);
    expect(world.told).toHaveLength(2);
  });

  it('survives a clock that was wrong for a while, ahead or behind', async () => {
    for (const wrongDays of [3650, -3650]) {
      const world = createWorld();
      await world.set([credential('acme', 30)]);
      await world.start();
      await world.pass(5 * dayMs);
      await world.sleep(wrongDays > 0 ? wrongDays * dayMs : 0);
      const before = world.told.length;
      world.end();
      // The clock is put right: a new host on the same folder, with the true time.
      const right = createWorld();
      for (const [path, bytes] of world.contents) right.contents.set(path, bytes);
      await right.set([credential('acme', 30)]);
      right.clock.advance(5 * dayMs);
      await right.start();
      await right.pass(40 * dayMs);
      expect(before).toBe(wrongDays > 0 ? 1 : 0);
      expect(right.told).toHaveLength(4);
    }
  });

  it('starts anew where what was told cannot be read', async () => {
    const world = createWorld();
    world.contents.set('/home/reminders.json', Buffer.from('{"schema":1'));
    await world.set([credential('acme', 10)]);
    await world.start();
    expect(world.told).toHaveLength(1);
  });
});

describe('a kill', () => {
  it('at any step repeats a reminder at most, and never loses or repeats it for ever', async () => {
    for (const [name, when] of [
      ['write', 'before'],
      ['write', 'after'],
      ['notify', 'before'],
      ['notify', 'after'],
    ] as const) {
      for (const nth of [1, 2]) {
        const world = createWorld();
        await world.set([credential('acme', 30)]);
        await world.sleep(20 * dayMs);
        let seen = 0;
        let isDead = false;
        world.onEffect((effect, moment) => {
          if (effect.startsWith(name) && moment === when) seen += 1;
          isDead ||= seen === nth;
          if (isDead) throw new Kill();
        });
        await world.start();
        world.end();
        world.onEffect(() => undefined);
        await world.start();
        await world.pass(dayMs);
        expect(world.told.length, `${name} ${when} ${nth}`).toBeGreaterThanOrEqual(1);
        expect(world.told.length, `${name} ${when} ${nth}`).toBeLessThanOrEqual(2);
      }
    }
  });

  it('that showing the reminder itself brings about comes three times, no more', async () => {
    const world = createWorld();
    await world.set([credential('acme', 30)]);
    await world.sleep(20 * dayMs);
    for (let start = 0; start < 10; start += 1) {
      let isDead = false;
      world.onEffect((effect, moment) => {
        isDead ||= effect === 'notify' && moment === 'after';
        if (isDead) throw new Kill();
      });
      await world.start();
      world.end();
    }
    expect(world.told).toHaveLength(3);
  });
});

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

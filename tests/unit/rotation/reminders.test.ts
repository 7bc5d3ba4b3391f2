import { describe, expect, it } from 'vitest';
import { dayMs, milestones } from '../../../electron/core/rotation/due.ts';
import { createWorld, credential, hourMs, startMs } from '../../support/reminder-world.ts';

class Kill extends Error {}

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

  it('for many at once is one, with the most urgent named, and it counts for all', async () => {
    const world = createWorld();
    await world.set(Array.from({ length: 40 }, (_, index) => credential(`c${index}`, index === 7 ? 9 : 10)));
    await world.start();
    await world.pass(hourMs);
    expect(world.told).toMatchObject([{ title: '40 credentials are due', credential: 'c7', state: 'soon' }]);
    await world.pass(3 * dayMs);
    expect(world.told.map(({ title }) => title)).toEqual([
      '40 credentials are due',
      'c7 is due in 7 days',
      '39 credentials are due',
    ]);
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

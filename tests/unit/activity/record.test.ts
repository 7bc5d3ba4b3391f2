import * as fs from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import type { ActivityEntry } from '../../../electron/core/activity/entry.ts';
import { type Activity, createActivity } from '../../../electron/core/activity/record.ts';
import { createDurableFiles } from '../../../electron/core/files/durable-file.ts';
import { createMemoryStore } from '../../../electron/platform/memory-store.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createFaultyFileSystem } from '../../support/faulty-files.ts';
import { createQuietLog } from '../../support/quiet-log.ts';
import { temporaryFolder } from '../../support/temp-folder.ts';

const entry = (number: number): ActivityEntry => ({ kind: 'client-refused', reason: `number ${number}`, client: 'x' });

const setUp = (limits: { maxFileBytes: number; keepDays: number } = { maxFileBytes: 8_000_000, keepDays: 365 }) => {
  const home = temporaryFolder();
  const store = createMemoryStore({ isOpen: true });
  const clock = createFakeClock();
  const start = (files = createDurableFiles()): Activity =>
    createActivity({
      home,
      store,
      files,
      clock,
      log: createQuietLog(),
      limits: () => ({ maxFileMb: limits.maxFileBytes / 1024 / 1024, keepDays: limits.keepDays }),
    });
  const folder = join(home, 'activity');
  const path = (number: number): string => join(folder, `activity-${String(number).padStart(6, '0')}.jsonl`);
  return { home, store, clock, start, folder, path };
};

type Place = ReturnType<typeof setUp>;

/** What `activity --follow` asks at each change. */
const follow = (activity: Activity, after: number) => activity.list({ after, limit: 500 });

/** Ten lines, the record closed: what an attacker then finds. */
const written = async (place: Place, count = 10): Promise<void> => {
  const activity = place.start();
  await activity.open();
  for (let number = 1; number <= count; number += 1) await activity.append(entry(number), { durable: false });
  await activity.close();
};

const verdictAfter = async (place: Place) => {
  const activity = place.start();
  await activity.open();
  const verdict = await activity.verify();
  await activity.close();
  return verdict;
};

describe('the activity record', () => {
  it('keeps entries in order, with the facts of their kind and nothing else', async () => {
    const place = setUp();
    const activity = place.start();
    await activity.open();
    const sneaky = { kind: 'unlocked' as const, password: 'CANARY' };
    const lines = await Promise.all([
      activity.append(entry(1)),
      activity.append(sneaky),
      activity.append(entry(2), { durable: true }),
    ]);
    expect(lines.map(({ seq, kind }) => [seq, kind])).toEqual([
      [2, 'client-refused'],
      [3, 'unlocked'],
      [4, 'client-refused'],
    ]);
    expect(await activity.list({ limit: 3 })).toEqual(lines);
    expect(fs.readFileSync(place.path(1), 'utf8')).not.toContain('CANARY');
    expect(fs.statSync(place.path(1)).mode & 0o777).toBe(0o600);
    expect(await activity.verify()).toMatchObject({ ok: true, lines: 4, firstBad: null });
    await activity.close();
  });

  it('goes on over restarts', async () => {
    const place = setUp();
    for (let round = 0; round < 3; round += 1) await written(place, 2);
    expect(await verdictAfter(place)).toMatchObject({ ok: true, lines: 7 });
  });

  it('lets entries wait while it is closed, at most a thousand, and says how many were dropped', async () => {
    const place = setUp();
    const activity = place.start();
    for (let number = 1; number <= 1005; number += 1) {
      expect(await activity.append(entry(number))).toMatchObject({ seq: 0 });
    }
    await expect(activity.verify()).rejects.toMatchObject({ code: 'locked' });
    await activity.open();
    const lines = await activity.list({ limit: 2000 });
    expect(lines).toHaveLength(1002);
    expect(lines[1]).toMatchObject({ kind: 'record-entries-dropped', count: 5 });
    expect(lines[2]).toMatchObject({ reason: 'number 6' });
    await activity.close();
    await activity.append(entry(9));
    await activity.open();
    expect((await activity.list({ limit: 1 }))[0]).toMatchObject({ reason: 'number 9' });
    expect(await activity.verify()).toMatchObject({ ok: true });
    await activity.close();
  });

  it('answers an entry that comes while it is being closed', async () => {
    const activity = setUp().start();
    await activity.open();
    const closing = activity.close();
    await activity.append(entry(1), { durable: true });
    await closing;
  });

  it('lists from the newest and from a number on', async () => {
    const place = setUp({ maxFileBytes: 600, keepDays: 365 });
    await written(place, 30);
    const activity = place.start();
    expect(fs.readdirSync(place.folder).length).toBeGreaterThan(5);
    const all = await activity.list({ limit: 1000 });
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
    expect(all.filter(({ kind }) => kind === 'client-refused').map(({ reason }) => reason)).toEqual(
      Array.from({ length: 30 }, (_, index) => `number ${index + 1}`),
    );
    for (const start of [activity, place.start()]) {
      expect(await start.list({ limit: 2 })).toEqual(all.slice(-2));
      expect(await start.list({ limit: 2, after: 10 })).toEqual(all.slice(10, 12));
      expect(await start.list({ limit: 2, after: all.length })).toEqual([]);
    }
  });

  it('is followed without reading its files again, also over the start of a new one', async () => {
    const place = setUp({ maxFileBytes: 3000, keepDays: 365 });
    await written(place);
    let reads = 0;
    const files = createDurableFiles();
    const activity = place.start({ ...files, read: (path) => ((reads += 1), files.read(path)) });
    await activity.open();
    const shown = await activity.list({ limit: 500 });
    reads = 0;
    for (let number = 1; number <= 40; number += 1) {
      await activity.append(entry(number));
      for (const more of await follow(activity, shown.at(-1)?.seq ?? 0)) shown.push(more);
      expect(await activity.list({ limit: 1 })).toEqual(shown.slice(-1));
    }
    expect(fs.readdirSync(place.folder).length).toBeGreaterThan(2);
    // A new file sweeps old ones, for which the file that ended is read; no append costs a read otherwise.
    expect(reads).toBeLessThan(15);
    expect(shown).toEqual(await place.start().list({ limit: 1000 }));
    await activity.close();
  });

  it('announces what it wrote', async () => {
    const activity = setUp().start();
    await activity.open();
    let count = 0;
    activity.onAppend(() => (count += 1));
    await activity.append(entry(1));
    expect(count).toBe(1);
    await activity.close();
  });

  it('keeps its anchor within two seconds, and its item small', async () => {
    const { store, clock, start } = setUp();
    const activity = start();
    await activity.open();
    const before = store.items.get('activity-head');
    await activity.append(entry(1));
    clock.advance(1999);
    expect(store.items.get('activity-head')).toBe(before);
    clock.advance(1);
    await activity.list({ limit: 1 });
    expect(store.items.get('activity-head')).not.toBe(before);
    expect(store.items.get('activity-head')?.length).toBeLessThan(1000);
    await activity.close();
  });

  it('writes a block whole or not at all when the disk is full, and goes on when it is not', async () => {
    const { home, store, clock } = setUp();
    const faulty = createFaultyFileSystem({ shortWrites: 50 });
    let isFull = false;
    const files = createDurableFiles({
      ...faulty,
      async open(...args) {
        const file = await faulty.open(...args);
        let writes = 0;
        return {
          ...file,
          async write(...what) {
            writes += 1;
            if (isFull && writes % 3 === 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
            return file.write(...what);
          },
        };
      },
    });
    const activity = createActivity({ home, store, files, clock, log: createQuietLog() });
    await activity.open();
    isFull = true;
    await expect(activity.append(entry(1))).rejects.toMatchObject({ code: 'disk-full' });
    isFull = false;
    expect(await activity.append(entry(2))).toMatchObject({ seq: 2 });
    expect(await activity.verify()).toMatchObject({ ok: true, lines: 2 });
    await activity.close();
  });
});

const splice = (lines: string[], at: number, remove: number, ...added: string[]): string[] => {
  const copy = [...lines];
  copy.splice(at, remove, ...added);
  return copy;
};

const put = (lines: string[], at: number, line: string): string[] => splice(lines, at, 1, line);

describe('tampering with the record', () => {
  const edit = (path: string, change: (lines: string[]) => string[]): void => {
    const lines = fs.readFileSync(path, 'utf8').split('\n').slice(0, -1);
    fs.writeFileSync(
      path,
      change(lines)
        .map((line) => `${line}\n`)
        .join(''),
    );
  };

  it.each<[string, (lines: string[]) => string[]]>([
    ['changing a line', (lines) => put(lines, 4, (lines[4] ?? '').replace('number', 'Number'))],
    ['changing the last line', (lines) => put(lines, -1, (lines.at(-1) ?? '').replace('number', 'Number'))],
    [
      'changing a MAC',
      (lines) =>
        put(
          lines,
          4,
          (lines[4] ?? '').replace(/"mac":"(.)/, (_, first) => `"mac":"${first === '0' ? '1' : '0'}`),
        ),
    ],
    ['removing a line', (lines) => splice(lines, 4, 1)],
    ['removing the first line', (lines) => lines.slice(1)],
    ['removing the last line', (lines) => lines.slice(0, -1)],
    ['removing all but the first line', (lines) => lines.slice(0, 1)],
    ['removing all lines', () => []],
    ['exchanging two lines', (lines) => put(put(lines, 3, lines[4] ?? ''), 4, lines[3] ?? '')],
    ['repeating a line', (lines) => splice(lines, 4, 0, lines[4] ?? '')],
    ['adding a line', (lines) => [...lines, lines[4] ?? '']],
    ['adding garbage', (lines) => [...lines, 'garbage']],
    ['adding white space', (lines) => put(lines, 4, `${lines[4] ?? ''} `)],
    ['adding an empty line', (lines) => splice(lines, 4, 0, '')],
  ])('shows: %s', async (_what, change) => {
    const place = setUp();
    await written(place);
    edit(place.path(1), change);
    const verdict = await verdictAfter(place);
    expect(verdict).toMatchObject({ ok: false });
    expect(verdict.firstBad).not.toBeNull();
    expect(await verdictAfter(place), 'still, after another restart').toMatchObject({ ok: false });
  });

  it('shows also while the record is open', async () => {
    const place = setUp();
    const activity = place.start();
    await activity.open();
    await activity.append(entry(1));
    edit(place.path(1), (lines) => lines.slice(0, 1));
    expect(await activity.verify()).toMatchObject({ ok: false });
  });

  it.each([
    ['the oldest file', (place: Place) => fs.rmSync(place.path(1))],
    ['a file in the middle', (place: Place) => fs.rmSync(place.path(3))],
    [
      'the newest file',
      (place: Place) => fs.rmSync(join(place.folder, fs.readdirSync(place.folder).sort().at(-1) ?? '')),
    ],
    ['all files', (place: Place) => fs.rmSync(place.folder, { recursive: true })],
    ['the key', (place: Place) => void place.store.items.delete('activity-key')],
    ['the anchor', (place: Place) => void place.store.items.delete('activity-head')],
  ])('shows: removing %s', async (_what, remove) => {
    const place = setUp({ maxFileBytes: 600, keepDays: 365 });
    await written(place, 30);
    expect(await verdictAfter(place)).toMatchObject({ ok: true });
    remove(place);
    expect(await verdictAfter(place)).toMatchObject({ ok: false });
    await written(place, 3);
    expect(await verdictAfter(place)).toMatchObject({ ok: false });
  });
});

describe('what is no tampering', () => {
  it('is a last line that a kill tore: it is cut off, and that is recorded', async () => {
    const place = setUp();
    await written(place);
    const whole = fs.readFileSync(place.path(1));
    for (const torn of ['{"seq":12,"at":"2026', '{', 'x'.repeat(200_000)]) {
      fs.appendFileSync(place.path(1), torn);
      const activity = place.start();
      await activity.open();
      expect(await activity.verify()).toMatchObject({ ok: true });
      expect((await activity.list({ limit: 1 }))[0]).toMatchObject({ kind: 'record-repaired', bytes: torn.length });
      await activity.close();
    }
    expect(fs.readFileSync(place.path(1)).subarray(0, whole.length).equals(whole)).toBe(true);
  });

  it('is a kill at any point of the file after the anchor was kept', async () => {
    const place = setUp({ maxFileBytes: 900, keepDays: 365 });
    const activity = place.start();
    await activity.open();
    // The clock stands still, so the anchor stays where open put it, as when a kill comes within two seconds.
    for (let number = 1; number <= 6; number += 1) await activity.append(entry(number));
    const anchor = place.store.items.get('activity-head') ?? '';
    const newest = fs.readdirSync(place.folder).sort().at(-1) ?? '';
    const content = fs.readFileSync(join(place.folder, newest));
    expect(newest).not.toContain('000001');
    for (let size = 0; size <= content.length; size += 7) {
      place.store.items.set('activity-head', anchor);
      fs.writeFileSync(join(place.folder, newest), content.subarray(0, size));
      expect(await verdictAfter(place), `${size} bytes`).toMatchObject({ ok: true });
    }
  });

  it('is removing what is older than its age, and a kill in the middle of that', async () => {
    const place = setUp({ maxFileBytes: 600, keepDays: 30 });
    await written(place, 20);
    place.clock.advance(31 * 24 * 3600 * 1000);
    const copies = fs
      .readdirSync(place.folder)
      .map((name) => [name, fs.readFileSync(join(place.folder, name))] as const);
    const verdict = await verdictAfter(place);
    expect(verdict.ok).toBe(true);
    expect(verdict.lines).toBeLessThan(10);
    expect(fs.existsSync(place.path(1))).toBe(false);
    for (const [name, bytes] of copies.slice(0, 2)) fs.writeFileSync(join(place.folder, name), bytes);
    expect(await verdictAfter(place)).toMatchObject({ ok: true });
    expect(fs.existsSync(place.path(1))).toBe(false);
  });

  it('is removing more at once when less is to be kept', async () => {
    const limits = { maxFileBytes: 600, keepDays: 365 };
    const place = setUp(limits);
    await written(place, 20);
    place.clock.advance(31 * 24 * 3600 * 1000);
    const activity = place.start();
    await activity.open();
    expect(fs.existsSync(place.path(1))).toBe(true);
    limits.keepDays = 30;
    await activity.prune();
    expect(fs.existsSync(place.path(1))).toBe(false);
    expect(await activity.verify()).toMatchObject({ ok: true });
    await activity.close();
  });

  it('is a kill while the very first key is made', async () => {
    const place = setUp();
    place.store.items.set('activity-head', JSON.stringify({ seq: 0, mac: '', oldest: 1, newest: 1, breaks: [] }));
    expect(await verdictAfter(place)).toMatchObject({ ok: true });
  });
});

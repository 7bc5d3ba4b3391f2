import type { CredentialRecord } from '../../electron/core/credentials/record.ts';
import { dueOf, milestoneOf } from '../../electron/core/rotation/due.ts';
import { createReminders, type Notice, type Reminders } from '../../electron/core/rotation/reminders.ts';
import { createFakeClock } from './fake-clock.ts';
import { createMemoryFiles, type SideEffect } from './memory-files.ts';
import { createQuietLog } from './quiet-log.ts';

export const hourMs = 3_600_000;
export const startMs = Date.UTC(2026, 0, 1, 12);

export const credential = (id: string, rotateEveryDays: number | null): CredentialRecord => ({
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
export const createWorld = ({ canTell = true } = {}) => {
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

import { join } from 'node:path';
import { z } from 'zod';
import type { DurableFiles } from '../files/durable-file.ts';
import type { Log } from '../log.ts';
import { dayMs, type Milestone } from './due.ts';

/** What was told of one due date. `tries` counts beginnings: one that never ended may have been shown or not. */
const Told = z.object({
  dueAt: z.string(),
  milestone: z.union([z.literal(14), z.literal(7), z.literal(1), z.literal(0)]),
  at: z.string(),
  isDone: z.boolean(),
  tries: z.number().int(),
});
type Told = z.infer<typeof Told>;

const Memory = z.object({ snoozedUntil: z.string().nullable(), told: z.array(Told) });
type Memory = z.infer<typeof Memory>;

const Document = z.object({ schema: z.literal(1), credentials: z.record(z.string(), Memory) });

/** One milestone of one due date of one credential. */
export interface Telling {
  id: string;
  dueAt: string;
  milestone: Milestone;
}

/** `reminders.json` in the data folder: what was told of which due date, so that a restart tells nothing twice. */
export interface ReminderJournal {
  load(): Promise<void>;
  snoozedUntil(id: string): string | null;
  /** Whether this milestone of this due date, or a more urgent one, was told and need not be told again. */
  isTold(id: string, dueAt: string, milestone: Milestone, nowMs: number): boolean;
  /** To be called before a person is told … */
  begin(all: readonly Telling[], nowMs: number): Promise<void>;
  /** … and after. Killed in between, the next start tells once more: better twice than never, but not for ever. */
  end(all: readonly Telling[]): Promise<void>;
  /** With `until`, what was told of this due date is told again when it ends; null ends it and tells nothing. */
  snooze(
    id: string,
    dueAt: string | null,
    until: string | null,
    nowMs: number,
    reached: Milestone | null,
  ): Promise<void>;
  /** Forgets credentials that are no longer there. */
  keepOnly(ids: ReadonlySet<string>): Promise<void>;
}

const mostTries = 3;
const mostDueDates = 16;

export function createReminderJournal(deps: { home: string; files: DurableFiles; log: Log }): ReminderJournal {
  const { files, log } = deps;
  const path = join(deps.home, 'reminders.json');
  let credentials = new Map<string, Memory>();

  const memoryOf = (id: string): Memory => credentials.get(id) ?? { snoozedUntil: null, told: [] };
  const toldOf = (id: string, dueAt: string): Told | undefined =>
    memoryOf(id).told.find((entry) => entry.dueAt === dueAt);

  /** In memory only when it is on disk. */
  async function write(next: Map<string, Memory>): Promise<void> {
    await files.write(path, `${JSON.stringify({ schema: 1, credentials: Object.fromEntries(next) }, null, 2)}\n`);
    credentials = next;
  }
  const remember = (id: string, memory: Memory): Promise<void> => write(new Map(credentials).set(id, memory));
  /** All or none, in one write. */
  const note = (all: readonly Telling[], told: (one: Telling) => Told): Promise<void> => {
    const next = new Map(credentials);
    for (const one of all) {
      const memory = next.get(one.id) ?? memoryOf(one.id);
      const others = memory.told.filter(({ dueAt }) => dueAt !== one.dueAt);
      next.set(one.id, { ...memory, told: [...others, told(one)].slice(-mostDueDates) });
    }
    return write(next);
  };

  return {
    async load() {
      const bytes = await files.read(path);
      if (bytes === null) return;
      const document = parse(bytes);
      // Nothing in it is worth a failed start: at worst a person is reminded twice.
      if (document === null) log.warn('reminders.unreadable');
      else credentials = new Map(Object.entries(document.credentials));
    },
    snoozedUntil: (id) => memoryOf(id).snoozedUntil,
    isTold(id, dueAt, milestone, nowMs) {
      const told = toldOf(id, dueAt);
      if (!told || told.milestone > milestone) return false;
      // Told at a time that is yet to come: the clock was wrong then, so it was no reminder.
      if (Date.parse(told.at) > nowMs + dayMs) return false;
      return told.isDone || told.tries >= mostTries;
    },
    begin: (all, nowMs) =>
      note(all, ({ id, dueAt, milestone }) => {
        const before = toldOf(id, dueAt);
        const tries = before && !before.isDone && before.milestone === milestone ? before.tries + 1 : 1;
        return { dueAt, milestone, at: new Date(nowMs).toISOString(), isDone: false, tries };
      }),
    end: (all) =>
      note(all, ({ id, dueAt, milestone }) => {
        const begun = toldOf(id, dueAt) ?? { dueAt, milestone, at: new Date(0).toISOString(), tries: 1 };
        return { ...begun, isDone: true };
      }),
    async snooze(id, dueAt, until, nowMs, reached) {
      const told = memoryOf(id).told.filter((entry) => entry.dueAt !== dueAt);
      const at = new Date(nowMs).toISOString();
      const settled = until === null && dueAt !== null && reached !== null;
      await remember(id, {
        snoozedUntil: until,
        told: settled ? [...told, { dueAt, milestone: reached, at, isDone: true, tries: 1 }] : told,
      });
    },
    async keepOnly(ids) {
      const kept = new Map([...credentials].filter(([id]) => ids.has(id)));
      if (kept.size < credentials.size) await write(kept);
    },
  };
}

function parse(bytes: Buffer): z.infer<typeof Document> | null {
  try {
    return Document.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return null;
  }
}

import type { Clock } from '../clock.ts';
import type { CredentialRecord } from '../credentials/record.ts';
import type { Vault } from '../credentials/vault.ts';
import type { DueView } from '../contract/views.ts';
import type { DurableFiles } from '../files/durable-file.ts';
import { oneAtATime } from '../files/one-at-a-time.ts';
import type { Log } from '../log.ts';
import type { Settings } from '../settings-schema.ts';
import { dayMs, dueOf, milestoneOf } from './due.ts';
import { createReminderJournal, type Telling } from './reminder-journal.ts';

/** One native notification. `credential` is the name of the one that it is about, or of the most urgent of several. */
export interface Notice {
  title: string;
  body: string;
  credential: string;
  state: 'soon' | 'overdue';
}

/** Tells the person what is due for replacement: 14, 7 and 1 days before and when it is overdue, once each. */
export interface Reminders {
  /** Reads what was told before; after the vault's index is loaded. From here on it looks by itself. */
  start(): Promise<void>;
  stop(): void;
  /** Looks now: after a change of what is due, and when the computer wakes. Never rejects. */
  check(): Promise<void>;
  dueOf(record: CredentialRecord): DueView;
  snooze(record: CredentialRecord, days: number): Promise<DueView>;
}

/** Timers stand still while a computer sleeps, so it looks often and trusts the clock alone. */
const pollMs = 10 * 60_000;
/** More than these become one notice: sections that were imported together are due together. */
const mostAtOnce = 3;

export function createReminders(deps: {
  home: string;
  files: DurableFiles;
  clock: Clock;
  log: Log;
  vault: Pick<Vault, 'list'>;
  rotation: () => Settings['rotation'];
  /** Null where nobody can be told, as in a headless host: then nothing counts as told either. */
  notify: ((notice: Notice) => void) | null;
  /** Told when the state of a credential is another one than before. */
  onChange: () => void;
}): Reminders {
  const { clock, log, vault, rotation, notify } = deps;
  const journal = createReminderJournal(deps);
  const inTurn = oneAtATime();
  let states = '';
  let cancelTimer = (): void => undefined;
  /** Before, what was told is not known yet, and everything would be told again. */
  let isRunning = false;

  const isSnoozed = (id: string): boolean => Date.parse(journal.snoozedUntil(id) ?? '') > clock.now();

  const view = (record: CredentialRecord): DueView => ({
    ...dueOf(record, rotation().defaultEveryDays, clock.now()),
    snoozedUntil: isSnoozed(record.id) ? journal.snoozedUntil(record.id) : null,
  });

  async function look(): Promise<void> {
    if (!isRunning) return;
    const dues = vault.list().map((record) => ({ record, due: view(record) }));
    const seen = dues.map(({ record, due }) => `${record.id} ${due.state} ${due.dueAt ?? ''}`).join('\n');
    if (seen !== states) deps.onChange();
    states = seen;
    if (!notify || !rotation().notify) return;
    const open = dues.flatMap(({ record, due }) => {
      const milestone = due.dueAt === null || due.snoozedUntil !== null ? null : milestoneOf(due.dueAt, clock.now());
      return due.dueAt === null || milestone === null
        ? []
        : [{ id: record.id, name: record.name, dueAt: due.dueAt, milestone }];
    });
    const untold = open.filter((one) => !journal.isTold(one.id, one.dueAt, one.milestone, clock.now()));
    untold.sort((one, other) => (one.dueAt < other.dueAt ? -1 : 1));
    if (untold.length > mostAtOnce) await tell(untold, notify);
    else for (const one of untold) await tell([one], notify);
  }

  /** One notice, also for several. What cannot be written down is not shown: it would be shown at each look. */
  async function tell(all: readonly Untold[], show: (notice: Notice) => void): Promise<void> {
    const [first, ...more] = all;
    if (!first) return;
    try {
      await journal.begin(all, clock.now());
      show(more.length === 0 ? noticeOf(first, clock.now()) : noticeOfMany(first, more.length));
      await journal.end(all);
    } catch (error) {
      log.error('reminders.not-told', error);
    }
  }

  const check = (): Promise<void> =>
    inTurn(look).catch((error: unknown) => void log.error('reminders.check-failed', error));

  function arm(): void {
    cancelTimer();
    if (!isRunning) return;
    cancelTimer = clock.after(pollMs, () => void check().finally(arm));
  }

  return {
    async start() {
      await journal.load();
      const ids = new Set(vault.list().map(({ id }) => id));
      await journal.keepOnly(ids).catch((error: unknown) => void log.error('reminders.tidy-failed', error));
      isRunning = true;
      await check();
      arm();
    },
    stop() {
      isRunning = false;
      cancelTimer();
    },
    check,
    dueOf: view,
    snooze: (record, days) =>
      inTurn(async () => {
        const now = clock.now();
        const { dueAt } = dueOf(record, rotation().defaultEveryDays, now);
        const until = days === 0 ? null : new Date(now + days * dayMs).toISOString();
        await journal.snooze(record.id, dueAt, until, now, dueAt === null ? null : milestoneOf(dueAt, now));
        deps.onChange();
        return view(record);
      }),
  };
}

/** A credential whose milestone has come: the most urgent one only, as who was away for a month wants one, not four. */
interface Untold extends Telling {
  name: string;
}

function noticeOf({ name, dueAt, milestone }: Untold, nowMs: number): Notice {
  const leftDays = Math.ceil((Date.parse(dueAt) - nowMs) / dayMs);
  const isOverdue = milestone === 0;
  return {
    title: isOverdue
      ? `${name} is overdue`
      : `${name} is due ${leftDays <= 1 ? 'within a day' : `in ${leftDays} days`}`,
    body: isOverdue
      ? 'Its secrets should have been replaced by now. Open it to replace them.'
      : 'Its secrets should be replaced by then. Open it to replace them.',
    credential: name,
    state: isOverdue ? 'overdue' : 'soon',
  };
}

const noticeOfMany = ({ name, milestone }: Untold, others: number): Notice => ({
  title: `${others + 1} credentials are due`,
  body: `${name} ${milestone === 0 ? 'is overdue' : 'comes first'}; the list shows ${others} more.`,
  credential: name,
  state: milestone === 0 ? 'overdue' : 'soon',
});

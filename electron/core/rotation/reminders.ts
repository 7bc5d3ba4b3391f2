import type { Clock } from '../clock.ts';
import type { CredentialRecord } from '../credentials/record.ts';
import type { Vault } from '../credentials/vault.ts';
import type { DueView } from '../contract/views.ts';
import type { DurableFiles } from '../files/durable-file.ts';
import { oneAtATime } from '../files/one-at-a-time.ts';
import type { Log } from '../log.ts';
import type { Settings } from '../settings-schema.ts';
import { dayMs, dueOf, milestoneOf, type Milestone } from './due.ts';
import { createReminderJournal } from './reminder-journal.ts';

/** One native notification. `credential` is the id. */
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
    for (const { record, due } of dues) {
      if (due.dueAt === null || due.snoozedUntil !== null) continue;
      // One that cannot be told, or not be written down, waits for the next look; the others do not.
      await tell(record, due.dueAt, notify).catch((error: unknown) => log.error('reminders.not-told', error));
    }
  }

  /** Only the most urgent milestone: who was away for a month wants one reminder, not four. */
  async function tell(record: CredentialRecord, dueAt: string, show: (notice: Notice) => void): Promise<void> {
    const now = clock.now();
    const milestone = milestoneOf(dueAt, now);
    if (milestone === null || journal.isTold(record.id, dueAt, milestone, now)) return;
    await journal.begin(record.id, dueAt, milestone, now);
    show(noticeOf(record, dueAt, milestone, now));
    await journal.end(record.id, dueAt);
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

function noticeOf({ id, name }: CredentialRecord, dueAt: string, milestone: Milestone, nowMs: number): Notice {
  const leftDays = Math.ceil((Date.parse(dueAt) - nowMs) / dayMs);
  const isOverdue = milestone === 0;
  return {
    title: isOverdue
      ? `${name} is overdue`
      : `${name} is due ${leftDays <= 1 ? 'within a day' : `in ${leftDays} days`}`,
    body: isOverdue
      ? 'Its secrets should have been replaced by now. Open it to replace them.'
      : 'Its secrets should be replaced by then. Open it to replace them.',
    credential: id,
    state: isOverdue ? 'overdue' : 'soon',
  };
}

import type { Clock } from './clock.ts';
import type { Requester } from './contract/dispatch.ts';
import type { Lock } from './lock.ts';
import type { Log } from './log.ts';
import type { Settings } from './settings-schema.ts';

/** Locks by itself as the person set it: when nobody is there, when the machine sleeps, when its session is locked. */
export interface AutoLock {
  /** The shell heard from the system. */
  signal(event: 'sleep' | 'session-lock'): void;
  /** Somebody asked something: whether that is a sign of a person is decided here. */
  asked(procedure: string, requester: Requester): void;
  stop(): void;
}

const pollMs = 15_000;
/** A timer that is late by so much was asleep with its machine. */
const sleptMs = 60_000;

export function createAutoLock(deps: {
  clock: Clock;
  lock: Lock;
  settings: () => Settings['lock'];
  /** Since when nobody touched this machine, in ms; null where that is not known, as in a headless host. */
  idleMs: () => number | null;
  log: Log;
}): AutoLock {
  const { clock, lock, settings, log } = deps;
  let polledAt = clock.now();
  let touchedAt = clock.now();
  let cancel = clock.after(pollMs, poll);

  function lockNow(): void {
    if (!lock.isLocked()) lock.lock().catch((error: unknown) => log.error('auto-lock.failed', error));
  }

  function poll(): void {
    const hasSlept = clock.now() - polledAt > pollMs + sleptMs;
    polledAt = clock.now();
    cancel = clock.after(pollMs, poll);
    const { idleMinutes, onSleep } = settings();
    if (hasSlept && onSleep) lockNow();
    const idleMs = deps.idleMs() ?? clock.now() - touchedAt;
    if (idleMinutes !== null && idleMs >= idleMinutes * 60_000) lockNow();
  }

  return {
    signal(event) {
      const { onSleep, onSessionLock } = settings();
      if (event === 'sleep' ? onSleep : onSessionLock) lockNow();
    },
    asked(procedure, { transport }) {
      // A page asks by itself whenever something changes, and `activity --follow` too; input in it is told by `host.touched`.
      const isPerson = transport === 'control' ? !procedure.startsWith('activity.') : signsOfAPerson.has(procedure);
      if (isPerson) touchedAt = clock.now();
    },
    stop: () => cancel(),
  };
}

const signsOfAPerson = new Set(['host.touched', 'host.unlock']);

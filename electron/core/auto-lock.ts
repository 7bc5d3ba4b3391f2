import type { Clock } from './clock.ts';
import type { Lock } from './lock.ts';
import type { Log } from './log.ts';
import type { Settings } from './settings-schema.ts';

/** Locks by itself as the person set it: when nobody is there, when the machine sleeps, when its session is locked. */
export interface AutoLock {
  /** The shell heard from the system. */
  signal(event: 'sleep' | 'session-lock'): void;
  stop(): void;
}

const pollMs = 15_000;
/** A timer that is late by so much was asleep with its machine. */
const sleptMs = 60_000;

export function createAutoLock(deps: {
  clock: Clock;
  lock: Lock;
  settings: () => Settings['lock'];
  /** Since when nobody touched this machine (desktop) or asked this host anything (headless), in ms. */
  idleMs: () => number;
  log: Log;
}): AutoLock {
  const { clock, lock, settings, log } = deps;
  let polledAt = clock.now();
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
    if (idleMinutes !== null && deps.idleMs() >= idleMinutes * 60_000) lockNow();
  }

  return {
    signal(event) {
      const { onSleep, onSessionLock } = settings();
      if (event === 'sleep' ? onSleep : onSessionLock) lockNow();
    },
    stop: () => cancel(),
  };
}

import type { Clock } from '../../electron/core/clock.ts';

/** A clock that stands still until it is moved; due timers run in order of their time. */
export function createFakeClock(startMs = Date.UTC(2026, 10, 21)): Clock & { advance(byMs: number): void } {
  let nowMs = startMs;
  let timers: { atMs: number; action: () => void }[] = [];
  return {
    now: () => nowMs,
    after(delayMs, action) {
      const timer = { atMs: nowMs + delayMs, action };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(byMs) {
      const untilMs = nowMs + byMs;
      for (;;) {
        const due = timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (!due) break;
        timers = timers.filter((other) => other !== due);
        nowMs = Math.max(nowMs, due.atMs);
        due.action();
      }
      nowMs = untilMs;
    },
  };
}

import type { Clock } from '../../electron/core/clock.ts';

/** A clock that stands still until `advance`; timers run in order, inside it. */
export const createFakeClock = (startMs = Date.parse('2026-01-02T03:04:05.000Z')) => {
  let nowMs = startMs;
  let timers: { at: number; action: () => void }[] = [];
  const clock: Clock & { advance(ms: number): void; readonly pending: number } = {
    now: () => nowMs,
    after(delayMs, action) {
      const timer = { at: nowMs + delayMs, action };
      timers.push(timer);
      return () => {
        timers = timers.filter((candidate) => candidate !== timer);
      };
    },
    get pending() {
      return timers.length;
    },
    advance(ms) {
      const until = nowMs + ms;
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        nowMs = Math.max(nowMs, next.at);
        next.action();
      }
      nowMs = until;
    },
  };
  return clock;
};

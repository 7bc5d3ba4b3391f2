/** Time as a port: wall clock in milliseconds since the epoch, and timers that a fake can drive. */
export interface Clock {
  now(): number;
  /** Runs `action` once after `delayMs`; the returned function cancels it. The timer never keeps the process alive. */
  after(delayMs: number, action: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

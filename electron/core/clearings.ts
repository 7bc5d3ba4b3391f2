import type { Clock } from './clock.ts';

/** What takes secrets away again that were handed out for a moment, as from the clipboard: in time, or at once. */
export interface Clearings {
  later(clear: () => Promise<void>, afterMs: number): void;
  /** When Chatelaine is locked or ends, nothing waits. */
  now(): Promise<void>;
}

export function createClearings(clock: Clock): Clearings {
  const waiting = new Set<() => Promise<void>>();
  return {
    later(clear, afterMs) {
      const once = async (): Promise<void> => {
        if (waiting.delete(once)) await clear().catch(() => undefined);
      };
      waiting.add(once);
      clock.after(afterMs, () => void once());
    },
    async now() {
      await Promise.all([...waiting].map((clear) => clear()));
    },
  };
}

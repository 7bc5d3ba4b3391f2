import type { Clock } from '../clock.ts';
import { linesBackwards } from './backwards.ts';
import type { ActivityLine } from './entry.ts';
import { decodeLine } from './line.ts';
import type { RecordFiles } from './record-files.ts';

/** Calls made with each credential: counted by day, and when the last one was. In memory, from the record's own lines. */
export interface Usage {
  /** Reads what the record has; lines that are added meanwhile are counted once. Called once. */
  load(record: RecordFiles): Promise<void>;
  add(lines: readonly ActivityLine[]): void;
  lastUsedAt(credentialId: string): string | null;
  /** The last days, oldest first, today included; days are those of the host's time zone. */
  days(credentialId: string, count: number): { day: string; calls: number; failed: number }[];
}

interface Counted {
  lastUsedAt: string;
  days: Map<string, { calls: number; failed: number }>;
}

const keptDays = 90;
const callMark = '"kind":"call-finished"';
const nothing: ActivityLine = { seq: 0, at: '', kind: '' };

export function createUsage({ clock }: { clock: Clock }): Usage {
  const counted = new Map<string, Counted>();
  /** Lines that came while the record was being read; null once it has been. */
  let waiting: ActivityLine[] | null = [];

  function count({ at, kind, credentialId, outcome }: ActivityLine): void {
    if (kind !== 'call-finished' || typeof credentialId !== 'string') return;
    const known: Counted = counted.get(credentialId) ?? { lastUsedAt: at, days: new Map() };
    counted.set(credentialId, known);
    if (at > known.lastUsedAt) known.lastUsedAt = at;
    const day = dayOf(new Date(at));
    const today = known.days.get(day) ?? { calls: 0, failed: 0 };
    known.days.set(day, { calls: today.calls + 1, failed: today.failed + (outcome === 'ok' ? 0 : 1) });
    if (known.days.size > keptDays + 1) forgetOldest(known.days);
  }

  return {
    async load(record) {
      let newest = 0;
      for await (const block of linesBackwards(record)) {
        if (newest === 0) newest = newestOf(block);
        for (const text of block) if (text.includes(callMark)) count(decodeLine(text)?.body ?? nothing);
      }
      const late = waiting ?? [];
      waiting = null;
      for (const line of late) if (line.seq > newest) count(line);
    },
    add(lines) {
      if (waiting) waiting.push(...lines);
      else lines.forEach(count);
    },
    lastUsedAt: (credentialId) => counted.get(credentialId)?.lastUsedAt ?? null,
    days(credentialId, count) {
      const known = counted.get(credentialId)?.days;
      const today = new Date(clock.now());
      return Array.from({ length: count }, (_, index) => {
        // By calendar, since a day may have 23 or 25 hours.
        const date = new Date(today.getFullYear(), today.getMonth(), today.getDate() - (count - 1 - index));
        const day = dayOf(date);
        return { day, ...(known?.get(day) ?? { calls: 0, failed: 0 }) };
      });
    },
  };
}

const newestOf = (block: readonly string[]): number =>
  block.map((text) => decodeLine(text)?.body.seq).find((seq) => seq !== undefined) ?? 0;

const dayOf = (date: Date): string =>
  [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-');

function forgetOldest(days: Map<string, unknown>): void {
  const [oldest] = [...days.keys()].sort();
  if (oldest !== undefined) days.delete(oldest);
}

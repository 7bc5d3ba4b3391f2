import type { ActivityLine } from './entry.ts';

/** Which lines to give: without `after` the newest, else those that follow that number. */
export interface ActivityQuery {
  after?: number;
  limit: number;
}

/** The newest lines, without a gap: whoever follows the record asks for them at each change, and a file may be large. */
export interface RecentLines {
  add(lines: readonly ActivityLine[]): void;
  clear(): void;
  /** Null when the answer reaches further back than what is kept. */
  answer(query: ActivityQuery): ActivityLine[] | null;
}

const mostKept = 1000;

export function createRecentLines(): RecentLines {
  let kept: ActivityLine[] = [];
  return {
    add(lines) {
      for (const line of lines) {
        const last = kept.at(-1);
        if (last && line.seq !== last.seq + 1) kept = [];
        kept.push(line);
      }
      if (kept.length > 2 * mostKept) kept = kept.slice(-mostKept);
    },
    clear() {
      kept = [];
    },
    answer({ after, limit }) {
      if (after === undefined) return kept.length >= limit ? kept.slice(-limit) : null;
      const [first] = kept;
      if (!first || first.seq > after + 1) return null;
      const from = after + 1 - first.seq;
      return kept.slice(from, from + limit);
    },
  };
}

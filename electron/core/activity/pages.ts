import { linesBackwards } from './backwards.ts';
import type { ActivityLine } from './entry.ts';
import { decodeLine } from './line.ts';
import type { RecordFiles } from './record-files.ts';

export interface PageQuery {
  before?: number | undefined;
  limit: number;
  kind?: string | undefined;
  client?: string | undefined;
  credential?: string | undefined;
  text?: string | undefined;
}

export interface Page {
  /** Newest first. */
  lines: ActivityLine[];
  /** What the next page is asked for with; null at the record's beginning. */
  before: number | null;
}

/** One page of the record. A line is parsed only when its text may be asked for. */
export async function readPage(record: RecordFiles, query: PageQuery): Promise<Page> {
  const lines: ActivityLine[] = [];
  const mayMatch = textFilter(query);
  for await (const block of linesBackwards(record, query.before)) {
    for (const text of block) {
      if (!mayMatch(text)) continue;
      const line = decodeLine(text)?.body;
      if (!line || !matches(line, query)) continue;
      if (lines.length === query.limit) return { lines, before: lines.at(-1)?.seq ?? null };
      lines.push(line);
    }
  }
  return { lines, before: null };
}

/** Whether a line could match at all, by its text alone: that is a hundred times faster than reading it. */
function textFilter({ kind, client, credential, text }: PageQuery): (line: string) => boolean {
  const exact = Object.entries({ kind, client, credential })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const part = text === undefined ? '' : JSON.stringify(text).slice(1, -1).toLowerCase();
  return (line) => exact.every((wanted) => line.includes(wanted)) && (part === '' || line.toLowerCase().includes(part));
}

function matches(line: ActivityLine, { kind, client, credential, text }: PageQuery): boolean {
  const isWanted = (value: unknown, wanted: string | undefined): boolean => wanted === undefined || value === wanted;
  return (
    isWanted(line.kind, kind) &&
    isWanted(line.client, client) &&
    isWanted(line.credential, credential) &&
    (text === undefined || hasText(Object.values(line), text.toLowerCase()))
  );
}

const hasText = (values: readonly unknown[], text: string): boolean =>
  values.some((value) =>
    typeof value === 'object' && value !== null
      ? hasText(Object.values(value), text)
      : String(value).toLowerCase().includes(text),
  );

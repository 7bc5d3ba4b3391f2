import { join } from 'node:path';

import type { AppendFile } from '../files/append-file.ts';
import type { DurableFiles, ReadableFile } from '../files/durable-file.ts';
import type { ActivityLine } from './entry.ts';
import { decodeLine, type Head } from './line.ts';

/** The files of the record: `<home>/activity/activity-000001.jsonl` and on. */
export interface RecordFiles {
  /** Their numbers, ascending. */
  numbers(): Promise<number[]>;
  open(number: number): Promise<AppendFile>;
  /** The lines as text; what follows the last newline is not one. */
  lines(number: number): Promise<string[]>;
  /** For reading parts of it; null when it is not there any more. Its caller closes it. */
  reader(number: number): Promise<ReadableFile | null>;
  remove(number: number): Promise<void>;
}

export const fileName = (number: number): string => `activity-${String(number).padStart(6, '0')}.jsonl`;

export const createRecordFiles = (home: string, files: DurableFiles): RecordFiles => {
  const folder = join(home, 'activity');
  return {
    async numbers() {
      const names = await files.list(folder);
      const found = names
        .map((name) => /^activity-(\d{6,9})\.jsonl$/.exec(name)?.[1])
        .filter((part) => part !== undefined);
      return found.map(Number).sort((a, b) => a - b);
    },
    async open(number) {
      await files.ensurePrivateFolder(folder);
      return files.append(join(folder, fileName(number)));
    },
    async lines(number) {
      const bytes = await files.read(join(folder, fileName(number)));
      return (bytes?.toString('utf8') ?? '').split('\n').slice(0, -1);
    },
    reader: (number) => files.open(join(folder, fileName(number))),
    remove: (number) => files.remove(join(folder, fileName(number))),
  };
};

/** Cuts off what a killed writer left of its last line. Resolves with how many bytes that was. */
export const cutTornLine = async (file: AppendFile): Promise<number> => {
  const step = 64 * 1024;
  for (let end = file.size; end > 0; end -= step) {
    const from = Math.max(0, end - step);
    const newline = (await file.read(from, end - from)).lastIndexOf(0x0a);
    if (newline < 0 && from > 0) continue;
    const torn = file.size - (newline < 0 ? 0 : from + newline + 1);
    if (torn > 0) await file.truncate(file.size - torn);
    return torn;
  }
  return 0;
};

/** The head that the newest of these lines gives: null without lines, 'damaged' when it is not a line of ours. */
export const headOf = (lines: readonly string[]): Head | null | 'damaged' => {
  const last = lines.at(-1);
  if (last === undefined) return null;
  const decoded = decodeLine(last);
  return decoded === null ? 'damaged' : { seq: decoded.body.seq, mac: decoded.mac };
};

export const bodiesOf = (lines: readonly string[]): ActivityLine[] =>
  lines.map((line) => decodeLine(line)?.body).filter((body) => body !== undefined);

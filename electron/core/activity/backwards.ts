import type { ReadableFile } from '../files/durable-file.ts';
import { decodeLine } from './line.ts';
import type { RecordFiles } from './record-files.ts';

const chunkBytes = 128 * 1024;
const probeBytes = 16 * 1024;

/**
 * The lines of the record as text, in blocks, newest first, from before line number `before` (from the end without it).
 * Reads from the end backwards and only as far as it is asked, so that a long record costs nothing. What is removed
 * meanwhile is simply the record's beginning.
 */
export async function* linesBackwards(record: RecordFiles, before?: number): AsyncGenerator<string[]> {
  for (const number of (await record.numbers()).reverse()) {
    const file = await record.reader(number);
    if (file === null) return;
    try {
      yield* blocksOf(file, before === undefined ? file.size : await offsetOf(file, before));
    } finally {
      await file.close();
    }
  }
}

async function* blocksOf(file: ReadableFile, end: number): AsyncGenerator<string[]> {
  /** The end of a line that begins further ahead. */
  let tail: Buffer = Buffer.alloc(0);
  for (let to = end; to > 0; to -= chunkBytes) {
    const from = Math.max(0, to - chunkBytes);
    const block = Buffer.concat([await file.read(from, to - from), tail]);
    const start = from === 0 ? 0 : block.indexOf(0x0a) + 1;
    if (from > 0 && start === 0) {
      tail = block;
      continue;
    }
    tail = block.subarray(0, start);
    // What follows the last newline of the file is not a line, or not yet; elsewhere it is nothing.
    yield block.toString('utf8', start).split('\n').slice(0, -1).reverse();
  }
}

/** Where the first line with this number or a higher one begins, found by halving: numbers grow along a file. */
async function offsetOf(file: ReadableFile, seq: number): Promise<number> {
  let [low, high] = [0, file.size];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const found = await lineFrom(file, middle, high);
    if (found === null || found.seq >= seq) high = middle;
    else low = found.end;
  }
  // `low` is the end of the last line before, or 0.
  return low;
}

/** The first line of ours that begins at or after `offset` and before `limit`, and where it ends. */
async function lineFrom(
  file: ReadableFile,
  offset: number,
  limit: number,
): Promise<{ seq: number; end: number } | null> {
  let from = offset === 0 ? 0 : await afterNewline(file, offset - 1);
  while (from < limit) {
    const end = await afterNewline(file, from);
    if (end > file.size) return null;
    const decoded = decodeLine((await file.read(from, end - from - 1)).toString('utf8'));
    if (decoded) return { seq: decoded.body.seq, end };
    from = end;
  }
  return null;
}

/** Where the line goes on that follows the next newline; beyond the file's end when there is none. */
async function afterNewline(file: ReadableFile, offset: number): Promise<number> {
  for (let from = offset; from < file.size; from += probeBytes) {
    const index = (await file.read(from, probeBytes)).indexOf(0x0a);
    if (index >= 0) return from + index + 1;
  }
  return file.size + 1;
}

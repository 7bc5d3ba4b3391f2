import type { Clock } from '../clock.ts';
import type { SecretStore } from '../credentials/secret-store.ts';
import type { AppendFile } from '../files/append-file.ts';
import { type Anchor, type Break, createKey, readAnchor, writeAnchor } from './anchor.ts';
import type { ActivityLine } from './entry.ts';
import { encodeLine, type Head } from './line.ts';
import { bodiesOf, cutTornLine, fileName, headOf, type RecordFiles } from './record-files.ts';

type Body = Omit<ActivityLine, 'seq'>;

/** The open end of the record. To be used by one at a time. */
export interface Chain {
  readonly key: Buffer;
  head(): Head;
  /** What the store is to know now. */
  anchor(): Anchor;
  /** Bytes in the current file. */
  size(): number;
  /** Adds lines as one block: all or none. */
  write(bodies: readonly Body[]): Promise<ActivityLine[]>;
  sync(): Promise<void>;
  /** Ends the current file and goes on in the next. */
  startFile(): Promise<void>;
  /** Removes whole files whose last line is older; the anchor knows first, so that this is never taken for a cut. */
  prune(keepDays: number): Promise<void>;
  /** Closes the file and forgets the key. */
  close(): Promise<void>;
}

const day = 24 * 60 * 60 * 1000;

/** Opens or begins the record. Whatever does not fit the anchor is kept as a break, and the chain goes on from there. */
export const openChain = async ({
  record,
  store,
  clock,
  onLines,
}: {
  record: RecordFiles;
  store: SecretStore;
  clock: Clock;
  /** Every line that is written, also those that the record writes about itself. */
  onLines: (lines: readonly ActivityLine[]) => void;
}): Promise<Chain> => {
  const numbers = await record.numbers();
  const last = numbers.at(-1);
  const known = await readAnchor(store);
  const found = await findEnd(known, numbers, record);
  const { anchor } = found;
  const key = known.key ?? (await createKey(store, anchor));
  let { head } = found;
  let current: { number: number; file: AppendFile } | null = null;
  let { oldest } = anchor;

  const write = async (bodies: readonly Body[], file: AppendFile): Promise<ActivityLine[]> => {
    let next = head;
    const texts: string[] = [];
    const lines = bodies.map((body) => {
      const line = { seq: next.seq + 1, ...body } as ActivityLine;
      const { text, mac } = encodeLine(line, next.mac, key);
      texts.push(text);
      next = { seq: line.seq, mac };
      return line;
    });
    await file.append(Buffer.from(texts.join('')));
    head = next;
    onLines(lines);
    return lines;
  };

  const own = (kind: string, facts: Record<string, unknown>): Body => ({
    at: new Date(clock.now()).toISOString(),
    kind,
    ...facts,
  });

  const open = async (number: number): Promise<{ number: number; file: AppendFile }> => {
    const file = await record.open(number);
    const torn = await cutTornLine(file);
    const bodies = [
      ...(file.size === 0 ? [own('record-file-started', { previousMac: head.mac })] : []),
      ...(torn > 0 ? [own('record-repaired', { bytes: torn })] : []),
    ];
    if (bodies.length > 0) await write(bodies, file);
    return { number, file };
  };

  for (const number of numbers.filter((candidate) => candidate < oldest)) await record.remove(number);
  const isLost = known.key === null || last === undefined || last < oldest;
  current = await open(isLost ? anchor.newest : last);
  if (found.isNewBreak) {
    await write([own('record-damaged', { reason: anchor.breaks.at(-1)?.why })], current.file);
    await writeAnchor(store, { ...anchor, newest: current.number, seq: head.seq, mac: head.mac });
  }
  let { number, file } = current;

  const anchorNow = (): Anchor => ({ ...head, oldest, newest: number, breaks: anchor.breaks });

  return {
    key,
    head: () => head,
    anchor: anchorNow,
    size: () => file.size,
    write: (bodies) => write(bodies, file),
    sync: () => file.sync(),
    async startFile() {
      const next = await open(number + 1);
      const ended = file;
      ({ number, file } = next);
      await ended.sync();
      await ended.close();
    },
    async prune(keepDays) {
      const kept = clock.now() - keepDays * day;
      let first = oldest;
      while (first < number) {
        const at = bodiesOf(await record.lines(first)).at(-1)?.at;
        if (at === undefined || Date.parse(at) >= kept) break;
        first += 1;
      }
      if (first === oldest) return;
      const removed = Array.from({ length: first - oldest }, (_, index) => oldest + index);
      oldest = first;
      await file.sync();
      await writeAnchor(store, anchorNow());
      for (const old of removed) await record.remove(old);
    },
    async close() {
      await file.close();
      key.fill(0);
    },
  };
};

/** Where the chain ends by its files, and what of that does not fit what the store knows. */
const findEnd = async (
  known: { key: Buffer | null; anchor: Anchor | null },
  numbers: readonly number[],
  record: RecordFiles,
): Promise<{ head: Head; anchor: Anchor; isNewBreak: boolean }> => {
  const [first = 1] = numbers;
  const last = numbers.at(-1) ?? 0;
  const none: Head = { seq: 0, mac: '' };
  const broken = (anchor: Anchor, head: Head, found: Break) => ({
    head,
    anchor: { ...anchor, breaks: [...anchor.breaks, found] },
    isNewBreak: true,
  });
  if (known.key === null) {
    const fresh: Anchor = { ...none, oldest: last + 1, newest: last + 1, breaks: [] };
    if (last === 0 && known.anchor === null) return { head: none, anchor: fresh, isNewBreak: false };
    if (last === 0 && known.anchor?.seq === 0) return { head: none, anchor: fresh, isNewBreak: false };
    const why = 'the key was missing from the secret store; earlier lines cannot be checked';
    return broken(fresh, none, { file: fileName(last), line: 0, why });
  }
  const tail = await tailOf(numbers, record);
  if (known.anchor === null) {
    const why = 'the anchor was missing from the secret store; a cut before this cannot be ruled out';
    const anchor: Anchor = { ...none, oldest: first, newest: Math.max(last, 1), breaks: [] };
    return broken(anchor, tail === 'damaged' ? none : tail, { file: fileName(last), line: 0, why });
  }
  const { anchor } = known;
  const expected: Head = { seq: anchor.seq, mac: anchor.mac };
  const isGone = last < anchor.oldest;
  if (isGone && anchor.seq > 0) {
    const next = anchor.newest + 1;
    const why = `all lines up to number ${anchor.seq} are missing`;
    const moved = { ...anchor, oldest: next, newest: next };
    return broken(moved, expected, { file: fileName(anchor.newest), line: 0, why });
  }
  if (tail === 'damaged') {
    return broken(anchor, expected, { file: fileName(last), line: 0, why: 'the last line is not one of the record' });
  }
  if (tail.seq < anchor.seq) {
    const why = `lines ${tail.seq + 1} to ${anchor.seq} are missing at the end`;
    return broken(anchor, tail, { file: fileName(last), line: 0, why });
  }
  if (tail.seq === anchor.seq && tail.mac !== anchor.mac) {
    return broken(anchor, tail, { file: fileName(last), line: 0, why: 'the last line is not what was written' });
  }
  return { head: tail, anchor, isNewBreak: false };
};

/** The newest whole line; in the file before when the newest file has none yet. */
const tailOf = async (numbers: readonly number[], record: RecordFiles): Promise<Head | 'damaged'> => {
  for (const number of numbers.slice(-2).reverse()) {
    const head = headOf(await record.lines(number));
    if (head !== null) return head;
  }
  return { seq: 0, mac: '' };
};

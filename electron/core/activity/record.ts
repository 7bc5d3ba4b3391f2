import type { Clock } from '../clock.ts';
import type { SecretStore } from '../credentials/secret-store.ts';
import { Failure } from '../failure.ts';
import type { DurableFiles } from '../files/durable-file.ts';
import { oneAtATime } from '../files/one-at-a-time.ts';
import type { Log } from '../log.ts';
import type { Settings } from '../settings-schema.ts';
import { defaultSettings } from '../settings.ts';
import { writeAnchor } from './anchor.ts';
import { type Chain, openChain } from './chain.ts';
import { ActivityEntry, type ActivityLine } from './entry.ts';
import { type ActivityQuery, createRecentLines } from './recent.ts';
import { type Page, type PageQuery, readPage } from './pages.ts';
import { bodiesOf, createRecordFiles } from './record-files.ts';
import { createUsage, type Usage } from './usage.ts';
import { type Verdict, verifyRecord } from './verify.ts';

/** The tamper-evident record: what was lent to whom, and what was done with it. Never values of secrets or arguments. */
export interface Activity {
  /** Reads key and anchor from the open store, repairs a torn end, writes what waited. */
  open(): Promise<void>;
  /** Writes everything and forgets the key; entries wait again. To be called before the store is closed. */
  close(): Promise<void>;
  /**
   * Adds an entry, in order. `durable` waits for the disk: before calls that change something, for grants and approvals.
   * While the record is not open up to 1,000 entries wait in memory; their line has `seq` 0.
   */
  append(entry: ActivityEntry, options?: { durable: boolean }): Promise<ActivityLine>;
  /** In ascending order, also while the record is not open. */
  list(query: ActivityQuery): Promise<ActivityLine[]>;
  /** Backwards and filtered; only what is on disk, so not what waits for the record to be opened. */
  page(query: PageQuery): Promise<Page>;
  /** What the lines say about the use of credentials; filled by `readUsage` and from then on by each line. */
  usage: Pick<Usage, 'days' | 'lastUsedAt'>;
  /** Reads the whole record once, in the background of everything else. */
  readUsage(): Promise<void>;
  /** Checks every line. Rejects with `locked` while the record is not open. */
  verify(): Promise<Verdict>;
  /** Removes what is older than is to be kept: after that has been made shorter. */
  prune(): Promise<void>;
  onAppend(listener: () => void): () => void;
}

interface Waiting {
  body: Omit<ActivityLine, 'seq'>;
  durable: boolean;
  resolve: (line: ActivityLine) => void;
  reject: (error: unknown) => void;
}

const anchorDelayMs = 2000;
const maximumWaiting = 1000;

export const createActivity = (deps: {
  home: string;
  store: SecretStore;
  files: DurableFiles;
  clock: Clock;
  log: Log;
  limits?: () => Settings['activity'];
}): Activity => {
  const { store, clock, log, limits = () => defaultSettings.activity } = deps;
  const record = createRecordFiles(deps.home, deps.files);
  const inTurn = oneAtATime();
  const listeners = new Set<() => void>();
  const recent = createRecentLines();
  const usage = createUsage({ clock });
  let chain: Chain | null = null;
  let pending: Waiting[] = [];
  let dropped = 0;
  let cancelAnchoring: (() => void) | null = null;

  const anchorSoon = (): void => {
    cancelAnchoring ??= clock.after(anchorDelayMs, () => {
      cancelAnchoring = null;
      void inTurn(anchorNow).catch((error: unknown) => log.error('activity-anchor-failed', error));
    });
  };

  /** The lines first: an anchor that is ahead of them would look like a cut. */
  const anchorNow = async (): Promise<void> => {
    if (chain === null) return;
    await chain.sync();
    await writeAnchor(store, chain.anchor());
  };

  /** Writes all that waits as one block, so that a hundred entries cost one system call. */
  const drain = async (): Promise<void> => {
    if (chain === null || pending.length === 0) return;
    const batch = pending;
    pending = [];
    try {
      const lines = await chain.write(batch.map(({ body }) => body));
      if (batch.some(({ durable }) => durable)) await chain.sync();
      batch.forEach(({ resolve, body }, index) => resolve(lines[index] ?? unwritten(body)));
    } catch (error) {
      batch.forEach(({ reject }) => reject(error));
      return;
    }
    anchorSoon();
    listeners.forEach((listener) => listener());
    const { maxFileMb, keepDays } = limits();
    if (chain.size() > maxFileMb * 1024 * 1024) {
      await chain.startFile();
      await prune(chain, keepDays);
    }
  };

  const onLines = (lines: readonly ActivityLine[]): void => {
    recent.add(lines);
    usage.add(lines);
  };

  /** What is removed from the disk is not shown from memory either. */
  const prune = async (open: Chain, keepDays: number): Promise<void> => {
    await open.prune(keepDays);
    recent.clear();
  };

  /** From the files, newest first, as far back as the question reaches. */
  const read = async ({ after, limit }: ActivityQuery): Promise<ActivityLine[]> => {
    let lines: ActivityLine[] = [];
    for (const number of (await record.numbers()).reverse()) {
      lines = [...bodiesOf(await record.lines(number)), ...lines];
      if (after === undefined ? lines.length >= limit : (lines[0]?.seq ?? Infinity) <= after + 1) break;
    }
    recent.clear();
    recent.add(lines);
    return after === undefined ? lines.slice(-limit) : lines.filter(({ seq }) => seq > after).slice(0, limit);
  };

  /** For those who asked while the record was being closed: their entries wait for the next opening. */
  const releaseWaiting = (): void => pending.forEach(({ resolve, body }) => resolve(unwritten(body)));

  const drainSafely = async (): Promise<void> => {
    if (chain === null) {
      releaseWaiting();
      return;
    }
    await drain().catch((error: unknown) => log.error('activity-rotation-failed', error));
  };

  const wait = (body: Waiting['body']): ActivityLine => {
    if (pending.length >= maximumWaiting) {
      pending.shift();
      dropped += 1;
    }
    pending.push({ body, durable: false, resolve: () => undefined, reject: () => undefined });
    return unwritten(body);
  };

  const bodyOf = (entry: ActivityEntry): Waiting['body'] => ({
    at: new Date(clock.now()).toISOString(),
    ...ActivityEntry.parse(entry),
  });

  return {
    open: () =>
      inTurn(async () => {
        if (chain !== null) return;
        chain = await openChain({ record, store, clock, onLines });
        if (dropped > 0) await chain.write([bodyOf({ kind: 'record-entries-dropped', count: dropped })]);
        dropped = 0;
        await prune(chain, limits().keepDays);
        await drain();
        await anchorNow();
      }),

    close: () =>
      inTurn(async () => {
        if (chain === null) return;
        cancelAnchoring?.();
        cancelAnchoring = null;
        await drain();
        await anchorNow().catch((error: unknown) => log.error('activity-anchor-failed', error));
        await chain.close();
        chain = null;
      }),

    async append(entry, { durable } = { durable: false }) {
      const body = bodyOf(entry);
      if (chain === null) return wait(body);
      return new Promise<ActivityLine>((resolve, reject) => {
        pending.push({ body, durable, resolve, reject });
        void inTurn(drainSafely);
      });
    },

    list: (query) =>
      inTurn(async () => {
        await drainSafely();
        if (chain !== null && query.after !== undefined && query.after >= chain.head().seq) return [];
        return recent.answer(query) ?? read(query);
      }),

    async page(query) {
      await inTurn(drainSafely);
      // Not in turn: a search through a long record must not keep a call waiting that is to be recorded.
      return readPage(record, query);
    },

    usage,
    readUsage: () => usage.load(record),

    verify: () =>
      inTurn(async () => {
        if (chain === null)
          throw new Failure(
            'locked',
            'The record can only be checked while Chatelaine is unlocked.',
            'Unlock it first.',
          );
        await drain();
        return verifyRecord(record, chain.anchor(), chain.head(), chain.key);
      }),

    prune: () =>
      inTurn(async () => {
        if (chain !== null) await prune(chain, limits().keepDays);
      }),

    onAppend(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

const unwritten = (body: Waiting['body']): ActivityLine => ({ seq: 0, ...body }) as ActivityLine;

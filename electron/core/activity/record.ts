import type { Clock } from '../clock.ts';
import type { SecretStore } from '../credentials/secret-store.ts';
import { Failure } from '../failure.ts';
import type { DurableFiles } from '../files/durable-file.ts';
import { oneAtATime } from '../files/one-at-a-time.ts';
import type { Log } from '../log.ts';
import { writeAnchor } from './anchor.ts';
import { type Chain, openChain } from './chain.ts';
import { ActivityEntry, type ActivityLine } from './entry.ts';
import { bodiesOf, createRecordFiles } from './record-files.ts';
import { type Verdict, verifyRecord } from './verify.ts';

/** Which lines to give: without `after` the newest, else those that follow that number. Every filter given must match. */
interface ActivityQuery {
  after?: number;
  limit: number;
  kinds?: readonly string[];
  client?: string;
  provider?: string;
  credentialId?: string;
}

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
  /** Checks every line. Rejects with `locked` while the record is not open. */
  verify(): Promise<Verdict>;
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
  /** A file is ended when it is larger than this; whole files are removed when their last line is older than that. */
  limits?: { maxFileBytes: number; keepDays: number };
}): Activity => {
  const { store, clock, log, limits = { maxFileBytes: 8 * 1024 * 1024, keepDays: 365 } } = deps;
  const record = createRecordFiles(deps.home, deps.files);
  const inTurn = oneAtATime();
  const listeners = new Set<() => void>();
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
    if (chain.size() > limits.maxFileBytes) {
      await chain.startFile();
      await chain.prune(limits.keepDays);
    }
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
        chain = await openChain({ record, store, clock });
        if (dropped > 0) await chain.write([bodyOf({ kind: 'record-entries-dropped', count: dropped })]);
        dropped = 0;
        await chain.prune(limits.keepDays);
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
        const found: ActivityLine[][] = [];
        let count = 0;
        for (const number of (await record.numbers()).reverse()) {
          const bodies = bodiesOf(await record.lines(number));
          const matching = bodies.filter((line) => matches(line, query));
          found.unshift(matching);
          count += matching.length;
          const reachesBack = query.after !== undefined && (bodies[0]?.seq ?? Infinity) <= query.after + 1;
          if (reachesBack || (query.after === undefined && count >= query.limit)) break;
        }
        const lines = found.flat();
        return query.after === undefined ? lines.slice(-query.limit) : lines.slice(0, query.limit);
      }),

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

    onAppend(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

const unwritten = (body: Waiting['body']): ActivityLine => ({ seq: 0, ...body }) as ActivityLine;

const matches = (line: ActivityLine, { after, kinds, client, provider, credentialId }: ActivityQuery): boolean =>
  (after === undefined || line.seq > after) &&
  (kinds === undefined || kinds.includes(line.kind)) &&
  (client === undefined || line.client === client) &&
  (provider === undefined || line.provider === provider) &&
  (credentialId === undefined || line.credentialId === credentialId);

import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { Failure } from '../failure.ts';
import type { LockBeside } from '../files/advisory-lock.ts';
import type { DurableFiles } from '../files/durable-file.ts';
import { ConfigProblem, decodeConfig } from './config-document.ts';
import type { Machine } from './machine.ts';

/** What happens to one file of a client; null is no file. */
export interface ConfigChange {
  path: string;
  before: Buffer | null;
  after: Buffer | null;
}

/** The one way in which a client's file is changed. Every rejection is a Failure, and the file is then as it was. */
export interface ConfigFiles {
  /** Null when there is no file. Rejects for what cannot be read. */
  read(path: string): Promise<Buffer | null>;
  /** Where the copy goes that `apply` makes. */
  copyFor(path: string): string;
  /**
   * Writes `after` if the file is still `before`, else rejects with `changed`. With `copy`, what was there is kept there
   * first. What is on disk afterwards is read again.
   */
  apply(change: ConfigChange, copy: string | null): Promise<void>;
  remove(path: string): Promise<void>;
}

export function createConfigFiles(deps: {
  files: DurableFiles;
  machine: Machine;
  clock: Clock;
  lockBeside: LockBeside;
}): ConfigFiles {
  const { files, machine, clock } = deps;

  async function refuseReadOnly(path: string): Promise<void> {
    if ((await machine.facts(path))?.isWritable !== false) return;
    throw new Failure(
      'not-writable',
      `${path} is read-only. It was not changed.`,
      'Whoever made it so may have had a reason; allow writing to it and try again.',
    );
  }

  async function replace({ path, before, after }: ConfigChange): Promise<void> {
    if (after !== null) {
      await files.write(path, after, { ifUnchangedFrom: before });
      return;
    }
    if (!same(await files.read(path), before)) throw changedMeanwhile(path);
    await files.remove(path);
  }

  return {
    read: (path) => files.read(path),
    copyFor(path) {
      const at = new Date(clock.now()).toISOString().replace(/[-:.]/g, '');
      return `${path}.chatelaine-${at}-${randomBytes(2).toString('hex')}.bak`;
    },
    async apply(change, copy) {
      const { path, before, after } = change;
      await refuseReadOnly(path);
      const release = await deps.lockBeside(path);
      try {
        if (copy !== null && before !== null) await files.write(copy, before, { ifUnchangedFrom: null });
        try {
          await replace(change);
        } catch (error) {
          if (copy !== null) await files.remove(copy).catch(() => undefined);
          throw error;
        }
        if (!same(await files.read(path), after)) throw changedMeanwhile(path);
      } finally {
        await release();
      }
    },
    remove: (path) => files.remove(path),
  };
}

const same = (one: Buffer | null, other: Buffer | null): boolean =>
  one === null || other === null ? one === other : one.equals(other);

const changedMeanwhile = (path: string): Failure =>
  new Failure(
    'changed',
    `Another program changed ${path} at the same time. What it wrote was left as it is.`,
    'Quit the client fully and try again.',
  );

/** The text, or a Failure that names file, line and column. */
export function textOf(path: string, bytes: Buffer | null): string {
  return readable(path, () => (bytes === null ? '' : decodeConfig(bytes)));
}

/** Runs work on a document; what it cannot do becomes a Failure that names the file and the place in it. */
export function readable<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ConfigProblem)) throw error;
    throw new Failure(
      'damaged',
      `${path} is not as its client needs it, ${error.message}. It was not changed.`,
      'Correct it in an editor, or put one of its copies (.bak) back, then try again.',
    );
  }
}

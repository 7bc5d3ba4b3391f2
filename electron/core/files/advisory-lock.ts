import { basename, dirname, join } from 'node:path';
import { Failure } from '../failure.ts';
import { fileFailure, systemCode } from './file-failure.ts';
import { type FileSystem, nodeFileSystem } from './file-system.ts';

/** Keeps other hosts of Chatelaine away from a file that is not ours while it is changed. Resolves with the release. */
export type LockBeside = (path: string) => Promise<() => Promise<void>>;

const pollMs = 50;
const waitMs = 2_000;
const staleMs = 60_000;

/** A file beside the one to be changed, with the holder's process id; one that a killed holder left is taken over. */
export const lockBeside =
  (fs: FileSystem = nodeFileSystem): LockBeside =>
  async (path) => {
    const lock = join(dirname(path), `.${basename(path)}.chatelaine-lock`);
    for (const deadline = Date.now() + waitMs; ;) {
      if (await take(fs, lock, path)) return () => fs.unlink(lock).catch(() => undefined);
      if (await isStale(fs, lock)) await fs.unlink(lock).catch(() => undefined);
      else if (Date.now() > deadline) {
        throw new Failure(
          'changed',
          `Another Chatelaine is changing ${path} right now. Nothing was changed.`,
          'Try again in a moment.',
        );
      } else await new Promise((resume) => setTimeout(resume, pollMs));
    }
  };

async function take(fs: FileSystem, lock: string, path: string): Promise<boolean> {
  try {
    const file = await fs.open(lock, 'create', 0o600);
    try {
      const holder = Buffer.from(String(process.pid));
      await file.write(holder, 0, holder.length);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw fileFailure(error, path, 'Nothing was changed.');
  }
}

async function isStale(fs: FileSystem, lock: string): Promise<boolean> {
  try {
    const holder = Number((await fs.readFile(lock)).toString());
    const { modifiedMs } = await fs.lstat(lock);
    return Date.now() - modifiedMs > staleMs || (holder > 0 && !isAlive(holder));
  } catch (error) {
    return systemCode(error) === 'ENOENT';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

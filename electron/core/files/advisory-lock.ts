import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../failure.ts';
import { fileFailure, systemCode } from './file-failure.ts';
import { type FileSystem, nodeFileSystem } from './file-system.ts';

/** Keeps other hosts of Chatelaine away from a file that is not ours while it is changed. Resolves with the release. */
export type LockBeside = (path: string) => Promise<() => Promise<void>>;

const pollMs = 50;
const waitMs = 2_000;
const staleMs = 60_000;
const namelessMs = 500;

/** A file beside the one to be changed, with the holder's process id; one that a killed holder left is taken over. */
export const lockBeside = (fs: FileSystem = nodeFileSystem): LockBeside => {
  // A process id alone says little: in a container every host has the same one.
  const holder = `${process.pid} ${randomBytes(4).toString('hex')}`;
  return async (path) => {
    const lock = join(dirname(path), `.${basename(path)}.chatelaine-lock`);
    for (const deadline = Date.now() + waitMs; ;) {
      if (await take(fs, lock, path, holder)) return () => fs.unlink(lock).catch(() => undefined);
      if (await isStale(fs, lock, holder)) await fs.unlink(lock).catch(() => undefined);
      else if (Date.now() > deadline) {
        throw new Failure(
          'changed',
          `Another Chatelaine is changing ${path} right now. Nothing was changed.`,
          'Try again in a moment.',
        );
      } else await new Promise((resume) => setTimeout(resume, pollMs));
    }
  };
};

async function take(fs: FileSystem, lock: string, path: string, holder: string): Promise<boolean> {
  try {
    const file = await fs.open(lock, 'create', 0o600);
    try {
      const bytes = Buffer.from(holder);
      await file.write(bytes, 0, bytes.length);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw fileFailure(error, path, 'Nothing was changed.');
  }
}

async function isStale(fs: FileSystem, lock: string, own: string): Promise<boolean> {
  try {
    const holder = (await fs.readFile(lock)).toString();
    const { modifiedMs } = await fs.lstat(lock);
    const ageMs = Date.now() - modifiedMs;
    // A holder writes its name at once, so one without a name was killed before it could.
    if (ageMs > (holder === '' ? namelessMs : staleMs)) return true;
    const pid = Number(holder.split(' ')[0]);
    return pid === process.pid ? holder !== own : pid > 0 && !isAlive(pid);
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

import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../core/failure.ts';
import { isRunning, startTimeOf } from './running.ts';

/** Who holds a data folder. The start time tells a host from a stranger that was given its pid later. */
interface Holder {
  pid: number;
  startedAt: string | null;
}

/** One host per data folder. Resolves with the release; rejects with `already-running` while another host holds it. */
export async function lockDataFolder(home: string): Promise<() => Promise<void>> {
  const path = join(home, 'host.lock');
  const mine = `${path}.${randomBytes(6).toString('hex')}`;
  const content = JSON.stringify({ pid: process.pid, startedAt: startTimeOf(process.pid) } satisfies Holder);
  await writeFile(mine, content, { mode: 0o600, flag: 'wx' });
  try {
    while (!(await tryLink(mine, path))) await removeIfStale(path);
  } finally {
    await rm(mine, { force: true });
  }
  return async () => {
    if ((await read(path)) === content) await rm(path, { force: true });
  };
}

/** The process that holds a data folder, null when none does. */
export async function holderOf(home: string): Promise<number | null> {
  const holder = parse((await read(join(home, 'host.lock'))) ?? '');
  return holder && isAlive(holder) ? holder.pid : null;
}

const tryLink = (from: string, to: string): Promise<boolean> =>
  link(from, to).then(
    () => true,
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    },
  );

async function removeIfStale(path: string): Promise<void> {
  const content = await read(path);
  if (content === null) return;
  const holder = parse(content);
  if (holder && isAlive(holder)) {
    throw new Failure(
      'already-running',
      `Chatelaine already runs for this data folder (process ${holder.pid}).`,
      'Use that one, or end it with `chatelaine stop`.',
    );
  }
  // Two starters may both find it stale. Only what is still the same content may go, so the loser takes nothing away.
  const aside = `${path}.${randomBytes(6).toString('hex')}.stale`;
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  if ((await read(aside)) !== content) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function isAlive({ pid, startedAt }: Holder): boolean {
  if (!isRunning(pid)) return false;
  return startedAt === null || startTimeOf(pid) === null || startTimeOf(pid) === startedAt;
}

const read = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null);

function parse(content: string): Holder | null {
  try {
    const { pid, startedAt } = JSON.parse(content) as Partial<Holder>;
    return typeof pid === 'number' ? { pid, startedAt: startedAt ?? null } : null;
  } catch {
    return null;
  }
}

import { readFileSync } from 'node:fs';

/**
 * Whether a process runs. One that has ended stays in the system's list until its parent takes note, and where that
 * never happens (in a container whose first process is none that does) for good; it does not run. Known by /proc alone.
 */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
  return !['Z', 'X'].includes(statOf(pid)?.[0] ?? '');
}

/** Field 22 of /proc/PID/stat, in clock ticks since boot: tells a process from a later one. Null where there is no /proc. */
export const startTimeOf = (pid: number): string | null => statOf(pid)?.[19] ?? null;

/** The fields of /proc/PID/stat from the third on: before it stands the program's name, which may hold anything. */
function statOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { MemoryOf } from '../core/workers/worker-handlers.ts';

/** Resident memory of our children, as the system tells it; a process that is gone or unreadable is left out. */
export const memoryOf: MemoryOf = async (pids) => {
  if (pids.length === 0) return new Map();
  if (process.platform === 'linux') return fromProc(pids);
  return process.platform === 'win32' ? fromTasklist(pids) : fromPs(pids);
};

async function fromProc(pids: readonly number[]): Promise<Map<number, number>> {
  const found = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
      return kib === undefined ? [] : [[pid, Number(kib) * 1024] as const];
    }),
  );
  return new Map(found.flat());
}

async function fromPs(pids: readonly number[]): Promise<Map<number, number>> {
  const text = await output('/bin/ps', ['-o', 'pid=,rss=', '-p', pids.join(',')]);
  return new Map(
    Array.from(text.matchAll(/^\s*(\d+)\s+(\d+)\s*$/gm), ([, pid, kib]) => [Number(pid), Number(kib) * 1024] as const),
  );
}

/** Lines such as `"node.exe","4711","Console","1","61,234 K"`; the separator of thousands is the system's. */
async function fromTasklist(pids: readonly number[]): Promise<Map<number, number>> {
  const wanted = new Set(pids);
  const text = await output('tasklist.exe', ['/fo', 'csv', '/nh', '/fi', 'imagename eq node.exe']);
  const rows = Array.from(
    text.matchAll(/^"[^"]*","(\d+)",.*"([^"]*) K"\s*$/gm),
    ([, pid, kib = '']) => [Number(pid), Number(kib.replace(/\D/g, '')) * 1024] as const,
  );
  return new Map(rows.filter(([pid]) => wanted.has(pid)));
}

const output = (command: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    execFile(command, args, { timeout: 2_000, windowsHide: true }, (error, stdout) => resolve(error ? '' : stdout));
  });

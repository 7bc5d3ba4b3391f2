import { dialog } from 'electron';
import { Failure } from '../core/failure.ts';
import { findHost, type Host } from '../platform/control-client.ts';
import { lockDataFolder } from '../platform/host-lock.ts';

const drainMs = 10_000;
const pollMs = 100;

/**
 * Another host has the data folder. One that a client started on demand makes room for the desktop app by itself; one
 * that a person started, only when the person says so. Resolves with the release of the folder's lock.
 */
export async function takeOver(home: string, isHidden: boolean, reason: unknown): Promise<() => Promise<void>> {
  if (!(reason instanceof Failure) || reason.code !== 'already-running' || isHidden) throw reason;
  const deadline = Date.now() + drainMs;
  let isAllowed = false;
  for (;;) {
    // Clients that lost the old host may have started yet another one before we had the lock.
    const other = await findHost(home).catch(() => null);
    if (other) isAllowed = await makeRoom(other, isAllowed, reason);
    try {
      return await lockDataFolder(home);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(pollMs);
    }
  }
}

async function makeRoom(other: Host, isAllowed: boolean, reason: Failure): Promise<boolean> {
  try {
    const { onDemand, pid } = await other.ask('host.status', {});
    if (!onDemand && !isAllowed && !(await mayStop(pid))) throw reason;
    await other.ask('host.stop', {});
    await Promise.race([other.ended, pause(drainMs)]);
    return isAllowed || !onDemand;
  } finally {
    other.close();
  }
}

async function mayStop(pid: number): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: 'Chatelaine already runs without a window',
    detail: `Process ${pid} serves this data folder, perhaps started with \`chatelaine serve\`. Clients stay connected when the app takes over.`,
    buttons: ['Take over', 'Leave it'],
    defaultId: 1,
    cancelId: 1,
  });
  return response === 0;
}

const pause = (delayMs: number): Promise<void> => new Promise((resume) => setTimeout(resume, delayMs));

import { powerMonitor } from 'electron';
import type { App } from '../core/app.ts';

/** Linux has no event for a locked session, so it is asked this often. */
const askMs = 5_000;
/** Only whether it is locked is asked; how long it was idle does not matter. */
const neverIdleS = 86_400;

/** Tells the core when the machine sleeps, when its session is locked, and when either is over. Returns its end. */
export function watchSession(signal: App['signal']): () => void {
  powerMonitor.on('suspend', () => signal('sleep'));
  powerMonitor.on('lock-screen', () => signal('session-lock'));
  powerMonitor.on('resume', () => signal('wake'));
  powerMonitor.on('unlock-screen', () => signal('wake'));
  if (process.platform !== 'linux') return () => undefined;
  let wasLocked = false;
  const timer = setInterval(() => {
    const isLocked = powerMonitor.getSystemIdleState(neverIdleS) === 'locked';
    if (isLocked !== wasLocked) signal(isLocked ? 'session-lock' : 'wake');
    wasLocked = isLocked;
  }, askMs);
  return () => clearInterval(timer);
}

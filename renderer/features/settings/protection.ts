import type { Input, Output } from '../../api.ts';

/** What a change of settings takes away from what watches over the secrets, in words. The host decides it again. */
export function turnedDown({ lock, activity, rotation }: Input<'settings.set'>, now: Output<'settings.get'>): string[] {
  const idle = (minutes: number | null): number => minutes ?? Infinity;
  const idleMinutes = lock?.idleMinutes;
  const keepDays = activity?.keepDays;
  return [
    ...(idleMinutes !== undefined && idle(idleMinutes) > idle(now.lock.idleMinutes)
      ? [
          idleMinutes === null
            ? 'Chatelaine would no longer lock by itself when nobody is there.'
            : `Chatelaine would lock after ${idleMinutes} minutes instead of ${now.lock.idleMinutes ?? 0}.`,
        ]
      : []),
    ...(lock?.onSleep === false && now.lock.onSleep
      ? ['Chatelaine would stay unlocked when this computer goes to sleep.']
      : []),
    ...(lock?.onSessionLock === false && now.lock.onSessionLock
      ? ['Chatelaine would stay unlocked when the session of this computer is locked.']
      : []),
    ...(keepDays !== undefined && keepDays < now.activity.keepDays
      ? [`The record of what was done would go back ${keepDays} days instead of ${now.activity.keepDays}.`]
      : []),
    ...(rotation?.notify === false && now.rotation.notify ? ['Nobody would be notified of secrets that are due.'] : []),
  ];
}

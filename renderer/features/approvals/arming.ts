/** Since when a question has been in sight; null while it is not. */
export interface Arming {
  id: string | null;
  inSightSinceMs: number | null;
}

export const armingDelayMs = 700;

export const disarmed: Arming = { id: null, inSightSinceMs: null };

/** What is in sight now. The delay begins anew with another question, and when the page comes back into sight. */
export function look(arming: Arming, id: string | null, isVisible: boolean, nowMs: number): Arming {
  if (id === null || !isVisible) return { id, inSightSinceMs: null };
  if (arming.id === id && arming.inSightSinceMs !== null) return arming;
  return { id, inSightSinceMs: nowMs };
}

/** Whether an answer to this question counts: only after it could be read, not for a key meant for what was there before. */
export const isArmed = (arming: Arming, id: string, nowMs: number): boolean =>
  arming.id === id && arming.inSightSinceMs !== null && nowMs - arming.inSightSinceMs >= armingDelayMs;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** `2 min ago`, `in 12 days`: how far a moment is, in the largest unit that fits. */
export function relativeTime(atMs: number, nowMs: number): string {
  const distanceMs = Math.abs(atMs - nowMs);
  if (distanceMs < 45_000) return atMs > nowMs ? 'in a moment' : 'just now';
  const amount = inWords(distanceMs);
  return atMs > nowMs ? `in ${amount}` : `${amount} ago`;
}

function inWords(distanceMs: number): string {
  if (distanceMs < 59.5 * minuteMs) return `${Math.max(1, Math.round(distanceMs / minuteMs))} min`;
  if (distanceMs < 23.5 * hourMs) return `${Math.round(distanceMs / hourMs)} h`;
  const days = Math.round(distanceMs / dayMs);
  if (days < 60) return days === 1 ? '1 day' : `${days} days`;
  if (days < 700) return `${Math.round(days / 30.4)} months`;
  return `${Math.round(days / 365)} years`;
}

/** `3:41`: what is left of an approval. Never below zero. */
export function timeLeft(untilMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.ceil((untilMs - nowMs) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export const exactTime = (atMs: number): string =>
  new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' }).format(atMs);

export const exactDay = (atMs: number): string =>
  new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' }).format(atMs);

export const clockTime = (atMs: number): string =>
  new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' }).format(atMs);

import { isQuota, problemOf } from './answer-error.ts';
import type { Answer } from './transport.ts';

/** Attempts in all, the first included. */
export const maxAttempts = 3;
const capMs = 30_000;

/**
 * How long to wait before asking again, in ms; null when it must not be asked again: a quota, any other answer than
 * 429 (rate), 502, 503 and 504, or the last attempt. `attempt` counts from 1. Retry-After goes before our own backoff,
 * which is 1 s · 2ⁿ with full jitter.
 */
export function retryDelayMs(
  answer: Answer | 'connection-error',
  attempt: number,
  { baseMs, random }: { baseMs: number; random: () => number },
): number | null {
  if (attempt >= maxAttempts) return null;
  const backoffMs = Math.min(capMs, Math.round(random() * baseMs * 2 ** attempt));
  if (answer === 'connection-error') return backoffMs;
  const mayPass = answer.status === 429 ? !isQuota(problemOf(answer)) : [502, 503, 504].includes(answer.status);
  return mayPass ? (retryAfterMs(answer) ?? backoffMs) : null;
}

/** `Retry-After` as ms from now, from seconds or a date; null when absent or not understood. */
function retryAfterMs({ headers, receivedAtMs }: Answer): number | null {
  const value = headers['retry-after'];
  if (value === undefined) return null;
  const ms = /^\d{1,6}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - receivedAtMs;
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}

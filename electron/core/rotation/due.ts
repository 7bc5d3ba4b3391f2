import type { CredentialRecord } from '../credentials/record.ts';

/** When a credential's secrets are due for replacement, and who says so. */
export interface Due {
  state: 'overdue' | 'soon' | 'fine' | 'unknown';
  /** ISO 8601, UTC. */
  dueAt: string | null;
  source: 'issuer' | 'policy' | null;
}

/** Days are 24 hours of UTC: neither a zone nor a clock that is put forward an hour moves a due date. */
export const dayMs = 86_400_000;
const soonDays = 14;

/**
 * The earlier of what the issuer said when it was last asked and of what the person wants: `rotateEveryDays` of the
 * credential, else `defaultEveryDays` of the settings, counted from the moment in which the secrets were entered.
 */
export function dueOf(
  record: Pick<CredentialRecord, 'secretsChangedAt' | 'rotateEveryDays' | 'lastTest'>,
  defaultEveryDays: number | null,
  nowMs: number,
): Due {
  const everyDays = record.rotateEveryDays ?? defaultEveryDays;
  const told = Date.parse(record.lastTest?.expiresAt ?? '');
  const byIssuer = Number.isNaN(told) ? Infinity : told;
  const byPolicy = everyDays === null ? Infinity : Date.parse(record.secretsChangedAt) + everyDays * dayMs;
  const dueMs = Math.min(byIssuer, byPolicy);
  if (!Number.isFinite(dueMs)) return { state: 'unknown', dueAt: null, source: null };
  return {
    state: nowMs >= dueMs ? 'overdue' : dueMs - nowMs <= soonDays * dayMs ? 'soon' : 'fine',
    dueAt: new Date(dueMs).toISOString(),
    source: byIssuer <= byPolicy ? 'issuer' : 'policy',
  };
}

/** How many days before the due date a person is told; 0 is when it has come. Most urgent last. */
export const milestones = [14, 7, 1, 0] as const;
export type Milestone = (typeof milestones)[number];

/** The most urgent milestone that has come; null when none has. */
export function milestoneOf(dueAt: string, nowMs: number): Milestone | null {
  const leftMs = Date.parse(dueAt) - nowMs;
  return milestones.filter((days) => leftMs <= days * dayMs).at(-1) ?? null;
}

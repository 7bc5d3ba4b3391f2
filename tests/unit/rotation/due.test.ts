import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayMs, dueOf, milestoneOf } from '../../../electron/core/rotation/due.ts';

const start = Date.UTC(2026, 0, 1, 12);
const at = (days: number): string => new Date(start + days * dayMs).toISOString();
const record = (rotateEveryDays: number | null, expiresInDays: number | null = null) => ({
  secretsChangedAt: at(0),
  rotateEveryDays,
  lastTest:
    expiresInDays === null ? null : { at: at(0), ok: true, message: '', expiresAt: at(expiresInDays), facts: {} },
});

describe('the due date of a credential', () => {
  it.each([
    ['nobody says anything', record(null), null, null, null],
    ['it has a rule of its own', record(90), 30, 90, 'policy'],
    ['the settings have a rule', record(null), 30, 30, 'policy'],
    ['the issuer says so', record(null, 45), null, 45, 'issuer'],
    ['the issuer ends it before the rule', record(90, 45), 365, 45, 'issuer'],
    ['the rule comes before the issuer', record(30, 45), null, 30, 'policy'],
    ['both say the same', record(45, 45), null, 45, 'issuer'],
  ] as const)('when %s', (_, credential, standard, days, source) => {
    expect(dueOf(credential, standard, start)).toMatchObject({ dueAt: days === null ? null : at(days), source });
  });

  it.each([
    [0, 'fine'],
    [15.99, 'fine'],
    [16, 'soon'],
    [29.999, 'soon'],
    [30, 'overdue'],
    [4000, 'overdue'],
  ])('is after %s of 30 days: %s', (days, state) => {
    expect(dueOf(record(30), null, start + days * dayMs).state).toBe(state);
  });

  it('is unknown for an expiry that is no date', () => {
    const odd = { ...record(null), lastTest: { at: at(0), ok: true, message: '', expiresAt: 'never' } };
    expect(dueOf(odd, null, start)).toEqual({ state: 'unknown', dueAt: null, source: null });
  });

  it('comes nearer in milestones that never go back while time goes on', () => {
    fc.assert(
      fc.property(fc.integer({ min: -20 * dayMs, max: 5 * dayMs }), fc.nat(10 * dayMs), (offset, later) => {
        const [one, other] = [milestoneOf(at(0), start + offset), milestoneOf(at(0), start + offset + later)];
        expect(other ?? Infinity).toBeLessThanOrEqual(one ?? Infinity);
        expect(one === null).toBe(offset < -14 * dayMs);
      }),
    );
  });
});

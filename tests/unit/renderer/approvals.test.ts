import { describe, expect, it } from 'vitest';
import { armingDelayMs, disarmed, isArmed, look } from '../../../renderer/features/approvals/arming.ts';
import { previewRows } from '../../../renderer/features/approvals/preview-rows.ts';
import { questionToShow, queueOf } from '../../../renderer/features/approvals/queue.ts';

const question = (id: string, client: string, minute: number) => ({
  id,
  client,
  askedAt: `2026-03-01T10:0${minute}:00Z`,
  expiresAt: `2026-03-01T10:1${minute}:00Z`,
});

describe('the queue of questions', () => {
  const questions = [question('c', 'Cursor', 2), question('b', 'Claude', 3), question('a', 'Claude', 1)];

  it('puts the client first that waits longest, and answers each client’s oldest first', () => {
    const groups = queueOf(questions);
    expect(groups.map(({ client, questions: group }) => [client, ...group.map(({ id }) => id)])).toEqual([
      ['Claude', 'a', 'b'],
      ['Cursor', 'c'],
    ]);
  });

  it('keeps the question in sight that is in sight, though an older one comes first', () => {
    expect(questionToShow(queueOf(questions), 'c')?.id).toBe('c');
  });

  it('shows the first when the one in sight is gone, and nothing when all are', () => {
    expect(questionToShow(queueOf(questions), 'gone')?.id).toBe('a');
    expect(questionToShow([], 'a')).toBeNull();
  });
});

describe('the arming delay', () => {
  it('lets nobody answer before the question could be read', () => {
    const arming = look(disarmed, 'a', true, 1_000);
    expect(isArmed(arming, 'a', 1_000 + armingDelayMs - 1)).toBe(false);
    expect(isArmed(arming, 'a', 1_000 + armingDelayMs)).toBe(true);
  });

  it('begins anew with the next question', () => {
    const next = look(look(disarmed, 'a', true, 0), 'b', true, 5_000);
    expect(isArmed(next, 'b', 5_000)).toBe(false);
    expect(isArmed(next, 'a', 9_000)).toBe(false);
    expect(isArmed(next, 'b', 5_000 + armingDelayMs)).toBe(true);
  });

  it('does not run while the page is out of sight', () => {
    const hidden = look(look(disarmed, 'a', true, 0), 'a', false, 600);
    expect(isArmed(hidden, 'a', 60_000)).toBe(false);
    const back = look(hidden, 'a', true, 60_000);
    expect(isArmed(back, 'a', 60_001)).toBe(false);
    expect(isArmed(back, 'a', 60_000 + armingDelayMs)).toBe(true);
  });

  it('goes on while the same question stays in sight', () => {
    const arming = look(look(disarmed, 'a', true, 0), 'a', true, 500);
    expect(isArmed(arming, 'a', armingDelayMs)).toBe(true);
  });
});

describe('a preview', () => {
  it('shows before and after as one difference, and the rest as rows', () => {
    expect(previewRows({ property: 'www', before: 'v41', after: 'v42', hostNames: ['a', 'b'] })).toEqual([
      { kind: 'value', key: 'property', text: 'www' },
      { kind: 'list', key: 'host names', items: ['a', 'b'] },
      { kind: 'diff', key: 'change', before: 'v41', after: 'v42' },
    ]);
  });

  it('finds a difference below another key too', () => {
    expect(previewRows({ rules: { before: { ttl: 1 }, after: { ttl: 2 } } })).toEqual([
      { kind: 'diff', key: 'rules', before: '{\n  "ttl": 1\n}', after: '{\n  "ttl": 2\n}' },
    ]);
  });
});

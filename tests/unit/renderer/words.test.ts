import { describe, expect, it } from 'vitest';
import { dueWords } from '../../../renderer/features/credentials/due-words.ts';
import { shownText } from '../../../renderer/ui/shown-text.ts';
import { relativeTime, timeLeft } from '../../../renderer/ui/time-words.ts';

const now = Date.parse('2026-03-01T12:00:00Z');
const hourMs = 3_600_000;

describe('how long ago', () => {
  it.each([
    [-10_000, 'just now'],
    [-3 * 60_000, '3 min ago'],
    [-59 * 60_000, '59 min ago'],
    [-5 * hourMs, '5 h ago'],
    [-24 * hourMs, '1 day ago'],
    [-12 * 24 * hourMs, '12 days ago'],
    [-100 * 24 * hourMs, '3 months ago'],
    [-1_000 * 24 * hourMs, '3 years ago'],
    [30 * 60_000, 'in 30 min'],
  ])('%i ms from now is “%s”', (distanceMs, words) => {
    expect(relativeTime(now + distanceMs, now)).toBe(words);
  });

  it('counts an approval down and never below zero', () => {
    expect(timeLeft(now + 221_000, now)).toBe('3:41');
    expect(timeLeft(now + 9_001, now)).toBe('0:10');
    expect(timeLeft(now - 5_000, now)).toBe('0:00');
  });
});

describe('when secrets are due', () => {
  const due = (state: 'overdue' | 'soon', days: number, source: 'issuer' | 'policy') =>
    dueWords({ state, source, snoozedUntil: null, dueAt: new Date(now + days * 24 * hourMs).toISOString() }, now);

  it('tells an issuer’s expiry from our own interval', () => {
    expect(due('soon', 12, 'issuer')).toEqual({ words: 'expires in 12 days', tone: 'warn' });
    expect(due('soon', 12, 'policy')).toEqual({ words: 'due in 12 days', tone: 'warn' });
    expect(due('overdue', -3, 'issuer')).toEqual({ words: 'expired 3 days ago', tone: 'bad' });
    expect(due('overdue', -1, 'policy')).toEqual({ words: 'overdue by 1 day', tone: 'bad' });
  });

  it('says of the last day that it is the last', () => {
    expect(due('soon', 0.5, 'issuer').words).toBe('expires within a day');
  });

  it('says nothing loud where nothing is due', () => {
    expect(dueWords({ state: 'unknown', dueAt: null, source: null, snoozedUntil: null }, now).tone).toBeNull();
  });
});

describe('text of unknown origin', () => {
  it('shows what turns text around or cannot be seen', () => {
    expect(shownText('pay‮evil')).toBe('pay‹U+202E›evil');
    expect(shownText('a\u0000b\u200bc')).toBe('a‹U+0000›b‹U+200B›c');
  });

  it('keeps lines, tabs and every script as they are', () => {
    expect(shownText('ä\n\tبيت 東京')).toBe('ä\n\tبيت 東京');
  });
});

import { describe, expect, it } from 'vitest';
import type { Output } from '../../../renderer/api.ts';
import { clientState } from '../../../renderer/features/clients/client-state.ts';
import { restoreWords, testWords } from '../../../renderer/features/credentials/outcome-words.ts';
import { concernsOf } from '../../../renderer/features/home/concerns.ts';
import { turnedDown } from '../../../renderer/features/settings/protection.ts';

const failed = (name: string, hint = '') => ({ name, message: `${name} says no.`, hint });

describe('what came of several', () => {
  it('keeps each failure by its name, three of them, and counts the rest', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    expect(testWords(names, [])).toBe('All 5 work.');
    expect(
      testWords(
        names,
        ['a', 'b', 'c', 'd', 'e'].map((name) => failed(name)),
      ),
    ).toBe('5 of 5 did not work.\na: a says no.\nb: b says no.\nc: c says no.\nAnd 2 more.');
  });

  it('names what could not be put back, and why', () => {
    expect(restoreWords(['a'], [])).toBe('a is back.');
    expect(restoreWords(['a', 'c'], [failed('b', 'Rename one.')])).toBe(
      '2 of 3 are back. Not put back:\nb: b says no.\nRename one.',
    );
    expect(restoreWords([], [failed('b', 'Rename one.')])).toBe('b was not put back. b says no. Rename one.');
  });
});

describe('settings that protect', () => {
  const now: Output<'settings.get'> = {
    activity: { maxFileMb: 8, keepDays: 365 },
    lock: { idleMinutes: 10, onSleep: true, onSessionLock: true },
    rotation: { defaultEveryDays: null, notify: true },
    network: { proxy: null, ca: null },
    appearance: { theme: 'system' },
  };

  it.each([
    { lock: { idleMinutes: 20 } },
    { lock: { idleMinutes: null } },
    { lock: { onSleep: false } },
    { lock: { onSessionLock: false } },
    { activity: { keepDays: 30 } },
    { rotation: { notify: false } },
  ])('are turned down by %j', (change) => {
    expect(turnedDown(change, now)).toHaveLength(1);
  });

  it.each([
    { lock: { idleMinutes: 5 } },
    { activity: { keepDays: 400, maxFileMb: 1 } },
    { appearance: { theme: 'dark' } },
  ] as const)('are not by %j', (change) => {
    expect(turnedDown(change, now)).toEqual([]);
  });
});

describe('a client that was not seen since the start', () => {
  const client = {
    id: '1',
    name: 'claude-desktop',
    client: 'claude-desktop',
    title: 'Claude Desktop',
    providers: ['akamai'],
    credentials: 'all' as const,
    createdAt: '2026-03-01T12:00:00Z',
    lastSeen: null,
    connected: false,
    entry: 'present' as const,
  };

  it('is said to be that, and is nothing to look at by itself', () => {
    expect(clientState(client).sentence).toContain('not seen since Chatelaine started');
    const facts = { checks: [], credentials: [], approvals: [], workers: [], failures: [], clients: [client] };
    expect(concernsOf(facts, 0)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { createPageSessions, isKeyOf } from '../../../electron/headless/page-sessions.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

describe('a page’s token', () => {
  it('is good once, and its session lives on', () => {
    const sessions = createPageSessions(createFakeClock());
    const token = sessions.token();
    const opened = sessions.exchange(token);
    expect(opened).not.toBeNull();
    expect(sessions.exchange(token)).toBeNull();
    const session = sessions.find(opened?.cookie ?? '');
    expect(session && isKeyOf(session, opened?.key ?? '')).toBe(true);
    expect(session && isKeyOf(session, `${opened?.key ?? ''}x`)).toBe(false);
  });

  it('is worth nothing after a quarter of an hour', () => {
    const clock = createFakeClock();
    const sessions = createPageSessions(clock);
    const token = sessions.token();
    clock.advance(15 * 60_000 + 1);
    expect(sessions.exchange(token)).toBeNull();
  });

  it('cannot be guessed, cut or reused as a cookie', () => {
    const sessions = createPageSessions(createFakeClock());
    const token = sessions.token();
    for (const guess of ['', token.slice(1), `${token}=`, token.toUpperCase(), 'undefined'])
      expect(sessions.exchange(guess)).toBeNull();
    expect(sessions.find(token)).toBeNull();
    expect(sessions.exchange(token)).not.toBeNull();
  });

  it('opens sessions that end when nobody used them for half a day, and of which the oldest make room', () => {
    const clock = createFakeClock();
    const sessions = createPageSessions(clock);
    const open = (): string => {
      clock.advance(1_000);
      return sessions.exchange(sessions.token())?.cookie ?? '';
    };
    const cookies = Array.from({ length: 16 }, open);
    // The first one is in use, so the second one makes room.
    clock.advance(1_000);
    expect(sessions.find(cookies[0] ?? '')).not.toBeNull();
    open();
    expect(sessions.find(cookies[1] ?? '')).toBeNull();
    expect(sessions.find(cookies[0] ?? '')).not.toBeNull();
    clock.advance(11 * 3_600_000);
    expect(sessions.find(cookies[0] ?? '')).not.toBeNull();
    clock.advance(11 * 3_600_000);
    expect(sessions.find(cookies[0] ?? '')).not.toBeNull();
    expect(sessions.find(cookies[2] ?? '')).toBeNull();
  });
});

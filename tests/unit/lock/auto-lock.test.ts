import { describe, expect, it } from 'vitest';
import { createAutoLock } from '../../../electron/core/auto-lock.ts';
import type { Lock } from '../../../electron/core/lock.ts';
import type { Settings } from '../../../electron/core/settings-schema.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createQuietLog } from '../../support/quiet-log.ts';

function setUp(settings: Partial<Settings['lock']>) {
  const clock = createFakeClock();
  const seen = { locks: 0, idleMs: 0 as number | null };
  const lock: Pick<Lock, 'isLocked' | 'lock'> = {
    isLocked: () => seen.locks > 0,
    lock: async () => void (seen.locks += 1),
  };
  const auto = createAutoLock({
    clock,
    // The three others are never asked.
    lock: lock as Lock,
    settings: () => ({ idleMinutes: null, onSleep: false, onSessionLock: false, ...settings }),
    idleMs: () => seen.idleMs,
    log: createQuietLog(),
  });
  return { clock, seen, auto };
}

describe('locking by itself', () => {
  it('happens when nobody was there for as long as was set, once', () => {
    const { clock, seen } = setUp({ idleMinutes: 5 });
    seen.idleMs = 4 * 60_000;
    clock.advance(60_000);
    expect(seen.locks).toBe(0);
    seen.idleMs = 5 * 60_000;
    clock.advance(60_000);
    expect(seen.locks).toBe(1);
  });

  it('never happens when nothing was set', () => {
    const { clock, seen, auto } = setUp({});
    seen.idleMs = 1e9;
    clock.advance(3_600_000);
    auto.signal('sleep');
    auto.signal('session-lock');
    expect(seen.locks).toBe(0);
  });

  it.each(['sleep', 'session-lock'] as const)('follows the system’s %s where that was set', (event) => {
    const { seen, auto } = setUp({ onSleep: event === 'sleep', onSessionLock: event === 'session-lock' });
    auto.signal(event === 'sleep' ? 'session-lock' : 'sleep');
    expect(seen.locks).toBe(0);
    auto.signal(event);
    expect(seen.locks).toBe(1);
  });

  it('notices a sleep that nobody told of, by the time that is missing', () => {
    let nowMs = 0;
    let due = (): void => undefined;
    const seen = { locks: 0 };
    createAutoLock({
      clock: { now: () => nowMs, after: (_, action) => ((due = action), () => undefined) },
      lock: { isLocked: () => false, lock: async () => void (seen.locks += 1) } as unknown as Lock,
      settings: () => ({ idleMinutes: null, onSleep: true, onSessionLock: false }),
      idleMs: () => 0,
      log: createQuietLog(),
    });
    nowMs = 15_000;
    due();
    expect(seen.locks).toBe(0);
    nowMs += 8 * 3_600_000;
    due();
    expect(seen.locks).toBe(1);
  });

  it('counts on a headless host what a person does: a command, input in the page, an unlock; never what a page asks by itself', () => {
    const { clock, seen, auto } = setUp({ idleMinutes: 1 });
    seen.idleMs = null;
    for (const [name, transport] of [
      ['credentials.add', 'control'],
      ['host.touched', 'http'],
      ['host.unlock', 'http'],
    ] as const) {
      clock.advance(50_000);
      auto.asked(name, { transport, proof: null });
    }
    expect(seen.locks).toBe(0);
    for (let asked = 0; asked < 10; asked += 1) {
      clock.advance(10_000);
      auto.asked('workers.list', { transport: 'http', proof: null });
      auto.asked('activity.list', { transport: 'control', proof: null });
    }
    expect(seen.locks).toBe(1);
  });

  it('ends with the host', () => {
    const { clock, seen, auto } = setUp({ idleMinutes: 1 });
    auto.stop();
    seen.idleMs = 1e9;
    clock.advance(3_600_000);
    expect(seen.locks).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import type { HostMessage } from '../../../electron/core/workers/protocol.ts';
import { createSupervisor } from '../../../electron/core/workers/supervisor.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createFakeLaunch, type FakeChild } from '../../support/fake-launch.ts';
import { createQuietLog } from '../../support/quiet-log.ts';

const answer = (child: FakeChild, message: HostMessage): void => {
  if (message.type === 'call')
    child.say({ type: 'result', id: message.id, outcome: { ok: true, text: 'done', structured: message.args } });
  if (message.type === 'plan')
    child.say({ type: 'planned', id: message.id, plan: { effect: 'write', sentence: 'Do it', preview: {} } });
};

function setUp(reply = answer) {
  const clock = createFakeClock();
  const { launch, children } = createFakeLaunch(reply);
  const handed: Buffer[] = [];
  let readings = 0;
  const supervisor = createSupervisor({
    launch,
    clock,
    log: createQuietLog(),
    source: {
      programOf: () => ({ bundle: 'akamai-worker.cjs' }),
      async credentialOf(id) {
        const secret = Buffer.from(`secret of ${id}, reading ${++readings}`);
        handed.push(secret);
        return { fields: { host: 'h' }, secrets: { clientSecret: secret } };
      },
    },
  });
  return { clock, supervisor, children, handed };
}

const flush = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a worker', () => {
  it('starts at its first call, gets its own credential, and stays for the next', async () => {
    const { supervisor, children } = setUp();
    expect(supervisor.status()).toEqual([]);
    await supervisor.call('a', 'tool', { n: 1 }, null);
    await supervisor.call('a', 'tool', { n: 2 }, null);
    await supervisor.call('b', 'tool', {}, null);
    expect(children).toHaveLength(2);
    const first = children[0]?.received[0];
    expect(first?.type === 'credential' && Buffer.from(first.secrets.clientSecret ?? []).toString()).toBe(
      'secret of a, reading 1',
    );
  });

  it('is started once when many calls come at the same moment', async () => {
    const { supervisor, children } = setUp();
    await Promise.all(Array.from({ length: 20 }, (_, n) => supervisor.call('a', 'tool', { n }, null)));
    expect(children).toHaveLength(1);
    expect(supervisor.status()[0]?.calls).toBe(20);
  });

  it('leaves no copy of the secret with the host once it is handed over', async () => {
    const { supervisor, handed } = setUp();
    await supervisor.call('a', 'tool', {}, null);
    expect(handed[0]?.every((byte) => byte === 0)).toBe(true);
  });

  it('stops when nobody has used it for five minutes, and starts again', async () => {
    const { supervisor, children, clock } = setUp();
    await supervisor.call('a', 'tool', {}, null);
    clock.advance(5 * 60_000);
    expect(children[0]?.killed).toBe(true);
    expect(supervisor.status()[0]?.state.name).toBe('stopped');
    await supervisor.call('a', 'tool', {}, null);
    expect(children).toHaveLength(2);
  });

  it('that dies in mid-call fails that call in words, and the next call has a new one at once', async () => {
    let hang = true;
    const { supervisor, children } = setUp((child, message) => {
      if (!hang) answer(child, message);
    });
    const call = supervisor.call('a', 'tool', {}, null);
    await flush();
    children[0]?.die({ code: null, signal: 'SIGSEGV' });
    await expect(call).rejects.toThrow('Whether the call took effect is not known');
    hang = false;
    await expect(supervisor.call('a', 'tool', {}, null)).resolves.toMatchObject({ ok: true });
  });

  it('that keeps dying is given ever longer pauses, and a person is needed after six times', async () => {
    const { supervisor, children, clock } = setUp((child, message) => {
      if (message.type === 'call') child.die();
    });
    const pauses: string[] = [];
    for (let crash = 1; crash <= 6; crash++) {
      await expect(supervisor.call('a', 'tool', {}, null)).rejects.toThrow();
      const state = supervisor.status()[0]?.state;
      if (state?.name === 'backing-off') {
        pauses.push(String(state.untilMs - clock.now()));
        clock.advance(state.untilMs - clock.now());
      }
    }
    expect(pauses).toEqual(['0', '250', '500', '1000', '2000']);
    expect(children).toHaveLength(6);
    await expect(supervisor.call('a', 'tool', {}, null)).rejects.toThrow('crashed 6 times in a row');
    await supervisor.refresh('a');
    expect(supervisor.status()[0]?.state.name).toBe('stopped');
  });

  it('that never answers is ended at the deadline, and the next call has a new one', async () => {
    let hang = true;
    const { supervisor, children, clock } = setUp((child, message) => {
      if (!hang) answer(child, message);
    });
    const call = supervisor.call('a', 'tool', {}, null);
    await flush();
    clock.advance(5 * 60_000);
    await expect(call).rejects.toThrow('Whether the call took effect is not known');
    expect(children[0]?.killed).toBe(true);
    expect(supervisor.status()[0]?.lastError).toBe('did not answer in time');
    hang = false;
    await expect(supervisor.call('a', 'tool', {}, null)).resolves.toMatchObject({ ok: true });
  });

  it('that does not take a replaced credential is ended, so that it cannot go on with the old one', async () => {
    const { supervisor, children, clock } = setUp();
    await supervisor.call('a', 'tool', {}, null);
    const first = children[0];
    if (first) first.say = () => undefined;
    const refreshed = supervisor.refresh('a');
    await flush();
    clock.advance(10_000);
    await refreshed;
    expect(first?.killed).toBe(true);
    await expect(supervisor.call('a', 'tool', {}, null)).resolves.toMatchObject({ ok: true });
  });

  it('hears of a cancelled call and of nothing after it', async () => {
    const { supervisor, children } = setUp(() => undefined);
    const cancel = new AbortController();
    const call = supervisor.call('a', 'tool', {}, null, { signal: cancel.signal });
    await flush();
    cancel.abort();
    await expect(call).rejects.toThrow('cancelled');
    expect(children[0]?.received.map(({ type }) => type)).toEqual(['credential', 'call', 'cancel']);
    children[0]?.say({ type: 'result', id: 1, outcome: { ok: true, text: 'late', structured: {} } });
  });

  it('reports its progress to the call it belongs to', async () => {
    const { supervisor } = setUp((child, message) => {
      if (message.type !== 'call') return;
      child.say({ type: 'progress', id: message.id, progress: 1, total: 2, message: 'half' });
      answer(child, message);
    });
    const seen: unknown[] = [];
    await supervisor.call('a', 'tool', {}, null, { onProgress: (progress) => void seen.push(progress) });
    expect(seen).toMatchObject([{ progress: 1, total: 2, message: 'half' }]);
  });

  it('takes over a replaced credential without dropping the call in flight', async () => {
    const waiting: (() => void)[] = [];
    const { supervisor, children } = setUp((child, message) => {
      if (message.type === 'call') waiting.push(() => answer(child, message));
    });
    const call = supervisor.call('a', 'tool', {}, null);
    await flush();
    await supervisor.refresh('a');
    const received = children[0]?.received ?? [];
    expect(received.map(({ type }) => type)).toEqual(['credential', 'call', 'credential']);
    expect(received[2]?.type === 'credential' && received[2].generation).toBe(2);
    waiting[0]?.();
    await expect(call).resolves.toMatchObject({ ok: true });
    expect(children).toHaveLength(1);
  });

  it('takes over a new way to its issuer like every other, calls in flight included', async () => {
    const waiting: (() => void)[] = [];
    const { supervisor, children } = setUp((child, message) => {
      if (message.type === 'call') waiting.push(() => answer(child, message));
    });
    const calls = ['a', 'b'].map((id) => supervisor.call(id, 'tool', {}, null));
    await flush();
    await supervisor.refreshAll();
    for (const { received } of children)
      expect(received.map(({ type }) => type)).toEqual(['credential', 'call', 'credential']);
    waiting.forEach((answerNow) => answerNow());
    expect(await Promise.all(calls)).toMatchObject([{ ok: true }, { ok: true }]);
  });

  it('fails with the error that its tool’s plan gave', async () => {
    const { supervisor } = setUp((child, message) => {
      if (message.type === 'plan')
        child.say({
          type: 'failed',
          id: message.id,
          error: { code: 'invalid-input', message: 'No URL.', hint: 'Add one.' },
        });
    });
    await expect(supervisor.plan('a', 'tool', {})).rejects.toMatchObject({ code: 'invalid-input', message: 'No URL.' });
  });

  it('of another credential goes first when too many are warm', async () => {
    const { supervisor, children, clock } = setUp();
    for (let n = 0; n < 33; n++) {
      await supervisor.call(`c${n}`, 'tool', {}, null);
      clock.advance(1);
    }
    expect(children.filter(({ killed }) => !killed)).toHaveLength(32);
    expect(children[0]?.killed).toBe(true);
  });

  it('is killed with all others when the host stops', async () => {
    const { supervisor, children, clock } = setUp();
    await supervisor.call('a', 'tool', {}, null);
    await supervisor.call('b', 'tool', {}, null);
    const stopped = supervisor.stopAll(3_000);
    clock.advance(3_000);
    await stopped;
    expect(children.every(({ killed }) => killed)).toBe(true);
  });
});

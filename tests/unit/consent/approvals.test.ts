import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approvalTimeLimitMs, createApprovals, type Question } from '../../../electron/core/consent/approvals.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const question: Question = {
  registrationId: 'r1',
  client: 'agent',
  sessionId: 's1',
  provider: 'akamai',
  credentialId: 'c1',
  credential: 'acme-prod',
  credentialVersion: '2026-11-21T00:00:00.000Z',
  tool: 'akamai_purge_urls',
  args: { urls: ['https://www.acme.example/a'], network: 'staging' },
  plan: { effect: 'write', sentence: 'Purge 1 URL on STAGING', preview: { urls: 1 }, network: 'staging' },
};

const setUp = () => {
  const clock = createFakeClock();
  return { clock, approvals: createApprovals({ clock, onChange: () => undefined }) };
};

const firstId = (approvals: ReturnType<typeof createApprovals>): string => approvals.pending()[0]?.id ?? '';

describe('an approval', () => {
  it('lets exactly the approved call through, once', async () => {
    const { approvals } = setUp();
    const answer = approvals.ask(question);
    approvals.approve(firstId(approvals), 'once');
    const { kind, approvalId } = await answer;
    expect(kind).toBe('approved');
    approvals.use(approvalId, question);
    expect(() => approvals.use(approvalId, question)).toThrow('not the one that was approved');
  });

  it.each<[string, Question]>([
    ['arguments', { ...question, args: { ...question.args, network: 'production' } }],
    ['plan', { ...question, plan: { ...question.plan, preview: { urls: 2 } } }],
    ['effect', { ...question, plan: { ...question.plan, effect: 'destroy' } }],
    ['credential', { ...question, credentialId: 'c2' }],
    ['host or account of it', { ...question, credentialVersion: '2026-11-22T00:00:00.000Z' }],
    ['tool', { ...question, tool: 'akamai_delete_zone' }],
    ['client', { ...question, registrationId: 'r2' }],
    ['session', { ...question, sessionId: 's2' }],
  ])('is worth nothing for another %s', async (_, altered) => {
    const { approvals } = setUp();
    const answer = approvals.ask(question);
    approvals.approve(firstId(approvals), 'once');
    const { approvalId } = await answer;
    expect(() => approvals.use(approvalId, altered)).toThrow('not the one that was approved');
    expect(() => approvals.use(approvalId, question)).toThrow('not the one that was approved');
  });

  it('runs out by itself before a client gives up on the call', async () => {
    const { clock, approvals } = setUp();
    const answer = approvals.ask(question);
    clock.advance(approvalTimeLimitMs);
    expect((await answer).kind).toBe('expired');
    expect(approvals.pending()).toEqual([]);
    expect(approvalTimeLimitMs).toBeLessThan(4 * 60_000);
  });

  it('goes when the client cancels, when its session ends and when Chatelaine is locked', async () => {
    const { approvals } = setUp();
    const cancel = new AbortController();
    const cancelled = approvals.ask(question, { signal: cancel.signal });
    cancel.abort();
    await expect(cancelled).rejects.toThrow('gave up');
    const ended = approvals.ask(question);
    approvals.endSession('s1');
    await expect(ended).rejects.toThrow('gave up');
    const locked = approvals.ask(question);
    approvals.clear();
    expect((await locked).kind).toBe('denied');
  });

  it('covers later calls of the session, or of 15 minutes, when the person says so', async () => {
    const { clock, approvals } = setUp();
    for (const scope of ['session', '15m'] as const) {
      const first = approvals.ask(question);
      approvals.approve(firstId(approvals), scope);
      await first;
      const again = { ...question, args: { urls: ['https://www.acme.example/b'], network: 'staging' } };
      const second = await approvals.ask(again);
      approvals.use(second.approvalId, again);
      expect(approvals.pending()).toEqual([]);
      if (scope === 'session') approvals.endSession('s1');
      else clock.advance(15 * 60_000);
      void approvals.ask(again).catch(() => undefined);
      expect(approvals.pending()).toHaveLength(1);
      approvals.deny(firstId(approvals));
    }
  });

  it('never stretches over a higher effect, another network or another session', async () => {
    const { approvals } = setUp();
    const first = approvals.ask(question);
    approvals.approve(firstId(approvals), 'session');
    await first;
    const production: Question = { ...question, plan: { ...question.plan, effect: 'destroy', network: 'production' } };
    void approvals.ask(production).catch(() => undefined);
    void approvals.ask({ ...question, sessionId: 's2' }).catch(() => undefined);
    expect(approvals.pending()).toHaveLength(2);
  });
});

it('lets no sequence of steps bring an unapproved call through', async () => {
  const sessions = ['s1', 's2'];
  const questions = sessions.flatMap((sessionId) =>
    ['c1', 'c2'].flatMap((credentialId) => [
      { ...question, sessionId, credentialId },
      { ...question, sessionId, credentialId, args: { urls: ['https://x.example/'] } },
    ]),
  );
  const step = fc.oneof(
    fc.record({ do: fc.constant('ask' as const), which: fc.nat(questions.length - 1) }),
    fc.record({
      do: fc.constantFrom('approve', 'deny', 'use', 'steal'),
      which: fc.nat(20),
      scope: fc.constantFrom('once', 'session', '15m'),
    }),
    fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 16 * 60_000 }) }),
    fc.record({ do: fc.constant('end' as const), which: fc.nat(1) }),
    fc.record({ do: fc.constant('lock' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { clock, approvals } = setUp();
      /** The model: what a person has said yes to, written down independently. */
      const yes: { id: string; question: Question; scope: string; atMs: number }[] = [];
      const asked: { id: string; question: Question }[] = [];
      const covered = (candidate: Question): boolean =>
        yes.some(
          (one) =>
            one.question.credentialId === candidate.credentialId &&
            ((one.scope === 'session' && one.question.sessionId === candidate.sessionId) ||
              (one.scope === '15m' && clock.now() < one.atMs + 15 * 60_000)),
        );
      for (const one of steps) {
        if (one.do === 'ask') {
          const candidate = questions[one.which];
          if (!candidate) continue;
          const isCovered = covered(candidate);
          const before = approvals.pending().length;
          const answer = approvals.ask(candidate).catch(() => null);
          const added = approvals.pending().slice(before)[0];
          if (added) asked.push({ id: added.id, question: candidate });
          else {
            const given = await answer;
            expect(isCovered, 'answered without a person').toBe(true);
            if (given?.kind === 'approved') approvals.use(given.approvalId, candidate);
          }
        } else if (one.do === 'approve') {
          const waiting = approvals.pending()[one.which % Math.max(1, approvals.pending().length)];
          if (!waiting) continue;
          approvals.approve(waiting.id, one.scope);
          yes.push({ id: waiting.id, question: waiting, scope: one.scope, atMs: clock.now() });
        } else if (one.do === 'deny') {
          const waiting = approvals.pending()[one.which % Math.max(1, approvals.pending().length)];
          if (waiting) approvals.deny(waiting.id);
        } else if (one.do === 'use' || one.do === 'steal') {
          const target = asked[one.which % Math.max(1, asked.length)];
          const other = questions[one.which % questions.length];
          if (!target || !other) continue;
          const used = one.do === 'steal' ? other : target.question;
          const index = yes.findIndex(({ id }) => id === target.id);
          const isSame = JSON.stringify(used) === JSON.stringify(target.question);
          let passed = true;
          try {
            approvals.use(target.id, used);
          } catch {
            passed = false;
          }
          if (passed) expect(index >= 0 && isSame, 'passed without a yes').toBe(true);
          const consumed = yes[index];
          if (consumed) consumed.id = 'used';
        } else if (one.do === 'advance') clock.advance(one.ms);
        else if (one.do === 'end') {
          const sessionId = sessions[one.which];
          approvals.endSession(sessionId ?? '');
          for (const given of yes)
            if (given.question.sessionId === sessionId && given.scope === 'session') given.scope = 'over';
        } else {
          approvals.clear();
          yes.length = 0;
        }
      }
    }),
    { numRuns: 300 },
  );
});

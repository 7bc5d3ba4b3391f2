import { createHash, randomBytes } from 'node:crypto';
import { canonicalJson } from '../canonical-json.ts';
import type { Clock } from '../clock.ts';
import { Failure } from '../failure.ts';
import type { JsonObject, Plan } from '../workers/protocol.ts';

/** How far one yes reaches: this call, this client's session, or 15 minutes of this client. */
export type ApprovalScope = 'once' | 'session' | '15m';

/** Everything a yes is bound to. The same call asked again by another client, session or credential is another question. */
export interface Question {
  registrationId: string;
  client: string;
  sessionId: string;
  provider: string;
  credentialId: string;
  credential: string;
  /** Changes whenever the credential does: a yes for one host or account is none for another. */
  credentialVersion: string;
  tool: string;
  args: JsonObject;
  plan: Plan;
}

export interface Approval extends Question {
  id: string;
  /** SHA-256 over client, session, credential, tool, arguments and plan: what the person saw is what runs. */
  digest: string;
  askedAtMs: number;
  expiresAtMs: number;
}

export type Answer =
  /** `typed`: what the plan asked the person for, as bytes that whoever uses them wipes. */
  | { kind: 'approved'; approvalId: string; typed: Uint8Array | null }
  | { kind: 'denied'; approvalId: string }
  | { kind: 'expired'; approvalId: string };

export interface Approvals {
  /** Waits for a person; a standing yes (session, 15m) answers at once. Rejects with `cancelled` when the client gave up. */
  ask(question: Question, options?: { signal?: AbortSignal; timeLimitMs?: number }): Promise<Answer>;
  /**
   * Uses the approval for exactly this call and no other: throws `refused` unless it was approved, is bound to this
   * digest and was not used before. The gateway calls it immediately before the call is sent.
   */
  use(approvalId: string, question: Question): void;
  pending(): Approval[];
  /** Throws `invalid-input` when the plan asks for something to be typed and it was not; then only `once` is given. */
  approve(id: string, scope: ApprovalScope, typed?: string): Approval;
  deny(id: string): Approval;
  /** A session that ended takes its questions and its standing yeses with it. */
  endSession(sessionId: string): void;
  /** Lock: every question is denied, every yes forgotten. */
  clear(): void;
}

/** Below the four minutes after which Claude Desktop gives up on a call, so that the model hears our sentence. */
export const approvalTimeLimitMs = 225_000;
/** Below the minute after which other clients give up on a call that they hear no progress of. */
export const impatientTimeLimitMs = 50_000;
const standingMs = 15 * 60_000;
const pendingLimit = 100;

interface Pending extends Approval {
  settle: (kind: 'approved' | 'denied' | 'expired' | 'cancelled', typed?: Uint8Array) => void;
}

/** Questions to a person and their answers, in memory only: after a restart nothing is approved. */
export function createApprovals(deps: {
  clock: Clock;
  onChange: () => void;
  /** For the record: what was asked, and what nobody answered. */
  onEvent?: (kind: 'requested' | 'expired', approval: Approval) => void;
}): Approvals {
  const { clock, onChange, onEvent = () => undefined } = deps;
  const pending = new Map<string, Pending>();
  /** Approved and not yet used, by id: the digest each is good for. */
  const granted = new Map<string, string>();
  const standing: { key: string; sessionId: string | null; expiresAtMs: number }[] = [];

  function take(id: string): Pending {
    const approval = pending.get(id);
    if (approval) return approval;
    throw new Failure(
      'not-found',
      `No approval ${id} is waiting.`,
      'It may have been answered or have run out. `chatelaine approvals` lists what waits.',
    );
  }

  return {
    ask(question, { signal, timeLimitMs = approvalTimeLimitMs } = {}) {
      const id = randomBytes(4).toString('hex');
      const digest = digestOf(question);
      if (standing.some((yes) => covers(yes, question, clock.now()))) {
        granted.set(id, digest);
        return Promise.resolve({ kind: 'approved', approvalId: id, typed: null });
      }
      if (pending.size >= pendingLimit) {
        throw new Failure(
          'refused',
          'Too many calls already wait for a person in Chatelaine.',
          'Let them be answered first.',
        );
      }
      return new Promise<Answer>((resolve, reject) => {
        const askedAtMs = clock.now();
        const approval: Approval = { ...question, id, digest, askedAtMs, expiresAtMs: askedAtMs + timeLimitMs };
        const cancelTimer = clock.after(timeLimitMs, () => pending.get(id)?.settle('expired'));
        const onAbort = (): void => pending.get(id)?.settle('cancelled');
        const settle: Pending['settle'] = (kind, typed) => {
          cancelTimer();
          signal?.removeEventListener('abort', onAbort);
          pending.delete(id);
          if (kind === 'approved') granted.set(id, digest);
          if (kind === 'expired') onEvent('expired', approval);
          onChange();
          if (kind === 'cancelled')
            reject(new Failure('cancelled', 'The client gave up waiting.', 'Nothing was done.'));
          else if (kind === 'approved') resolve({ kind, approvalId: id, typed: typed ?? null });
          else resolve({ kind, approvalId: id });
        };
        pending.set(id, { ...approval, settle });
        onEvent('requested', approval);
        signal?.addEventListener('abort', onAbort);
        if (signal?.aborted) onAbort();
        else onChange();
      });
    },
    use(approvalId, question) {
      const digest = granted.get(approvalId);
      granted.delete(approvalId);
      if (digest !== undefined && digest === digestOf(question)) return;
      throw new Failure('refused', 'This call is not the one that was approved, so it was not made.', 'Ask again.');
    },
    pending: () => [...pending.values()].map(withoutSettle),
    approve(id, scope, typed = '') {
      const approval = take(id);
      assertTyped(approval, scope, typed);
      if (scope !== 'once') {
        standing.push({
          key: standingKey(approval),
          sessionId: scope === 'session' ? approval.sessionId : null,
          expiresAtMs: scope === 'session' ? Infinity : clock.now() + standingMs,
        });
      }
      approval.settle('approved', approval.plan.asks && Buffer.from(typed));
      return withoutSettle(approval);
    },
    deny(id) {
      const approval = take(id);
      approval.settle('denied');
      return withoutSettle(approval);
    },
    endSession(sessionId) {
      for (const approval of [...pending.values()]) if (approval.sessionId === sessionId) approval.settle('cancelled');
      for (let index = standing.length - 1; index >= 0; index--) {
        if (standing[index]?.sessionId === sessionId) standing.splice(index, 1);
      }
    },
    clear() {
      standing.length = 0;
      granted.clear();
      for (const approval of [...pending.values()]) approval.settle('denied');
    },
  };
}

/** A standing yes covers one tool on one credential for one client, up to the effect and on the network that was seen. */
const standingKey = ({ registrationId, credentialId, credentialVersion, tool, plan }: Question): string =>
  JSON.stringify([registrationId, credentialId, credentialVersion, tool, plan.effect, plan.network ?? null]);

const covers = (
  yes: { key: string; sessionId: string | null; expiresAtMs: number },
  question: Question,
  nowMs: number,
): boolean =>
  !question.plan.asks &&
  yes.key === standingKey(question) &&
  nowMs < yes.expiresAtMs &&
  (yes.sessionId === null || yes.sessionId === question.sessionId);

/** A plan that asks for something takes it with one yes for one call. Throws `invalid-input`. */
export function assertTyped({ plan }: Question, scope: ApprovalScope, typed = ''): void {
  if (!plan.asks || (typed !== '' && scope === 'once')) return;
  throw new Failure(
    'invalid-input',
    `${plan.asks.label} is typed along with a yes to this one call. Nothing was done.`,
    'Type it, and allow the call once.',
  );
}

const withoutSettle = ({ settle, ...approval }: Pending): Approval => approval;

export const digestOf = (question: Question): string =>
  createHash('sha256')
    .update(
      canonicalJson([
        question.registrationId,
        question.sessionId,
        question.credentialId,
        question.credentialVersion,
        question.tool,
        question.args,
        question.plan.effect,
        question.plan.sentence,
        question.plan.preview,
        question.plan.network ?? null,
        question.plan.asks?.label ?? null,
      ]),
    )
    .digest('hex');

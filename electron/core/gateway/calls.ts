import type { Activity } from '../activity/record.ts';
import type { Clock } from '../clock.ts';
import type { Approvals } from '../consent/approvals.ts';
import {
  effectivePolicy,
  isGranted,
  permitsToolset,
  type EffectivePolicy,
  type Registration,
} from '../consent/policy.ts';
import type { PolicyStore } from '../consent/policy-store.ts';
import type { CredentialRecord } from '../credentials/record.ts';
import type { Vault } from '../credentials/vault.ts';
import { Failure, internalFailure } from '../failure.ts';
import type { Log } from '../log.ts';
import { providerOf } from '../providers/index.ts';
import type { JsonObject, Plan, ToolOutcome } from '../workers/protocol.ts';
import type { Supervisor } from '../workers/supervisor.ts';
import type { CallOptions } from '../workers/worker.ts';
import {
  assertBelowCeiling,
  effectOf,
  factsOf,
  newCall,
  questionOf,
  type Call,
  type CallRequest,
  type Session,
} from './call.ts';
import type { CatalogueTool } from './catalogue.ts';
import { deniedByPerson, nobodyAnswered, refusedEffect, refusedToolset } from './refusals.ts';
import { assertShallow } from './depth.ts';
import { listCredentials } from './list-credentials.ts';
import { replyOf, textOf, type Reply } from './reply.ts';
import { selectCredential } from './selection.ts';

export interface Calls {
  call(session: Session, tool: string, args: JsonObject, request: CallRequest): Promise<Reply>;
  /** The credentials of its provider that this client was granted, by name. */
  granted(session: Session): CredentialRecord[];
  /** The listed tools that at least one of those credentials may use, whatever else a grant says. */
  usableTools(session: Session): CatalogueTool[];
}

const waitingNoticeMs = 10_000;

/** Every tool call's one way: select, plan, consent, record, run, record, answer with a receipt. */
export function createCalls(deps: {
  vault: Vault;
  policy: PolicyStore;
  approvals: Approvals;
  supervisor: Supervisor;
  activity: Activity;
  clock: Clock;
  log: Log;
  assertUnlocked: () => void;
}): Calls {
  const { vault, policy, approvals, supervisor, activity, clock, log } = deps;

  const granted = (session: Session): CredentialRecord[] => {
    const registration = registrationNow(session);
    return vault
      .list()
      .filter(({ provider, id }) => provider === session.provider && isGranted(registration, provider, id));
  };

  /** Grants may change under a live session, so each call reads them afresh. */
  const registrationNow = (session: Session): Registration =>
    policy.current().registrations.find(({ id }) => id === session.registration.id) ?? {
      ...session.registration,
      providers: [],
    };

  const policyFor = (session: Session, credentialId: string): EffectivePolicy =>
    effectivePolicy(policy.current(), session.registration.id, session.provider, credentialId);

  async function run(session: Session, name: string, args: JsonObject, request: CallRequest): Promise<Reply> {
    const { argument, listTool } = session.selector;
    if (name === listTool) return listCredentials(argument, args, granted(session), (id) => policyFor(session, id));
    deps.assertUnlocked();
    const tool = session.offers.tools.find(
      ({ name: known, internal }) => known === name && (!internal || request.isOwn),
    );
    if (!tool) throw new Failure('not-found', 'There is no tool of that name.', 'List the tools again.');
    assertShallow(args);
    const { credential, rest } = selectCredential(args, session.selector, granted(session));
    const startedMs = clock.now();
    const call = newCall({ session, tool, credential, args: rest, request, startedMs });
    const outcome = await attempt(call).catch((error: unknown) => failureOf(call, error));
    return replyOf(credential, outcome, {
      effect: effectOf(call),
      durationMs: clock.now() - startedMs,
      activityId: await recordEnd(call, outcome),
    });
  }

  async function attempt(call: Call): Promise<ToolOutcome> {
    try {
      return await inSteps(call);
    } finally {
      call.typed?.fill(0);
    }
  }

  async function inSteps(call: Call): Promise<ToolOutcome> {
    const allowed = policyFor(call.session, call.credential.id);
    if (!permitsToolset(allowed.toolsets, call.tool.toolset)) throw refusedToolset(call.tool, call.credential);
    assertBelowCeiling(call);
    call.plan = await planOf(call, allowed);
    call.approvalId = await consent(call, allowed);
    return perform(call);
  }

  /** A tool that only reads is its own plan; anything else is planned by the worker for these very arguments. */
  async function planOf({ tool, credential, args, request }: Call, { effects }: EffectivePolicy): Promise<Plan | null> {
    if (tool.effect === 'read') {
      if (effects.read === 'deny') throw refusedEffect('read', credential);
      return null;
    }
    const isHopeless = effects.write === 'deny' && (tool.effect === 'write' || effects.destroy === 'deny');
    if (isHopeless) throw refusedEffect(tool.effect, credential);
    const { signal } = request;
    return supervisor.plan(credential.id, tool.name, args, signal ? { signal } : {});
  }

  async function consent(call: Call, { effects }: EffectivePolicy): Promise<string | null> {
    const { signal, approvalLimitMs } = call.request;
    const decision = effects[effectOf(call)];
    // What only a person can type needs the person, whatever is allowed without one.
    switch (decision === 'allow' && call.plan?.asks ? 'ask' : decision) {
      case 'allow':
        return null;
      case 'deny':
        throw refusedEffect(effectOf(call), call.credential);
      case 'ask': {
        const stopTelling = tellThatItWaits(call.request);
        try {
          const answer = await approvals.ask(questionOf(call), {
            ...(signal && { signal }),
            ...(approvalLimitMs !== undefined && { timeLimitMs: approvalLimitMs }),
          });
          if (answer.kind === 'approved') {
            call.typed = answer.typed;
            return answer.approvalId;
          }
          call.approvalId = answer.approvalId;
          throw answer.kind === 'denied' ? deniedByPerson() : nobodyAnswered();
        } finally {
          stopTelling();
        }
      }
    }
  }

  /** Many clients give up after a minute of silence; a person may need longer, so they hear that the call is alive. */
  function tellThatItWaits({ onProgress }: CallOptions): () => void {
    if (!onProgress) return () => undefined;
    let progress = 0;
    let cancel = (): void => undefined;
    const tell = (): void => {
      onProgress({ progress: ++progress, message: 'Waiting for a person to approve this in Chatelaine' });
      cancel = clock.after(waitingNoticeMs, tell);
    };
    tell();
    return () => cancel();
  }

  async function perform(call: Call): Promise<ToolOutcome> {
    const { session, tool, credential, args, request, plan, approvalId, typed } = call;
    const effect = effectOf(call);
    if (effect !== 'read') await activity.append({ kind: 'call-started', ...factsOf(call) }, { durable: true });
    // A lock, a removal or a tighter grant may have come while a person decided.
    deps.assertUnlocked();
    const now = vault.byId(credential.id);
    const allowed = policyFor(session, credential.id);
    if (allowed.effects[effect] === 'deny') throw refusedEffect(effect, credential);
    if (!permitsToolset(allowed.toolsets, tool.toolset)) throw refusedToolset(tool, credential);
    assertBelowCeiling({ ...call, credential: now });
    if (approvalId !== null) approvals.use(approvalId, questionOf({ ...call, credential: now }));
    else if (allowed.effects[effect] !== 'allow') throw refusedEffect(effect, credential);
    return supervisor.call(credential.id, tool.name, args, plan, { ...request, ...(typed && { typed }) });
  }

  function failureOf({ tool }: Call, error: unknown): ToolOutcome {
    if (error instanceof Failure) return { ok: false, error: error.report() };
    return { ok: false, error: internalFailure(log.error('call.failed', error, { tool: tool.name })) };
  }

  /** What is done is done: a record that cannot be written must not make a model repeat the call. */
  async function recordEnd(call: Call, outcome: ToolOutcome): Promise<number | null> {
    try {
      const { seq } = await activity.append({
        kind: 'call-finished',
        ...factsOf(call),
        outcome: outcome.ok ? 'ok' : outcome.error.code,
        durationMs: clock.now() - call.startedMs,
      });
      return seq;
    } catch (error) {
      log.error('call.record-failed', error);
      return null;
    }
  }

  return {
    granted,
    usableTools(session) {
      const { refusalOf } = providerOf(session.provider);
      // Before there is any credential, what the least of them could use.
      const ceilings = granted(session).map(({ fields }) => fields);
      return session.offers.tools.filter(
        (tool) =>
          !tool.internal &&
          (ceilings.length === 0 ? [{}] : ceilings).some((fields) => refusalOf(fields, tool, {}) === null),
      );
    },
    async call(session, tool, args, request) {
      try {
        return await run(session, tool, args, request);
      } catch (error) {
        if (error instanceof Failure)
          return { ok: false, text: textOf(error.report()), code: error.code, receipt: null };
        const report = internalFailure(log.error('call.failed', error, { tool }));
        return { ok: false, text: textOf(report), code: report.code, receipt: null };
      }
    },
  };
}

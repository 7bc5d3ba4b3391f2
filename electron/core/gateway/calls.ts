import { createHash } from 'node:crypto';
import type { Activity } from '../activity/record.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { Clock } from '../clock.ts';
import type { Approvals, Question } from '../consent/approvals.ts';
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
import type { JsonObject, Plan, ToolOutcome } from '../workers/protocol.ts';
import type { Supervisor } from '../workers/supervisor.ts';
import type { CallOptions } from '../workers/worker.ts';
import type { CatalogueTool } from './catalogue.ts';
import { deniedByPerson, nobodyAnswered, refusedEffect, refusedToolset } from './refusals.ts';
import { replyOf, type Reply } from './reply.ts';
import { selectCredential } from './selection.ts';
import type { Selector } from './tool-list.ts';

/** Who calls: one client's session with one server. */
export interface Session {
  id: string;
  registration: Registration;
  provider: string;
  selector: Selector;
  tools: readonly CatalogueTool[];
}

export interface Calls {
  call(session: Session, tool: string, args: JsonObject, options: CallOptions): Promise<Reply>;
  /** The credentials of its provider that this client was granted, by name. */
  granted(session: Session): CredentialRecord[];
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

  const granted = (session: Session): CredentialRecord[] =>
    vault
      .list()
      .filter(({ provider, id }) => provider === session.provider && isGranted(registrationNow(session), provider, id))
      .sort((a, b) => (a.name < b.name ? -1 : 1));

  /** Grants may change under a live session, so each call reads them afresh. */
  const registrationNow = (session: Session): Registration =>
    policy.current().registrations.find(({ id }) => id === session.registration.id) ?? {
      ...session.registration,
      providers: [],
    };

  const policyFor = (session: Session, credentialId: string): EffectivePolicy =>
    effectivePolicy(policy.current(), session.registration.id, session.provider, credentialId);

  async function run(session: Session, name: string, args: JsonObject, options: CallOptions): Promise<Reply> {
    if (name === session.selector.listTool) return listCredentials(session);
    deps.assertUnlocked();
    const tool = session.tools.find((candidate) => candidate.name === name && !candidate.internal);
    if (!tool) throw new Failure('not-found', 'There is no tool of that name.', 'List the tools again.');
    const { credential, rest } = selectCredential(args, session.selector, granted(session));
    const startedMs = clock.now();
    const allowed = policyFor(session, credential.id);
    if (!permitsToolset(allowed.toolsets, tool.toolset)) throw refusedToolset(tool, credential);
    const call: Call = { session, tool, credential, args: rest, options, startedMs };
    const plan = await planOf(call, allowed);
    const approvalId = await consent(call, plan, allowed);
    return perform(call, plan, approvalId);
  }

  /** A tool that only reads is its own plan; anything else is planned by the worker for these very arguments. */
  async function planOf(call: Call, { effects }: EffectivePolicy): Promise<Plan | null> {
    const { tool, credential, args, options } = call;
    if (tool.effect === 'read') {
      if (effects.read === 'deny') throw refusedEffect('read', credential);
      return null;
    }
    const isHopeless = effects.write === 'deny' && (tool.effect === 'write' || effects.destroy === 'deny');
    if (isHopeless) throw refusedEffect(tool.effect, credential);
    return supervisor.plan(credential.id, tool.name, args, options);
  }

  async function consent(call: Call, plan: Plan | null, { effects }: EffectivePolicy): Promise<string | null> {
    const { credential, options } = call;
    switch (effects[plan?.effect ?? 'read']) {
      case 'allow':
        return null;
      case 'deny':
        throw refusedEffect(plan?.effect ?? 'read', credential);
      case 'ask': {
        const stopTelling = tellThatItWaits(options);
        const answer = await approvals.ask(questionOf(call, plan), options.signal).finally(stopTelling);
        if (answer.kind === 'approved') return answer.approvalId;
        await record(call, plan, { outcome: answer.kind, approvalId: answer.approvalId });
        throw answer.kind === 'denied' ? deniedByPerson() : nobodyAnswered();
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

  async function perform(call: Call, plan: Plan | null, approvalId: string | null): Promise<Reply> {
    const { tool, credential, args, options } = call;
    const effect = plan?.effect ?? 'read';
    if (effect !== 'read')
      await activity.append({ kind: 'call-started', ...factsOf(call, plan), approvalId }, { durable: true });
    // A lock, a removal or a tighter grant may have come while a person decided.
    deps.assertUnlocked();
    vault.byId(credential.id);
    const allowed = policyFor(call.session, credential.id);
    if (allowed.effects[effect] === 'deny' || !permitsToolset(allowed.toolsets, tool.toolset))
      throw refusedEffect(effect, credential);
    if (approvalId !== null) approvals.use(approvalId, questionOf(call, plan));
    else if (allowed.effects[effect] !== 'allow') throw refusedEffect(effect, credential);
    let outcome: ToolOutcome;
    try {
      outcome = await supervisor.call(credential.id, tool.name, args, plan, options);
    } catch (error) {
      await record(call, plan, { outcome: error instanceof Failure ? error.code : 'internal', approvalId });
      throw error;
    }
    const activityId = await record(call, plan, { outcome: outcome.ok ? 'ok' : outcome.error.code, approvalId });
    return replyOf(credential, outcome, { effect, durationMs: clock.now() - call.startedMs, activityId });
  }

  async function record(
    call: Call,
    plan: Plan | null,
    end: { outcome: string; approvalId: string | null },
  ): Promise<number> {
    const line = await activity.append(
      { kind: 'call-finished', ...factsOf(call, plan), ...end, durationMs: clock.now() - call.startedMs },
      { durable: false },
    );
    return line.seq;
  }

  function listCredentials(session: Session): Reply {
    const key = `${session.selector.argument}s`;
    const rows = granted(session).map(({ id, name, tags, emulator }) => ({
      name,
      tags,
      emulator,
      ...policyFor(session, id).effects,
    }));
    const text = rows.map(
      (row) =>
        `${row.name}${row.tags.length > 0 ? ` [${row.tags.join(', ')}]` : ''}${row.emulator ? ' (emulator)' : ''}`,
    );
    return {
      ok: true,
      text: text.join('\n') || `No ${key} are granted to this client.`,
      structured: { [key]: rows },
      receipt: null,
    };
  }

  return {
    granted,
    async call(session, tool, args, options) {
      try {
        return await run(session, tool, args, options);
      } catch (error) {
        if (error instanceof Failure) return { ok: false, error: error.report(), receipt: null };
        const logId = log.error('call.failed', error, { tool });
        return { ok: false, error: internalFailure(logId), receipt: null };
      }
    },
  };
}

interface Call {
  session: Session;
  tool: CatalogueTool;
  credential: CredentialRecord;
  args: JsonObject;
  options: CallOptions;
  startedMs: number;
}

const questionOf = ({ session, tool, credential, args }: Call, plan: Plan | null): Question => ({
  registrationId: session.registration.id,
  client: session.registration.name,
  sessionId: session.id,
  provider: session.provider,
  credentialId: credential.id,
  credential: credential.name,
  tool: tool.name,
  args,
  plan: plan ?? { effect: 'read', sentence: tool.title, preview: {} },
});

const factsOf = ({ session, tool, credential, args }: Call, plan: Plan | null) => ({
  client: session.registration.name,
  registrationId: session.registration.id,
  provider: session.provider,
  credential: credential.name,
  credentialId: credential.id,
  tool: tool.name,
  effect: plan?.effect ?? ('read' as const),
  argumentDigest: createHash('sha256').update(canonicalJson(args)).digest('hex'),
});

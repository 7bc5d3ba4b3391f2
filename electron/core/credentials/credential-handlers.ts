import type { Activity } from '../activity/record.ts';
import type { Clock } from '../clock.ts';
import type { Person } from '../consent/person.ts';
import type { Handlers } from '../contract/dispatch.ts';
import type { CredentialView, DueView } from '../contract/views.ts';
import type { Lock } from '../lock.ts';
import { providerOf } from '../providers/index.ts';
import type { JsonObject, ToolOutcome } from '../workers/protocol.ts';
import type { Supervisor } from '../workers/supervisor.ts';
import { redirectsSecrets } from './redirection.ts';
import type { CredentialRecord, CredentialTest } from './record.ts';
import type { Vault } from './vault.ts';

type CredentialHandlers = Pick<
  Handlers,
  | 'credentials.list'
  | 'credentials.show'
  | 'credentials.add'
  | 'credentials.edit'
  | 'credentials.remove'
  | 'credentials.restore'
  | 'credentials.test'
>;

export function credentialHandlers(deps: {
  vault: Vault;
  supervisor: Supervisor;
  activity: Activity;
  person: Person;
  lock: Lock;
  clock: Clock;
  viewOf: ViewOf;
}): CredentialHandlers {
  const { vault, supervisor, activity, person, lock, clock, viewOf } = deps;

  return {
    'credentials.list': async () => vault.list().map(viewOf),
    'credentials.show': async ({ name }) => viewOf(vault.byName(name)),

    async 'credentials.add'({ provider, draft }) {
      lock.assertUnlocked();
      const { record, warnings } = await vault.add(provider, draft);
      await activity.append({ kind: 'credential-added', ...lineOf(record) }, { durable: true });
      return { credential: viewOf(record), warnings };
    },

    async 'credentials.edit'({ name, changes }, requester) {
      lock.assertUnlocked();
      const before = vault.byName(name);
      if (redirectsSecrets(providerOf(before.provider), before, changes)) await person.prove(requester);
      const { record, warnings } = await vault.edit(name, changes);
      await activity.append({ kind: 'credential-edited', ...lineOf(record) }, { durable: true });
      await supervisor.refresh(record.id);
      return { credential: viewOf(record), warnings };
    },

    async 'credentials.remove'({ name }) {
      lock.assertUnlocked();
      const record = await vault.remove(name);
      await supervisor.stop(record.id);
      await activity.append({ kind: 'credential-removed', ...lineOf(record) }, { durable: true });
      return viewOf(record);
    },

    async 'credentials.restore'({ id }) {
      lock.assertUnlocked();
      const record = await vault.restore(id);
      await activity.append({ kind: 'credential-restored', ...lineOf(record) }, { durable: true });
      return viewOf(record);
    },

    /** The issuer's own answer, by a worker like any call; kept as the credential's last test. */
    async 'credentials.test'({ name }) {
      lock.assertUnlocked();
      const record = vault.byName(name);
      const { toolNamePrefix } = providerOf(record.provider);
      // A test is what a person does when a worker keeps failing, so it is given another chance.
      if (supervisor.status().some(({ credentialId, pid }) => credentialId === record.id && pid === null))
        await supervisor.refresh(record.id);
      const outcome = await supervisor.call(record.id, `${toolNamePrefix}_test_credential`, {}, null, {
        deadlineMs: testDeadlineMs,
      });
      const lastTest = testOf(outcome, clock, record.lastTest?.expiresAt ?? null);
      const { message, facts } = lastTest;
      await vault.note(record, { lastTest });
      await activity.append(
        { kind: 'credential-tested', ...lineOf(record), outcome: outcome.ok ? 'ok' : outcome.error.code },
        { durable: false },
      );
      return { name: record.name, ok: outcome.ok, message, hint: outcome.ok ? '' : outcome.error.hint, facts };
    },
  };
}

export const testDeadlineMs = 60_000;

/** What a run of a provider's test tool says, in the form in which it is kept; one that failed learns no new expiry. */
export function testOf(
  outcome: ToolOutcome,
  clock: Clock,
  knownExpiry: string | null,
): CredentialTest & { facts: JsonObject } {
  const facts: JsonObject = outcome.ok ? outcome.structured : {};
  return {
    at: new Date(clock.now()).toISOString(),
    ok: outcome.ok,
    message: outcome.ok ? outcome.text : outcome.error.message,
    expiresAt: typeof facts.expiresAt === 'string' ? facts.expiresAt : outcome.ok ? null : knownExpiry,
    facts,
  };
}

export const lineOf = ({ id, name, provider }: CredentialRecord) => ({ credential: name, credentialId: id, provider });

export type ViewOf = (record: CredentialRecord) => CredentialView;

/** A record as everybody may see it, with what is known of its use and its due date. */
export const viewer =
  (known: {
    dueOf: (record: CredentialRecord) => DueView;
    lastUsedAt: (credentialId: string) => string | null;
  }): ViewOf =>
  (record) => ({
    ...record,
    secrets: record.secretKeys,
    due: known.dueOf(record),
    lastUsedAt: known.lastUsedAt(record.id),
  });

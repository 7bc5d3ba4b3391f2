import type { Activity } from '../activity/record.ts';
import type { Clock } from '../clock.ts';
import type { Person } from '../consent/person.ts';
import type { Handlers } from '../contract/dispatch.ts';
import type { CredentialView } from '../contract/views.ts';
import { Failure } from '../failure.ts';
import type { Lock } from '../lock.ts';
import { providerOf } from '../providers/index.ts';
import type { JsonObject } from '../workers/protocol.ts';
import type { Supervisor } from '../workers/supervisor.ts';
import { redirectsSecrets } from './redirection.ts';
import { writeEdgerc } from './edgerc-export.ts';
import type { CredentialRecord } from './record.ts';
import type { Vault } from './vault.ts';

type CredentialHandlers = Pick<
  Handlers,
  | 'credentials.list'
  | 'credentials.show'
  | 'credentials.add'
  | 'credentials.edit'
  | 'credentials.remove'
  | 'credentials.test'
  | 'credentials.export'
  | 'credentials.environment'
>;

export function credentialHandlers(deps: {
  vault: Vault;
  supervisor: Supervisor;
  activity: Activity;
  person: Person;
  lock: Lock;
  clock: Clock;
}): CredentialHandlers {
  const { vault, supervisor, activity, person, lock, clock } = deps;

  return {
    'credentials.list': async () => vault.list().map(viewOf),
    'credentials.show': async ({ name }) => viewOf(vault.byName(name)),

    async 'credentials.add'({ provider, draft }) {
      lock.assertUnlocked();
      const { record, warnings } = await vault.add(provider, draft);
      await activity.append({ kind: 'credential-added', ...lineOf(record) }, { durable: true });
      return { credential: viewOf(record), warnings };
    },

    async 'credentials.edit'({ name, changes }, { proof }) {
      lock.assertUnlocked();
      const before = vault.byName(name);
      if (redirectsSecrets(providerOf(before.provider), before, changes)) await person.prove(proof);
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
      const facts: JsonObject = outcome.ok ? outcome.structured : {};
      const message = outcome.ok ? outcome.text : outcome.error.message;
      const expiresAt = typeof facts.expiresAt === 'string' ? facts.expiresAt : null;
      await vault.note(record.id, {
        lastTest: { at: new Date(clock.now()).toISOString(), ok: outcome.ok, message, expiresAt, facts },
      });
      await activity.append(
        { kind: 'credential-tested', ...lineOf(record), outcome: outcome.ok ? 'ok' : outcome.error.code },
        { durable: false },
      );
      return { name: record.name, ok: outcome.ok, message, hint: outcome.ok ? '' : outcome.error.hint, facts };
    },

    async 'credentials.export'({ name }, { proof }) {
      lock.assertUnlocked();
      const record = vault.byName(name);
      if (record.provider !== 'akamai') {
        throw new Failure(
          'invalid-input',
          `${record.name} is not an Akamai credential, so it has no .edgerc form.`,
          'Export Akamai credentials only.',
        );
      }
      await person.prove(proof);
      const secrets = await vault.secretsOf(record.id);
      await activity.append({ kind: 'credential-exported', ...lineOf(record) }, { durable: true });
      return { edgerc: writeEdgerc(record, secrets) };
    },

    async 'credentials.environment'({ provider, name, command }, { proof }) {
      lock.assertUnlocked();
      const record = vault.byName(name);
      if (record.provider !== providerOf(provider).id) {
        throw new Failure(
          'not-found',
          `${record.name} is not a credential of ${provider}. Nothing was run.`,
          `Use ${record.provider}/${record.name}.`,
        );
      }
      await person.prove(proof);
      const secrets = await vault.secretsOf(record.id);
      await activity.append(
        { kind: 'credential-used-by-exec', ...lineOf(record), command: command.slice(0, 200) },
        { durable: true },
      );
      return { environment: providerOf(provider).environment(record.fields, secrets) };
    },
  };
}

const testDeadlineMs = 60_000;

const lineOf = ({ id, name, provider }: CredentialRecord) => ({ credential: name, credentialId: id, provider });

export const viewOf = (record: CredentialRecord): CredentialView => ({ ...record, secrets: record.secretKeys });

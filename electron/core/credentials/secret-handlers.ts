import type { Activity } from '../activity/record.ts';
import type { Clock } from '../clock.ts';
import type { Person } from '../consent/person.ts';
import type { Handlers } from '../contract/dispatch.ts';
import { Failure } from '../failure.ts';
import type { Lock } from '../lock.ts';
import { providerOf } from '../providers/index.ts';
import type { Network } from '../workers/protocol.ts';
import type { Supervisor } from '../workers/supervisor.ts';
import { workerProgram } from '../workers/worker-source.ts';
import { lineOf, testDeadlineMs, testOf, type ViewOf } from './credential-handlers.ts';
import { writeEdgerc } from './edgerc-export.ts';
import { mergeInput } from './merge-input.ts';
import type { CredentialRecord } from './record.ts';
import type { Secret } from './secret.ts';
import type { Vault } from './vault.ts';

/** The desktop's clipboard; null where there is none, as in a headless host. */
export type Clipboard = { read(): Promise<string>; write(text: string): void } | null;

type SecretHandlers = Pick<
  Handlers,
  'credentials.replace' | 'credentials.reveal' | 'credentials.copy' | 'credentials.export' | 'credentials.environment'
>;

const shownMs = 30_000;

/** The few procedures that take or give secrets. Each that gives one needs the person and leaves a line in the record. */
export function secretHandlers(deps: {
  vault: Vault;
  supervisor: Supervisor;
  activity: Activity;
  person: Person;
  lock: Lock;
  clock: Clock;
  clipboard: Clipboard;
  /** Runs what takes a secret away again: after so many ms, and at once when Chatelaine is locked or ends. */
  clearLater: (clear: () => Promise<void>, afterMs: number) => void;
  /** The way to the issuer, as the settings have it. */
  network: () => Network;
  viewOf: ViewOf;
}): SecretHandlers {
  const { vault, supervisor, activity, person, lock, clock, clipboard } = deps;

  async function secretOf(record: CredentialRecord, field: string): Promise<Secret> {
    const secrets = await vault.secretsOf(record.id);
    const secret = Object.hasOwn(secrets, field) ? secrets[field] : undefined;
    if (secret) return secret;
    throw new Failure(
      'not-found',
      `“${record.name}” has no secret called ${JSON.stringify(field).slice(0, 40)}.`,
      `It has: ${record.secretKeys.join(', ') || 'none'}.`,
    );
  }

  return {
    async 'credentials.replace'({ name, secrets }) {
      lock.assertUnlocked();
      const before = vault.byName(name);
      const provider = providerOf(before.provider);
      const entered = nested(checkedSecrets(before, secrets));
      const stored = await vault.secretsOf(before.id).catch(missingAsNone);
      const draft = provider.parse(mergeInput(provider, before, stored, entered));
      const outcome = await supervisor.trial(
        {
          programOf: () => workerProgram(provider),
          credentialOf: async () => ({
            fields: draft.fields,
            secrets: bytesOf(draft.secrets),
            network: deps.network(),
          }),
        },
        `${provider.toolNamePrefix}_test_credential`,
        testDeadlineMs,
      );
      const lastTest = testOf(outcome, clock, null);
      if (!outcome.ok) {
        await activity.append({ kind: 'replacement-refused', ...lineOf(before), outcome: outcome.error.code });
        return {
          ok: false,
          message: `${outcome.error.message} Nothing was changed: the old secret is still in use.`,
          hint: outcome.error.hint,
          credential: deps.viewOf(before),
        };
      }
      // What was tested is what is stored: with another host or account it would have been another test.
      const { record } = await vault.edit(before.name, entered, before);
      await vault.note(record, { lastTest });
      await activity.append({ kind: 'credential-replaced', ...lineOf(record) }, { durable: true });
      await supervisor.refresh(record.id);
      return { ok: true, message: lastTest.message, hint: '', credential: deps.viewOf(vault.byId(record.id)) };
    },

    async 'credentials.reveal'({ name, field }, requester) {
      lock.assertUnlocked();
      const record = vault.byName(name);
      await person.prove(requester);
      const secret = await secretOf(record, field);
      await activity.append({ kind: 'secret-revealed', ...lineOf(record), field }, { durable: true });
      return { value: secret.reveal(), hideAfterMs: shownMs };
    },

    async 'credentials.copy'({ name, field }, requester) {
      lock.assertUnlocked();
      const record = vault.byName(name);
      if (!clipboard) throw new Failure('invalid-input', 'There is no clipboard here.', 'Use Reveal.');
      await person.prove(requester);
      const secret = await secretOf(record, field);
      await activity.append({ kind: 'secret-copied', ...lineOf(record), field }, { durable: true });
      clipboard.write(secret.reveal());
      deps.clearLater(async () => {
        // What the person has copied since then is theirs.
        if ((await clipboard.read()) === secret.reveal()) clipboard.write('');
      }, shownMs);
      return { clearAfterMs: shownMs };
    },

    async 'credentials.export'({ name }, requester) {
      lock.assertUnlocked();
      const record = vault.byName(name);
      if (record.provider !== 'akamai') {
        throw new Failure(
          'invalid-input',
          `${record.name} is not an Akamai credential, so it has no .edgerc form.`,
          'Export Akamai credentials only.',
        );
      }
      await person.prove(requester);
      const secrets = await vault.secretsOf(record.id);
      await activity.append({ kind: 'credential-exported', ...lineOf(record) }, { durable: true });
      return { edgerc: writeEdgerc(record, secrets) };
    },

    async 'credentials.environment'({ provider, name, command }, requester) {
      lock.assertUnlocked();
      const record = vault.byName(name);
      if (record.provider !== providerOf(provider).id) {
        throw new Failure(
          'not-found',
          `${record.name} is not a credential of ${provider}. Nothing was run.`,
          `Use ${record.provider}/${record.name}.`,
        );
      }
      await person.prove(requester);
      const secrets = await vault.secretsOf(record.id);
      await activity.append(
        { kind: 'credential-used-by-exec', ...lineOf(record), command: command.slice(0, 200) },
        { durable: true },
      );
      return { environment: providerOf(provider).environment(record.fields, secrets) };
    },
  };
}

/** The secret fields that were filled in, checked by the provider as an edit would be. Nothing else can be replaced here. */
function checkedSecrets(record: CredentialRecord, secrets: Record<string, string>): Record<string, string> {
  const known = providerOf(record.provider).fields.filter(({ secret }) => secret);
  const strange = Object.keys(secrets).find((key) => !known.some((field) => field.key === key));
  // A password may begin or end with a space; what may not is trimmed by its provider.
  const entered = Object.entries(secrets).filter(([, text]) => text.trim() !== '');
  if (strange === undefined && entered.length > 0) return Object.fromEntries(entered);
  throw new Failure(
    'invalid-input',
    strange === undefined
      ? 'No new secret was entered. Nothing was changed.'
      : `${JSON.stringify(strange).slice(0, 40)} is not a secret of this kind of credential. Nothing was changed.`,
    `Enter one or more of: ${known.map(({ label }) => label).join(', ')}.`,
  );
}

/** `tls.key` as an edit takes it: `{ tls: { key } }`. */
function nested(secrets: Record<string, string>): Record<string, unknown> {
  const change: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(secrets)) {
    const [first = '', ...rest] = key.split('.');
    const below = change[first];
    change[first] =
      rest.length === 0 ? text : { ...(typeof below === 'object' ? below : {}), ...nested({ [rest.join('.')]: text }) };
  }
  return change;
}

const bytesOf = (secrets: Record<string, string>): Record<string, Uint8Array> =>
  Object.fromEntries(Object.entries(secrets).map(([key, text]) => [key, Buffer.from(text, 'utf8')]));

/** A secret that is gone can be entered anew; every other trouble is told. */
const missingAsNone = (error: unknown): Record<string, never> => {
  if (error instanceof Failure && (error.code === 'secret-missing' || error.code === 'damaged')) return {};
  throw error;
};

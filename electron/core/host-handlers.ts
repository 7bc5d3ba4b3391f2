import type { Activity } from './activity/record.ts';
import type { Handlers } from './contract/dispatch.ts';
import type { Output } from './contract/procedures.ts';
import type { Check } from './contract/views.ts';
import type { Person } from './consent/person.ts';
import type { PolicyStore } from './consent/policy-store.ts';
import { Secret } from './credentials/secret.ts';
import { Failure } from './failure.ts';
import type { SecretStore, SecretStoreState } from './credentials/secret-store.ts';
import type { Vault } from './credentials/vault.ts';
import type { Lock } from './lock.ts';
import type { Supervisor } from './workers/supervisor.ts';

type HostHandlers = Pick<
  Handlers,
  | 'host.status'
  | 'host.lock'
  | 'host.unlock'
  | 'host.stop'
  | 'host.doctor'
  | 'host.setPassphrase'
  | 'activity.list'
  | 'activity.verify'
  | 'workers.list'
>;

export function hostHandlers(deps: {
  facts: Omit<Output<'host.status'>, 'locked'>;
  store: SecretStore;
  vault: Vault;
  policy: PolicyStore;
  person: Person;
  supervisor: Supervisor;
  activity: Activity;
  lock: Lock;
  requestStop: () => void;
}): HostHandlers {
  const { store, vault, policy, person, supervisor, activity, lock } = deps;
  const status = (): Output<'host.status'> => ({ ...deps.facts, locked: lock.isLocked() });

  async function doctor(): Promise<Check[]> {
    const state = await store.state();
    const record = lock.isLocked() ? null : await activity.verify().catch(unverifiable);
    // A keychain that does not answer is the first check's business; the others must still be made.
    const canConfirm = lock.isLocked() || (await person.hasPassphrase().catch(() => true));
    const failing = supervisor.status().filter(({ state: { name } }) => name === 'failed' || name === 'backing-off');
    return [
      { name: 'Vault', ...vaultVerdict(state, store.kind) },
      canConfirm
        ? ok('Confirmation', 'A person confirms with a passphrase.')
        : warning(
            'Confirmation',
            'No app passphrase is set, so nobody can approve calls here.',
            'Set one with `chatelaine passphrase` before the first client is registered.',
          ),
      policy.isTrusted()
        ? ok('Grants', `${policy.current().registrations.length} clients are registered.`)
        : failed(
            'Grants',
            'The file with registrations and grants was altered outside Chatelaine or is damaged. Nothing in it counts.',
            'Find out who could have done that, then unregister and register your clients again.',
          ),
      !record
        ? warning('Activity', 'It can be verified when Chatelaine is unlocked.', 'Unlock it: chatelaine unlock.')
        : record.ok
          ? ok('Activity', record.message)
          : failed('Activity', record.message, 'Keep the files and find out who altered them.'),
      failing.length === 0
        ? ok('Workers', `${supervisor.status().filter(({ pid }) => pid !== null).length} run.`)
        : failed(
            'Workers',
            `${failing.length} keep ending: ${failing[0]?.lastError ?? 'no reason known'}.`,
            'Test the credential: chatelaine test NAME.',
          ),
    ];
  }

  return {
    'host.status': async () => status(),
    async 'host.lock'() {
      await lock.lock();
      return status();
    },
    async 'host.unlock'(_, { proof }) {
      await lock.unlock(proof);
      return status();
    },
    async 'host.stop'() {
      deps.requestStop();
      return { stopping: true };
    },
    'host.doctor': async () => ({ checks: await doctor() }),
    async 'host.setPassphrase'({ next }, { proof }) {
      lock.assertUnlocked();
      await person.setPassphrase(new Secret(next), proof);
      await activity.append({ kind: 'passphrase-set' }, { durable: true });
      return {};
    },
    'activity.list': async ({ after, limit }) =>
      activity.list({ ...(after !== undefined && { after }), limit: limit ?? 200 }),
    'activity.verify': async () => activity.verify(),
    'workers.list': async () =>
      supervisor.status().map(({ credentialId, state, ...rest }) => {
        const credential = vault.list().find(({ id }) => id === credentialId);
        return {
          ...rest,
          credential: credential?.name ?? '(removed)',
          provider: credential?.provider ?? '',
          state: state.name,
        };
      }),
  };
}

const unverifiable = (error: unknown) => ({
  ok: false,
  message: error instanceof Failure ? error.message : 'The record could not be read.',
});

const ok = (name: string, message: string): Check => ({ name, state: 'ok', message, hint: '' });
const warning = (name: string, message: string, hint: string): Check => ({ name, state: 'warning', message, hint });
const failed = (name: string, message: string, hint: string): Check => ({ name, state: 'failed', message, hint });

function vaultVerdict(state: SecretStoreState, kind: string): Omit<Check, 'name'> {
  switch (state) {
    case 'ready':
      return { state: 'ok', message: `The ${kind} answers and holds what it should.`, hint: '' };
    case 'locked':
      return { state: 'warning', message: `The ${kind} is locked.`, hint: 'Unlock it: chatelaine unlock.' };
    case 'absent':
      return {
        state: 'failed',
        message: 'There is no keychain on this machine.',
        hint: 'Start a session with one, or use a new data folder with: chatelaine serve --vault file.',
      };
    case 'denied':
      return {
        state: 'failed',
        message: 'The operating system refused access to the keychain.',
        hint: 'Allow Chatelaine in the keychain’s own settings.',
      };
    case 'unresponsive':
      return {
        state: 'failed',
        message: 'The keychain does not answer.',
        hint: 'Restart your keyring or log out and in; Chatelaine reconnects by itself.',
      };
  }
}

import { randomBytes } from 'node:crypto';
import type { Activity } from './activity/record.ts';
import type { Clock } from './clock.ts';
import type { Handlers } from './contract/dispatch.ts';
import type { Output } from './contract/procedures.ts';
import type { Check, RegistrationView } from './contract/views.ts';
import { noPassphraseSet, type Person } from './consent/person.ts';
import type { PolicyStore } from './consent/policy-store.ts';
import { Secret } from './credentials/secret.ts';
import { Failure } from './failure.ts';
import type { SecretStore, SecretStoreState } from './credentials/secret-store.ts';
import type { Lock } from './lock.ts';
import type { Provider } from './providers/provider.ts';
import type { Supervisor } from './workers/supervisor.ts';
import { workerProgram } from './workers/worker-source.ts';

type HostHandlers = Pick<
  Handlers,
  | 'host.status'
  | 'host.lock'
  | 'host.unlock'
  | 'host.stop'
  | 'host.doctor'
  | 'host.setPassphrase'
  | 'host.proveVault'
  | 'host.openPage'
  | 'host.touched'
>;

export function hostHandlers(deps: {
  facts: Omit<Output<'host.status'>, 'locked' | 'hasPassphrase' | 'confirmsBy' | 'unlocksBy'>;
  clock: Clock;
  store: SecretStore;
  policy: PolicyStore;
  person: Person;
  supervisor: Supervisor;
  activity: Activity;
  lock: Lock;
  /** The registered clients and whether their configuration still has our entries. */
  entries: () => Promise<Pick<RegistrationView, 'name' | 'entry'>[]>;
  requestStop: () => void;
  openPage: (() => string) | null;
  isNetworkTrusted: () => boolean;
  /** Which providers have credentials here. */
  providersInUse: () => readonly Provider[];
}): HostHandlers {
  const { store, policy, person, supervisor, activity, lock, clock } = deps;

  async function status(): Promise<Output<'host.status'>> {
    const locked = lock.isLocked();
    // A locked keychain cannot be asked; a file always has its passphrase.
    const hasPassphrase = locked && store.kind !== 'file' ? null : await person.hasPassphrase().catch(() => null);
    const confirmsBy = hasPassphrase === null ? 'click' : await person.confirmsBy().catch(() => 'click' as const);
    return { ...deps.facts, locked, hasPassphrase, confirmsBy, unlocksBy: lock.unlocksBy() };
  }

  async function confirmationVerdict(): Promise<Check> {
    if (lock.isLocked()) return ok('Confirmation', 'A person confirms when Chatelaine is unlocked.');
    // A keychain that does not answer is the first check's business; the others must still be made.
    if (await person.hasPassphrase().catch(() => true))
      return ok('Confirmation', 'A person confirms with a passphrase.');
    if (deps.facts.desktop) return ok('Confirmation', 'A person confirms in Chatelaine’s own window.');
    return warning(
      'Confirmation',
      'No app passphrase is set, so calls that ask can be approved on the page at most, never from the command line.',
      'Set one with `chatelaine passphrase` before the first client is registered.',
    );
  }

  async function proveVault(): Promise<Output<'host.proveVault'>> {
    const started = clock.now();
    const proof = { store: store.kind, tookMs: 0 };
    try {
      const value = randomBytes(16).toString('hex');
      await store.set(probeId, new Secret(value));
      const isSame = (await store.get(probeId))?.reveal() === value;
      await store.delete(probeId);
      const tookMs = clock.now() - started;
      if (isSame)
        return { ...proof, ok: true, tookMs, message: 'A probe was written, read back and deleted.', hint: '' };
      return { ...proof, ok: false, message: 'A probe was read back altered.', hint: 'Run the doctor.' };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { ...proof, ok: false, message: error.message, hint: error.hint };
    }
  }

  async function doctor(): Promise<Check[]> {
    const state = await store.state();
    const record = lock.isLocked() ? null : await activity.verify().catch(unverifiable);
    const failing = supervisor.status().filter(({ state: { name } }) => name === 'failed' || name === 'backing-off');
    return [
      { name: 'Vault', ...vaultVerdict(state, store.kind) },
      await confirmationVerdict(),
      deps.isNetworkTrusted()
        ? ok('Network', 'Calls to issuers go the way that was confirmed.')
        : failed(
            'Network',
            'The proxy or the certificates in settings.json were changed outside Chatelaine. They are not used.',
            'Find out who changed them. Then look at them in Settings and save them there.',
          ),
      policy.isTrusted()
        ? ok('Grants', `${policy.current().registrations.length} clients are registered.`)
        : failed(
            'Grants',
            'The file with registrations and grants was altered outside Chatelaine or is damaged. Nothing in it counts.',
            'Find out who could have done that, then unregister and register your clients again.',
          ),
      entriesVerdict(await deps.entries()),
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
      ...(await Promise.all(deps.providersInUse().map(clientVerdict))).flat(),
    ];
  }

  /** Whether the client that a provider's workers stand on loads on this machine: a worker of its own is asked. */
  async function clientVerdict(provider: Provider): Promise<Check[]> {
    const { title, clientCheck } = provider;
    if (!clientCheck) return [];
    const name = `${title} client`;
    const source = {
      programOf: () => workerProgram(provider),
      credentialOf: async () => ({ fields: clientCheck.fields, secrets: {} }),
    };
    const outcome = await supervisor.trial(source, clientCheck.tool, clientCheckDeadlineMs).catch((error: unknown) => ({
      ok: false as const,
      error:
        error instanceof Failure ? error.report() : { message: 'It could not be tried.', hint: 'Look at the log.' },
    }));
    return [outcome.ok ? ok(name, outcome.text) : failed(name, outcome.error.message, outcome.error.hint)];
  }

  return {
    'host.status': async () => status(),
    async 'host.lock'() {
      await lock.lock();
      return status();
    },
    async 'host.unlock'(_, requester) {
      await lock.unlock(requester);
      return status();
    },
    'host.proveVault': proveVault,
    'host.touched': async () => ({}),
    async 'host.openPage'() {
      if (!deps.openPage) {
        throw new Failure('invalid-input', 'This host has a window of its own and no page.', 'Open the app.');
      }
      // Where there is a passphrase, a page has to bring it before it confirms anything; elsewhere whoever has the page may.
      if (!(await person.hasPassphrase().catch(() => policy.isLockedByPerson()))) throw noPassphraseSet();
      return { url: deps.openPage() };
    },
    async 'host.stop'() {
      deps.requestStop();
      return { stopping: true };
    },
    'host.doctor': async () => ({ checks: await doctor() }),
    async 'host.setPassphrase'({ next }, requester) {
      lock.assertUnlocked();
      await person.setPassphrase(new Secret(next), requester);
      await activity.append({ kind: 'passphrase-set' }, { durable: true });
      return {};
    },
  };
}

const probeId = 'probe';
const clientCheckDeadlineMs = 15_000;

const unverifiable = (error: unknown) => ({
  ok: false,
  message: error instanceof Failure ? error.message : 'The record could not be read.',
});

const ok = (name: string, message: string): Check => ({ name, state: 'ok', message, hint: '' });
const warning = (name: string, message: string, hint: string): Check => ({ name, state: 'warning', message, hint });
const failed = (name: string, message: string, hint: string): Check => ({ name, state: 'failed', message, hint });

function entriesVerdict(entries: readonly Pick<RegistrationView, 'name' | 'entry'>[]): Check {
  const lost = entries.filter(({ entry }) => entry !== 'present' && entry !== 'printed').map(({ name }) => name);
  if (lost.length === 0) return ok('Clients', `${entries.length} are registered; their entries are in place.`);
  return warning(
    'Clients',
    `The entry of ${lost.join(', ')} is no longer what was written.`,
    'Repair it on the Clients page, or unregister and register it again.',
  );
}

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

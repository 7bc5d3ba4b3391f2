import { randomUUID } from 'node:crypto';
import type { Activity } from '../activity/record.ts';
import type { Clock } from '../clock.ts';
import type { Person } from '../consent/person.ts';
import type { Registration } from '../consent/policy.ts';
import type { Handlers } from '../contract/dispatch.ts';
import type { Output } from '../contract/procedures.ts';
import type { FileChange } from '../contract/views.ts';
import type { Vault } from '../credentials/vault.ts';
import { Failure } from '../failure.ts';
import type { Sessions } from '../gateway/sessions.ts';
import type { Lock } from '../lock.ts';
import { providerOf, providers } from '../providers/index.ts';
import type { ClientRegistry } from './client-registry.ts';
import { clientOf, type ClientDefinition } from './client.ts';
import type { Plan } from './configuration.ts';
import type { Machine } from './machine.ts';
import type { Registrations } from './registrations.ts';

type RegistrationHandlers = Pick<
  Handlers,
  'clients.prepare' | 'clients.register' | 'clients.repair' | 'clients.prepareUndo' | 'clients.unregister'
>;

type Wanted = Parameters<Handlers['clients.prepare']>[0];

/** What a person was shown, to be written exactly so. */
interface Prepared {
  registration: Registration;
  plan: Plan;
  warnings: string[];
}

const preparedForMs = 10 * 60_000;
const nothingToWrite: Plan = { files: [], warnings: [] };

export function registrationHandlers(deps: {
  clients: readonly ClientDefinition[];
  registry: ClientRegistry;
  registrations: Registrations;
  machine: Machine;
  sessions: Sessions;
  vault: Vault;
  activity: Activity;
  lock: Lock;
  person: Person;
  /** A desktop has a window of its own for every question. */
  isDesktop: boolean;
  clock: Clock;
}): RegistrationHandlers {
  const { registry, registrations, vault, activity, lock, clock } = deps;
  const prepared = new Map<string, Prepared>();

  async function prepare(wanted: Wanted): Promise<Prepared> {
    const client = clientOf(deps.clients, wanted.client);
    const registration = await registrations.draft({
      client: client.id,
      name: wanted.name ?? defaultName(client),
      providers: providersOf(wanted),
      credentials: wanted.credentials === 'all' ? 'all' : wanted.credentials.map((name) => vault.byName(name).id),
    });
    if (client.route === 'printed') {
      return { registration, plan: nothingToWrite, warnings: await consentWarnings(deps) };
    }
    registrations.assertOnlyOf(client.id, client.title);
    const plan = await registry.plan(client, registration);
    const managed = await client.managed(deps.machine);
    const isRunning = await client.isRunning(deps.machine);
    const restart = isRunning === true ? [`${client.title} is running. ${client.restart}`] : [];
    const policy = managed === null ? [] : [managed];
    return {
      registration,
      plan,
      warnings: [...plan.warnings, ...policy, ...restart, ...(await consentWarnings(deps))],
    };
  }

  const entriesOf = async (registration: Registration): Promise<Output<'clients.register'>['entries']> =>
    (await registry.entriesOf(registration)).map(({ provider, entry }) => ({ provider, ...entry }));

  function take(id: string, client: string): Prepared {
    const found = prepared.get(id);
    prepared.delete(id);
    if (found?.registration.client === client) return found;
    throw new Failure(
      'changed',
      'The change that was shown is no longer at hand: it was written already, or is older than 10 minutes. Nothing was changed.',
      'Look at the change again.',
    );
  }

  return {
    async 'clients.prepare'(wanted) {
      lock.assertUnlocked();
      const made = await prepare(wanted);
      const id = randomUUID();
      prepared.set(id, made);
      clock.after(preparedForMs, () => prepared.delete(id));
      const { registration, plan, warnings } = made;
      return {
        prepared: id,
        name: registration.name,
        changes: plan.files.map(shown),
        entries: await entriesOf(registration),
        warnings,
      };
    },

    async 'clients.register'({ prepared: id, ...wanted }) {
      lock.assertUnlocked();
      const made = id === undefined ? await prepare(wanted) : take(id, wanted.client);
      const { registration, plan, warnings } = made;
      const changed = await registry.register(registration, plan);
      const line = { client: registration.name, registrationId: registration.id };
      await activity.append({ kind: 'registration-added', ...line }, { durable: true });
      return { name: registration.name, entries: await entriesOf(registration), changed, warnings };
    },

    async 'clients.repair'({ client }) {
      lock.assertUnlocked();
      const registration = registrations.byName(client);
      const changed = await registry.repair(registration);
      const line = { client: registration.name, registrationId: registration.id };
      if (changed.length > 0) await activity.append({ kind: 'registration-repaired', ...line }, { durable: true });
      return { name: registration.name, changed };
    },

    async 'clients.prepareUndo'({ client }) {
      const registration = registrations.byName(client);
      return { name: registration.name, changes: (await registry.planUndo(registration)).map(shown) };
    },

    async 'clients.unregister'({ client }) {
      lock.assertUnlocked();
      const { registration, changed, warnings } = await registry.unregister(client);
      deps.sessions.endRegistration(registration.id);
      await activity.append(
        { kind: 'registration-removed', client: registration.name, registrationId: registration.id },
        { durable: true },
      );
      return { name: registration.name, changed, warnings };
    },
  };
}

function defaultName(client: ClientDefinition): string {
  if (client.route === 'configuration') return client.id;
  throw new Failure(
    'invalid-input',
    `${client.title} needs a name of its own. Nothing was registered.`,
    'Add --name, for example: register other --name my-agent.',
  );
}

function providersOf(wanted: Wanted): string[] {
  const chosen = wanted.providers.length > 0 ? wanted.providers : providers.map(({ id }) => id);
  return [...new Set(chosen.map((id) => providerOf(id).id))];
}

const shown = (change: { path: string; before: Buffer | null; after: Buffer | null }): FileChange => ({
  path: change.path,
  before: change.before?.toString('utf8') ?? null,
  after: change.after?.toString('utf8') ?? null,
});

async function consentWarnings({ person, isDesktop }: { person: Person; isDesktop: boolean }): Promise<string[]> {
  if (isDesktop || (await person.hasPassphrase())) return [];
  return [
    'This host keeps its vault in the keychain and has no app passphrase, so calls that ask can be approved on its page at most, never from the command line. If you need that, set one with `chatelaine passphrase` before the first registration.',
  ];
}

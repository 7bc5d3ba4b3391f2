import type { Activity } from '../activity/record.ts';
import type { PolicyStore } from '../consent/policy-store.ts';
import type { Handlers } from '../contract/dispatch.ts';
import type { Output } from '../contract/procedures.ts';
import type { Registration } from '../consent/policy.ts';
import type { Vault } from '../credentials/vault.ts';
import { Failure } from '../failure.ts';
import type { Sessions } from '../gateway/sessions.ts';
import type { Lock } from '../lock.ts';
import { providerOf, providers } from '../providers/index.ts';
import type { Person } from '../consent/person.ts';
import { clientOf } from './client.ts';
import { clients } from './index.ts';
import type { Registrations } from './registrations.ts';
import type { EntryProbe } from './verify.ts';

type ClientHandlers = Pick<Handlers, 'clients.list' | 'clients.register' | 'clients.unregister' | 'clients.verify'>;

export function clientHandlers(deps: {
  registrations: Registrations;
  policy: PolicyStore;
  sessions: Sessions;
  vault: Vault;
  activity: Activity;
  lock: Lock;
  person: Person;
  probe: EntryProbe;
}): ClientHandlers {
  const { registrations, policy, sessions, vault, activity, lock } = deps;

  const credentialNames = (wanted: Registration['credentials']): Registration['credentials'] => {
    if (wanted === 'all') return 'all';
    const names = new Map(vault.list().map(({ id, name }) => [id, name]));
    return wanted.map((id) => names.get(id) ?? '(removed)');
  };

  const viewOf = (registration: Registration): Output<'clients.list'>[number] => ({
    ...registration,
    credentials: credentialNames(registration.credentials),
    lastSeen: sessions.lastSeen(registration.id),
    connected: sessions.isConnected(registration.id),
  });

  return {
    'clients.list': async () => policy.current().registrations.map(viewOf),

    async 'clients.register'(input) {
      lock.assertUnlocked();
      const client = clientOf(clients, input.client);
      if (input.name === undefined) {
        throw new Failure(
          'invalid-input',
          `${client.title} needs a name of its own. Nothing was registered.`,
          'Add --name, for example: register other --name my-agent.',
        );
      }
      const chosen = input.providers.length > 0 ? input.providers : providers.map(({ id }) => id);
      const registration = await registrations.create({
        client: client.id,
        name: input.name,
        providers: [...new Set(chosen.map((id) => providerOf(id).id))],
        credentials: input.credentials === 'all' ? 'all' : input.credentials.map((name) => vault.byName(name).id),
      });
      await activity.append(
        { kind: 'registration-added', client: registration.name, registrationId: registration.id },
        { durable: true },
      );
      const entries = await Promise.all(
        registration.providers.map(async (provider) => ({
          provider,
          ...(await registrations.entryOf(registration, provider)),
        })),
      );
      return { name: registration.name, entries, warnings: await consentWarnings(deps.person) };
    },

    async 'clients.unregister'({ client }) {
      lock.assertUnlocked();
      const registration = await registrations.remove(client);
      sessions.endRegistration(registration.id);
      await activity.append(
        { kind: 'registration-removed', client: registration.name, registrationId: registration.id },
        { durable: true },
      );
      return { name: registration.name };
    },

    async 'clients.verify'({ client }) {
      const registration = registrations.byName(client);
      // Our own probe is not the client: what the client itself was last seen with is told apart from it.
      const lastSeen = sessions.lastSeen(registration.id);
      const obstacle = await registrations.whyNotLaunchable(registration);
      const results = await Promise.all(
        registration.providers.map(async (provider) => ({
          provider,
          ...(obstacle === null
            ? await deps.probe(await registrations.entryOf(registration, provider))
            : { ok: false, message: obstacle, protocolVersion: null, tools: 0 }),
        })),
      );
      return { name: registration.name, providers: results, lastSeen };
    },
  };
}

async function consentWarnings(person: Person): Promise<string[]> {
  if (await person.hasPassphrase()) return [];
  return [
    'This host keeps its vault in the keychain and has no app passphrase, so nobody can approve calls from the command line: every call that asks will run out. Start over with `chatelaine passphrase` before the first registration if you need approvals here.',
  ];
}

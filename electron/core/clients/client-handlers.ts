import type { PolicyStore } from '../consent/policy-store.ts';
import type { Registration } from '../consent/policy.ts';
import type { Handlers } from '../contract/dispatch.ts';
import type { Output } from '../contract/procedures.ts';
import type { KnownClientView } from '../contract/views.ts';
import type { Vault } from '../credentials/vault.ts';
import { Failure } from '../failure.ts';
import type { DurableFiles } from '../files/durable-file.ts';
import type { Sessions } from '../gateway/sessions.ts';
import type { ClientRegistry } from './client-registry.ts';
import type { ClientDefinition, ConfiguredClient, Location } from './client.ts';
import { serversIn } from './config-document.ts';
import { readable, textOf } from './config-file.ts';
import type { Machine } from './machine.ts';
import type { Registrations } from './registrations.ts';
import type { EntryProbe } from './verify.ts';

type ClientHandlers = Pick<Handlers, 'clients.list' | 'clients.known' | 'clients.verify'>;

/** What is known of clients: those that are registered, those that could be, and whether an entry works. */
export function clientHandlers(deps: {
  clients: readonly ClientDefinition[];
  registry: ClientRegistry;
  registrations: Registrations;
  machine: Machine;
  files: DurableFiles;
  policy: PolicyStore;
  sessions: Sessions;
  vault: Vault;
  probe: EntryProbe;
}): ClientHandlers {
  const { clients, registry, registrations, machine, policy, sessions, vault } = deps;

  const credentialNames = (wanted: Registration['credentials']): Registration['credentials'] => {
    if (wanted === 'all') return 'all';
    const names = new Map(vault.list().map(({ id, name }) => [id, name]));
    return wanted.map((id) => names.get(id) ?? '(removed)');
  };

  const viewOf = async (registration: Registration): Promise<Output<'clients.list'>[number]> => ({
    ...registration,
    title: clients.find(({ id }) => id === registration.client)?.title ?? registration.client,
    credentials: credentialNames(registration.credentials),
    lastSeen: sessions.lastSeen(registration.id),
    connected: sessions.isConnected(registration.id),
    entry: await registry.entryState(registration),
  });

  async function known(client: ClientDefinition): Promise<KnownClientView> {
    const { id, title, route } = client;
    if (client.route === 'printed')
      return { id, title, route, installed: false, running: null, managed: null, locations: [] };
    const locations = await client.locations(machine);
    return {
      id,
      title,
      route,
      installed: locations.length > 0,
      running: await client.isRunning(machine),
      managed: await client.managed(machine),
      locations: await Promise.all(locations.map((location) => locationView(client, location))),
    };
  }

  async function locationView(
    client: ConfiguredClient,
    { path, install }: Location,
  ): Promise<KnownClientView['locations'][number]> {
    try {
      const bytes = await deps.files.read(path);
      if (bytes === null) return { path, install, state: 'missing', problem: '' };
      readable(path, () => serversIn(textOf(path, bytes), client.member));
      return { path, install, state: 'readable', problem: '' };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { path, install, state: 'unreadable', problem: error.message };
    }
  }

  return {
    'clients.list': async () => Promise.all(policy.current().registrations.map(viewOf)),
    'clients.known': async () => Promise.all(clients.map(known)),

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

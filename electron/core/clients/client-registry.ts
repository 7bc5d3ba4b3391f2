import { dirname } from 'node:path';
import type { Clock } from '../clock.ts';
import type { PolicyStore } from '../consent/policy-store.ts';
import type { Registration } from '../consent/policy.ts';
import { Failure } from '../failure.ts';
import { lockBeside, type LockBeside } from '../files/advisory-lock.ts';
import type { DurableFiles } from '../files/durable-file.ts';
import { oneAtATime } from '../files/one-at-a-time.ts';
import type { Log } from '../log.ts';
import type { ClientDefinition, ConfiguredClient } from './client.ts';
import { createConfigFiles } from './config-file.ts';
import { createConfigJournal } from './config-journal.ts';
import { createConfigurationUndo, type Place } from './configuration-undo.ts';
import { createConfiguration, type Entries, type EntryState, type Plan } from './configuration.ts';
import type { Machine } from './machine.ts';
import type { Registrations } from './registrations.ts';

export type Change = { path: string; backup: string | null };

/** Registrations together with what they have in their clients' files. */
export interface ClientRegistry {
  /** Ends what a killed host began; after the policy is loaded. From here on the files are watched. */
  start(): Promise<void>;
  stop(): void;
  entriesOf(registration: Registration): Promise<Entries>;
  plan(client: ConfiguredClient, registration: Registration): Promise<Plan>;
  /** Both or neither: a registration whose client's file cannot be written is taken back. */
  register(registration: Registration, plan: Plan): Promise<Change[]>;
  repair(registration: Registration): Promise<Change[]>;
  planUndo(registration: Registration): Promise<{ path: string; before: Buffer | null; after: Buffer | null }[]>;
  /** The right to connect first, at once; then the files, as far as that is possible. */
  unregister(name: string): Promise<{ registration: Registration; changed: string[]; warnings: string[] }>;
  entryState(registration: Registration): Promise<EntryState | 'printed'>;
}

const watchMs = 60_000;

export function createClientRegistry(deps: {
  home: string;
  files: DurableFiles;
  clock: Clock;
  log: Log;
  machine: Machine;
  clients: readonly ClientDefinition[];
  policy: PolicyStore;
  registrations: Registrations;
  /** Told after each change of what is registered, and when an entry has vanished from a client's file, or is back. */
  onChange: () => void;
  lock?: LockBeside;
}): ClientRegistry {
  const { clock, log, policy, registrations, clients } = deps;
  const journal = createConfigJournal(deps);
  const lock = deps.lock ?? lockBeside();
  const configFiles = createConfigFiles({ ...deps, lockBeside: lock });
  const configuration = createConfiguration({ ...deps, configFiles, journal });
  const undoing = createConfigurationUndo({ configFiles, journal });
  const inTurn = oneAtATime();
  let states = '';
  let isRunning = false;
  let cancelWatch = (): void => undefined;

  const configured = (id: string): ConfiguredClient | null => {
    const client = clients.find((candidate) => candidate.id === id);
    return client?.route === 'configuration' ? client : null;
  };
  const clientOf = (registration: Registration): ConfiguredClient => {
    const client = configured(registration.client);
    if (client) return client;
    throw new Failure(
      'invalid-input',
      `Chatelaine changes no file of ${registration.name}: its entry was printed. Nothing was changed.`,
      'Put the entry into its configuration by hand.',
    );
  };
  /** Of a registration that is gone only the files are known that were written. */
  async function placeOf(registration: Registration | null): Promise<Place> {
    const client = registration && configured(registration.client);
    if (!client) return { member: 'mcpServers', paths: [] };
    return { member: client.member, paths: (await client.locations(deps.machine)).map(({ path }) => path) };
  }

  const entriesOf = (registration: Registration): Promise<Entries> =>
    Promise.all(
      registration.providers.map(async (provider) => ({
        provider,
        entry: await registrations.entryOf(registration, provider),
      })),
    );

  const plan = async (client: ConfiguredClient, registration: Registration): Promise<Plan> =>
    configuration.plan(client, registration.id, await entriesOf(registration));

  /** A whole registration's files, or none of them. */
  async function writeAll(registration: Registration, planned: Plan): Promise<Change[]> {
    try {
      return await configuration.write(registration.id, planned);
    } catch (error) {
      await undoing.undo(registration.id, await placeOf(registration));
      throw error;
    }
  }

  async function recover(): Promise<void> {
    const isListWhole = policy.everRegistered() && policy.isTrusted();
    for (const id of journal.registrations()) {
      await recoverOne(id, isListWhole).catch((error: unknown) => log.error('clients.recover-failed', error));
    }
  }

  /** A registration that is there gets its entries; one that is gone loses them. */
  async function recoverOne(id: string, isListWhole: boolean): Promise<void> {
    const registration = registrations.byId(id);
    const client = registration && configured(registration.client);
    const isUnfinished = registration ? journal.filesOf(id).some(({ isWritten }) => !isWritten) : isListWhole;
    if (!isUnfinished) return;
    for (const { path } of journal.filesOf(id)) await sweepBeside(path);
    if (registration && client) {
      await configuration.write(id, await missing(client, registration));
      log.info('clients.resumed');
    } else {
      const { warnings } = await undoing.undo(id, await placeOf(registration));
      log.info('clients.undone', { warnings: warnings.length });
    }
  }

  /** What a killed host left there: half a copy, its lock. */
  async function sweepBeside(path: string): Promise<void> {
    await deps.files.sweep(dirname(path));
    const release = await lock(path);
    await release();
  }

  /** The files in which the entries are not as they should be. */
  async function missing(client: ConfiguredClient, registration: Registration): Promise<Plan> {
    const planned = await plan(client, registration);
    for (const file of planned.files.filter(isSame)) {
      const known = journal.filesOf(registration.id).find(({ path }) => path === file.path);
      if (known && !known.isWritten) await journal.put(registration.id, { ...known, isWritten: true });
    }
    return { ...planned, files: planned.files.filter((file) => !isSame(file)) };
  }

  async function watch(): Promise<void> {
    const all = await Promise.all(
      policy.current().registrations.map(async (registration) => `${registration.id} ${await stateOf(registration)}`),
    );
    const seen = all.join('\n');
    if (states !== '' && seen !== states) deps.onChange();
    states = seen;
  }

  function arm(): void {
    cancelWatch();
    if (!isRunning) return;
    cancelWatch = clock.after(watchMs, () => {
      void watch()
        .catch((error: unknown) => log.error('clients.watch-failed', error))
        .finally(arm);
    });
  }

  /** Work that changes what is registered: one at a time, and told when it is over, whatever became of it. */
  const change = <Result>(work: () => Promise<Result>): Promise<Result> =>
    inTurn(async () => {
      try {
        return await work();
      } finally {
        deps.onChange();
      }
    });

  async function stateOf(registration: Registration): Promise<EntryState | 'printed'> {
    const client = configured(registration.client);
    return client ? configuration.stateOf(client, registration, await entriesOf(registration)) : 'printed';
  }

  return {
    start: () =>
      inTurn(async () => {
        await journal.load();
        isRunning = true;
        await recover();
        await watch();
        arm();
      }),
    stop() {
      isRunning = false;
      cancelWatch();
    },
    entriesOf,
    plan,
    register: (registration, planned) =>
      change(async () => {
        await configuration.assertCurrent(planned);
        await configuration.announce(registration.id, planned);
        try {
          await registrations.add(registration);
        } catch (error) {
          await undoing.undo(registration.id, await placeOf(registration));
          throw error;
        }
        try {
          return await writeAll(registration, planned);
        } catch (error) {
          await registrations.remove(registration.name);
          throw error;
        }
      }),
    repair: (registration) =>
      change(async () => {
        const planned = await missing(clientOf(registration), registration);
        await configuration.announce(registration.id, planned);
        return configuration.write(registration.id, planned);
      }),
    planUndo: (registration) => inTurn(async () => undoing.plan(registration.id, await placeOf(registration))),
    unregister: (name) =>
      change(async () => {
        const registration = await registrations.remove(name);
        const undone = await undoing.undo(registration.id, await placeOf(registration));
        return { registration, ...undone };
      }),
    entryState: stateOf,
  };
}

const isSame = ({ before, after }: { before: Buffer | null; after: Buffer }): boolean => before?.equals(after) ?? false;

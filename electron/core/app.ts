import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Socket } from 'node:net';
import type { ActivityEntry } from './activity/entry.ts';
import { activityHandlers } from './activity/activity-handlers.ts';
import { createActivity } from './activity/record.ts';
import { createAutoLock } from './auto-lock.ts';
import type { Clock } from './clock.ts';
import { createClearings } from './clearings.ts';
import { clientHandlers } from './clients/client-handlers.ts';
import { createClientRegistry } from './clients/client-registry.ts';
import { clients } from './clients/index.ts';
import type { Machine } from './clients/machine.ts';
import { registrationHandlers } from './clients/registration-handlers.ts';
import { createRegistrations } from './clients/registrations.ts';
import type { StableRuntime } from './clients/stable-runtime.ts';
import type { EntryProbe } from './clients/verify.ts';
import { createApprovals } from './consent/approvals.ts';
import { approvalLine, consentHandlers } from './consent/consent-handlers.ts';
import { createPerson } from './consent/person.ts';
import { createPolicyStore } from './consent/policy-store.ts';
import { serveControl } from './contract/control.ts';
import { createDispatch, type Dispatch } from './contract/dispatch.ts';
import type { ChangeKey } from './contract/procedures.ts';
import { credentialHandlers, viewer } from './credentials/credential-handlers.ts';
import { importHandlers } from './credentials/import-handlers.ts';
import { secretHandlers, type Clipboard } from './credentials/secret-handlers.ts';
import type { Secret } from './credentials/secret.ts';
import type { SecretStore } from './credentials/secret-store.ts';
import { createVault } from './credentials/vault.ts';
import type { DurableFiles } from './files/durable-file.ts';
import { createCalls } from './gateway/calls.ts';
import type { Catalogue } from './gateway/catalogue.ts';
import { createConnections } from './gateway/connections.ts';
import { controlId, endpointOf, keyFileOf, launchFileOf, type Endpoint } from './gateway/endpoint.ts';
import { createSessions } from './gateway/sessions.ts';
import { hostHandlers } from './host-handlers.ts';
import { createLock } from './lock.ts';
import type { Log } from './log.ts';
import { createNetworkPin } from './network-pin.ts';
import { providers } from './providers/index.ts';
import { providerView } from './providers/provider-view.ts';
import { reminderHandlers } from './rotation/reminder-handlers.ts';
import { createReminders, type Notice } from './rotation/reminders.ts';
import { settingsHandlers } from './settings-handlers.ts';
import { createSettings } from './settings.ts';
import type { Launch } from './workers/launch.ts';
import { createSupervisor } from './workers/supervisor.ts';
import { workerHandlers, type MemoryOf } from './workers/worker-handlers.ts';
import { workerSource } from './workers/worker-source.ts';

/** Everything that the core needs from the world. */
export interface Ports {
  home: string;
  version: string;
  demo: boolean;
  /** Started by a client or a command: it makes room for a desktop app that is opened. */
  onDemand: boolean;
  store: SecretStore;
  files: DurableFiles;
  clock: Clock;
  log: Log;
  launch: Launch;
  catalogue: Catalogue;
  /** How this host can be started again on demand. */
  restart: { command: string; args: readonly string[]; environment: Readonly<Record<string, string>> };
  stableRuntime: StableRuntime;
  machine: Machine;
  probe: EntryProbe;
  listen: (endpoint: Endpoint, onSocket: (socket: Socket) => void) => Promise<{ close(): Promise<void> }>;
  requestStop: () => void;
  /** Since when nobody touched this machine, in ms; null where that is not known, as in a headless host. */
  idleMs: () => number | null;
  memoryOf: MemoryOf;
  /** A new one-time address of the host's page; null where a window is the page. */
  openPage: (() => string) | null;
  /** The person's own folder. */
  personFolder: string;
  /** What only a desktop has; null in a headless host. */
  desktop: {
    /** How the system asks for fingerprint, face or password just now; null where it cannot. */
    authenticate: () => ((reason: string) => Promise<boolean>) | null;
    clipboard: Clipboard;
    /** Shows a native notification; what a click on it opens is the shell's business. Null where the system has none. */
    notify: ((notice: Notice) => void) | null;
  } | null;
}

export interface App {
  vaultKind: string;
  dispatch: Dispatch;
  onChange(listener: (keys: readonly ChangeKey[]) => void): () => void;
  /** Whether anybody is connected or any worker runs; an on-demand host ends when nobody has been for a while. */
  isIdle(): boolean;
  /** With the passphrase of a file vault if there is one at hand; without it the host starts locked. */
  start(passphrase: Secret | null): Promise<void>;
  /** Sets the app passphrase of a keychain vault if none can be set any other way yet. */
  adoptPassphrase(passphrase: Secret): Promise<void>;
  /** The shell heard from the system; `wake`: the machine or its session is back, so that what is due is told. */
  signal(event: 'sleep' | 'session-lock' | 'wake'): void;
  /** Calls in flight are given `graceMs` to end; called again, no more than the new `graceMs` from then. */
  stop(graceMs?: number): Promise<void>;
}

const stopGraceMs = 3_000;
const lastGreetingMs = 50;

export function createApp(ports: Ports): App {
  const { home, clock, log, store, files } = ports;
  const endpoint = endpointOf(home);
  const listeners = new Set<(keys: readonly ChangeKey[]) => void>();
  const changed = (...keys: ChangeKey[]): void => listeners.forEach((listener) => listener(keys));

  const settings = createSettings({ home, files });
  const network = createNetworkPin({ store, settings: () => settings.current().network });
  const clearings = createClearings(clock);
  const vault = createVault({ home, store, files, clock, log });
  const policy = createPolicyStore({ home, store, files, log });
  const activity = createActivity({ home, store, files, clock, log, limits: () => settings.current().activity });
  /** For lines that nobody waits for; a record that cannot be written is the log's business then. */
  const record = (entry: ActivityEntry): void =>
    void activity.append(entry).catch((error: unknown) => log.error('activity.append-failed', error));
  const approvals = createApprovals({
    clock,
    onChange: () => changed('approvals'),
    onEvent: (kind, approval) => record({ kind: `approval-${kind}`, ...approvalLine(approval) }),
  });
  const supervisor = createSupervisor({
    launch: ports.launch,
    source: workerSource(vault, network.current),
    clock,
    log,
    onChange: () => changed('workers'),
    onCrash(credentialId, reason) {
      // A worker may end just because its credential was removed.
      const known = vault.list().find(({ id }) => id === credentialId);
      if (known)
        record({ kind: 'worker-failed', provider: known.provider, credential: known.name, credentialId, reason });
    },
  });
  const person = createPerson({
    store,
    clock,
    everRegistered: policy.everRegistered,
    answeredInWindow: policy.answeredInWindow,
    authenticate: () => ports.desktop?.authenticate() ?? null,
    onWrong: () => record({ kind: 'proof-refused' }),
  });
  const lock = createLock({
    store,
    vault,
    policy,
    approvals,
    supervisor,
    activity,
    person,
    canAskSystem: () => (ports.desktop?.authenticate() ?? null) !== null,
    onLock: clearings.now,
    async onOpen() {
      await network.check();
      if (ports.desktop) await policy.rememberWindow();
    },
    onChange: () => changed('host'),
  });
  const autoLock = createAutoLock({ clock, lock, settings: () => settings.current().lock, idleMs: ports.idleMs, log });
  const registrations = createRegistrations({ home, policy, files, clock, stableRuntime: ports.stableRuntime });
  const registry = createClientRegistry({
    home,
    files,
    clock,
    log,
    machine: ports.machine,
    clients,
    policy,
    registrations,
    onChange: () => changed('clients', 'grants'),
  });
  const ofClients = { clients, registry, registrations, machine: ports.machine };
  const calls = createCalls({
    vault,
    policy,
    approvals,
    supervisor,
    activity,
    clock,
    log,
    assertUnlocked: lock.assertUnlocked,
  });
  const sessions = createSessions({
    calls,
    policy,
    approvals,
    catalogue: ports.catalogue,
    clock,
    log,
    version: ports.version,
    onChange: () => changed('clients'),
  });
  const reminders = createReminders({
    home,
    files,
    clock,
    log,
    vault,
    rotation: () => settings.current().rotation,
    notify: ports.desktop?.notify ?? null,
    onChange: () => changed('reminders', 'credentials'),
  });
  const viewOf = viewer({
    dueOf: reminders.dueOf,
    lastUsedAt: activity.usage.lastUsedAt,
  });
  const facts = {
    version: ports.version,
    pid: process.pid,
    home,
    vault: store.kind,
    demo: ports.demo,
    startedAt: new Date(clock.now()).toISOString(),
    platform: process.platform,
    desktop: ports.desktop !== null,
    onDemand: ports.onDemand,
  };
  const dispatch = createDispatch(
    {
      ...hostHandlers({
        facts,
        clock,
        store,
        policy,
        person,
        supervisor,
        activity,
        lock,
        entries: () =>
          Promise.all(
            policy
              .current()
              .registrations.map(async (entry) => ({ name: entry.name, entry: await registry.entryState(entry) })),
          ),
        requestStop: ports.requestStop,
        openPage: ports.openPage,
        isNetworkTrusted: network.isTrusted,
      }),
      ...credentialHandlers({ vault, supervisor, activity, person, lock, clock, viewOf }),
      ...secretHandlers({
        vault,
        supervisor,
        activity,
        person,
        lock,
        clock,
        viewOf,
        network: network.current,
        clearLater: clearings.later,
        clipboard: ports.desktop?.clipboard ?? null,
      }),
      ...activityHandlers({ activity, vault }),
      ...reminderHandlers({ vault, reminders }),
      ...settingsHandlers({
        settings,
        network,
        activity,
        person,
        lock,
        async onChanged(names) {
          changed('settings');
          if (names.some((name) => name.startsWith('rotation.'))) await reminders.check();
          if (names.includes('activity.keepDays')) await activity.prune();
          // A call in flight keeps the way that it took.
          if (names.some((name) => name.startsWith('network.'))) await supervisor.refreshAll();
        },
      }),
      ...importHandlers({ vault, activity, lock, supervisor, personFolder: ports.personFolder }),
      ...workerHandlers({ supervisor, vault, activity, memoryOf: ports.memoryOf }),
      'providers.list': async () => providers.map((provider) => providerView(provider, ports.catalogue)),
      ...clientHandlers({ ...ofClients, files, policy, sessions, vault, probe: ports.probe }),
      ...registrationHandlers({
        ...ofClients,
        sessions,
        vault,
        activity,
        lock,
        person,
        isDesktop: ports.desktop !== null,
        clock,
      }),
      ...consentHandlers({
        vault,
        policy,
        registrations,
        approvals,
        activity,
        person,
        lock,
        toolsetsOf: (provider) => [...new Set((ports.catalogue[provider] ?? []).map(({ toolset }) => toolset))],
        onGrantsChanged() {
          changed('grants');
          sessions.toolsChanged();
        },
      }),
    },
    log,
  );
  const heard: Dispatch = (name, input, requester) => {
    autoLock.asked(name, requester);
    return dispatch(name, input, requester);
  };
  const controlKey = randomBytes(32);
  const connections = createConnections({
    address: endpoint.address,
    keyOf: async (id) => (id === controlId ? controlKey : registrations.keyOf(id)),
    admit: ({ id, purpose }) => {
      if (id === controlId) return null;
      const isGiven = registrations.byId(id)?.providers.includes(purpose) ?? false;
      return isGiven
        ? null
        : `This client is not registered for ${purpose.slice(0, 40)}. Register it with that provider.`;
    },
    admission: {
      onControl(socket) {
        const tell = serveControl(socket, heard);
        listeners.add(tell);
        socket.once('close', () => listeners.delete(tell));
      },
      onBridge(socket, { id, purpose }) {
        const registration = registrations.byId(id);
        if (registration) sessions.open(socket, registration, purpose);
        else socket.destroy();
      },
    },
    onRefused: (reason) => record({ kind: 'client-refused', reason }),
    log,
  });
  const wait = (delayMs: number): Promise<void> =>
    new Promise((resolve) => {
      clock.after(delayMs, resolve);
    });
  let listening: { close(): Promise<void> } | null = null;
  let stopping: Promise<void> | null = null;

  vault.onChange(() => {
    changed('credentials');
    void reminders.check();
    sessions.toolsChanged();
  });
  activity.onAppend(() => changed('activity'));

  return {
    vaultKind: store.kind,
    dispatch: heard,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isIdle: () => connections.count() === 0 && supervisor.status().every(({ pid }) => pid === null),
    async start(passphrase) {
      await settings.load();
      await vault.load();
      await policy.load();
      await files.ensurePrivateFolder(join(home, 'registrations'));
      await files.sweep(home);
      await registrations.sweepKeys();
      await lock.openAtStart(passphrase);
      await files.write(keyFileOf(home, controlId), controlKey);
      await files.write(launchFileOf(home), Buffer.from(JSON.stringify(ports.restart)));
      listening = await ports.listen(endpoint, connections.accept);
      record({ kind: 'host-started', version: ports.version });
      await registry.start().catch((error: unknown) => log.error('clients.start-failed', error));
      await reminders.start().catch((error: unknown) => log.error('reminders.start-failed', error));
      void activity
        .readUsage()
        .then(() => changed('credentials'))
        .catch((error: unknown) => log.error('activity.usage-failed', error));
      void registrations.tidyRuntimes().catch((error: unknown) => log.error('runtime.tidy-failed', error));
    },
    async adoptPassphrase(passphrase) {
      if (store.kind !== 'keychain' || lock.isLocked() || (await person.hasPassphrase()) || policy.everRegistered())
        return;
      await person.setPassphrase(passphrase, { transport: 'control', proof: null });
      await activity.append({ kind: 'passphrase-set' }, { durable: true });
    },
    signal(event) {
      if (event === 'wake') void reminders.check();
      else autoLock.signal(event);
    },
    async stop(graceMs = stopGraceMs) {
      if (stopping) await supervisor.stopAll(graceMs);
      await (stopping ??= stopAll(graceMs));
    },
  };

  /** New connections first, then calls in flight, then children, then what is still to be written. */
  async function stopAll(graceMs: number): Promise<void> {
    autoLock.stop();
    await clearings.now();
    const steps: (() => Promise<unknown>)[] = [
      () => Promise.race([Promise.resolve(listening?.close()), wait(lastGreetingMs)]),
      () => supervisor.stopAll(graceMs),
      () => sessions.closeAll(),
      () => vault.stop(),
      () => activity.append({ kind: 'host-stopped' }),
      () => activity.close(),
      () => store.close(),
    ];
    approvals.clear();
    reminders.stop();
    registry.stop();
    for (const step of steps) {
      // A full disk in one step must not leave the others undone.
      await step().catch((error: unknown) => log.error('stop.step-failed', error));
    }
    connections.closeAll();
  }
}

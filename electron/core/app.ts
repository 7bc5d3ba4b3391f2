import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { serveControl } from './contract/control.ts';
import { createDispatch, type Dispatch } from './contract/dispatch.ts';
import type { ChangeKey } from './contract/procedures.ts';
import type { Secret } from './credentials/secret.ts';
import { createConnections } from './gateway/connections.ts';
import { controlId, endpointOf, keyFileOf, launchFileOf } from './gateway/endpoint.ts';
import { createHandlers } from './handlers.ts';
import { createParts } from './parts.ts';
import type { Ports } from './ports.ts';

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
const tidyAfterMs = 5_000;

export function createApp(ports: Ports): App {
  const { home, clock, log, store, files } = ports;
  const endpoint = endpointOf(home);
  const listeners = new Set<(keys: readonly ChangeKey[]) => void>();
  const changed = (...keys: ChangeKey[]): void => listeners.forEach((listener) => listener(keys));
  const parts = createParts(ports, changed);
  const { settings, clearings, vault, policy, activity, record, approvals, supervisor, person, lock, autoLock } = parts;
  const { registrations, registry, sessions, reminders } = parts;
  const dispatch = createDispatch(createHandlers(ports, parts, changed), log);
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
  let cancelTidying = (): void => undefined;

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
      // Over 100 MB are looked at, so not while everything else starts, unless a client may be about to launch them.
      const isWaitedFor = policy.current().registrations.length > 0;
      cancelTidying = clock.after(isWaitedFor ? 0 : tidyAfterMs, () => {
        registrations.tidyRuntimes().catch((error: unknown) => log.error('runtime.tidy-failed', error));
      });
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
    cancelTidying();
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

import type { ActivityEntry } from './activity/entry.ts';
import { createActivity } from './activity/record.ts';
import { createAutoLock } from './auto-lock.ts';
import { createClearings } from './clearings.ts';
import { createClientRegistry } from './clients/client-registry.ts';
import { clients } from './clients/index.ts';
import { createRegistrations } from './clients/registrations.ts';
import { createApprovals } from './consent/approvals.ts';
import { approvalLine } from './consent/consent-handlers.ts';
import { createPerson } from './consent/person.ts';
import { createPolicyStore } from './consent/policy-store.ts';
import type { ChangeKey } from './contract/procedures.ts';
import { createVault } from './credentials/vault.ts';
import { createCalls } from './gateway/calls.ts';
import { createSessions } from './gateway/sessions.ts';
import { createLock } from './lock.ts';
import { createNetworkPin } from './network-pin.ts';
import type { Ports } from './ports.ts';
import { createReminders } from './rotation/reminders.ts';
import { createSettings } from './settings.ts';
import { createSupervisor } from './workers/supervisor.ts';
import { workerSource } from './workers/worker-source.ts';

export type Parts = ReturnType<typeof createParts>;

/** The parts of the application, each given what it stands on. `changed` tells every window what may be another now. */
export function createParts(ports: Ports, changed: (...keys: ChangeKey[]) => void) {
  const { home, clock, log, store, files } = ports;

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

  return {
    settings,
    network,
    clearings,
    vault,
    policy,
    activity,
    record,
    approvals,
    supervisor,
    person,
    lock,
    autoLock,
    registrations,
    registry,
    sessions,
    reminders,
  };
}

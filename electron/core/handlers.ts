import { activityHandlers } from './activity/activity-handlers.ts';
import { clientHandlers } from './clients/client-handlers.ts';
import { clients } from './clients/index.ts';
import { registrationHandlers } from './clients/registration-handlers.ts';
import { consentHandlers } from './consent/consent-handlers.ts';
import type { Handlers } from './contract/dispatch.ts';
import type { ChangeKey } from './contract/procedures.ts';
import { credentialHandlers, viewer } from './credentials/credential-handlers.ts';
import { importHandlers } from './credentials/import-handlers.ts';
import { secretHandlers } from './credentials/secret-handlers.ts';
import { hostHandlers } from './host-handlers.ts';
import type { Parts } from './parts.ts';
import type { Ports } from './ports.ts';
import { providers } from './providers/index.ts';
import { providerView } from './providers/provider-view.ts';
import { reminderHandlers } from './rotation/reminder-handlers.ts';
import { settingsHandlers } from './settings-handlers.ts';
import { workerHandlers } from './workers/worker-handlers.ts';

/** What answers each procedure of the contract: the handlers of every subject, given the parts that they need. */
export function createHandlers(ports: Ports, parts: Parts, changed: (...keys: ChangeKey[]) => void): Handlers {
  const { home, clock, store, files } = ports;
  const { settings, network, clearings, vault, policy, activity, approvals, supervisor, person, lock } = parts;
  const { registrations, registry, sessions, reminders } = parts;
  const ofClients = { clients, registry, registrations, machine: ports.machine };
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
  return {
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
      providersInUse: () => providers.filter(({ id }) => vault.list().some(({ provider }) => provider === id)),
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
      toolsetsOf: (provider) => [...new Set((ports.catalogue[provider]?.tools ?? []).map(({ toolset }) => toolset))],
      onGrantsChanged() {
        changed('grants');
        sessions.toolsChanged();
      },
    }),
  };
}

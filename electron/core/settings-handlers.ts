import type { Activity } from './activity/record.ts';
import type { Person } from './consent/person.ts';
import type { Handlers } from './contract/dispatch.ts';
import type { Lock } from './lock.ts';
import type { NetworkPin } from './network-pin.ts';
import type { Settings, SettingsChange } from './settings-schema.ts';
import type { SettingsStore } from './settings.ts';

/**
 * What a person may set. Where calls to issuers go is where secrets go, and what watches over them must not be turned down
 * by a program: both need the person's proof.
 */
export function settingsHandlers(deps: {
  settings: SettingsStore;
  network: NetworkPin;
  activity: Activity;
  person: Person;
  lock: Lock;
  /** Told with what changed, as `section.name`, once it counts. */
  onChanged: (names: readonly string[]) => Promise<void>;
}): Pick<Handlers, 'settings.get' | 'settings.set'> {
  const { settings, network, activity, person, lock } = deps;
  return {
    'settings.get': async () => settings.current(),

    async 'settings.set'(change, requester) {
      if (!isHarmless(change)) lock.assertUnlocked();
      const redirected = redirects(change, settings.current(), network);
      if (redirected || turnsDown(change, settings.current())) await person.prove(requester);
      const names = await settings.change(change);
      if (redirected) await network.pin();
      if (names.length === 0 && !redirected) return settings.current();
      if (redirected || names.some((name) => !name.startsWith('appearance.')))
        await activity.append(
          { kind: 'settings-changed', names: names.length > 0 ? [...names] : ['network'] },
          { durable: true },
        );
      await deps.onChanged(names.length > 0 ? names : ['network.proxy', 'network.ca']);
      return settings.current();
    },
  };
}

/** The looks may change while Chatelaine is locked; nothing else. */
const isHarmless = (change: SettingsChange): boolean =>
  Object.entries(change).every(([section, values]) => section === 'appearance' || values === undefined);

/** Also when it is saved as it stands, which is how a change from outside is confirmed. */
function redirects({ network: change }: SettingsChange, { network }: Settings, pin: NetworkPin): boolean {
  const { proxy = network.proxy, ca = network.ca } = change ?? {};
  return proxy !== network.proxy || ca !== network.ca || (change !== undefined && !pin.isTrusted());
}

/** Whether Chatelaine would lock later, forget sooner or remind less. */
function turnsDown({ lock, activity, rotation }: SettingsChange, now: Settings): boolean {
  const idle = (minutes: number | null): number => minutes ?? Infinity;
  return (
    (lock?.idleMinutes !== undefined && idle(lock.idleMinutes) > idle(now.lock.idleMinutes)) ||
    (lock?.onSleep === false && now.lock.onSleep) ||
    (lock?.onSessionLock === false && now.lock.onSessionLock) ||
    (activity?.keepDays !== undefined && activity.keepDays < now.activity.keepDays) ||
    (rotation?.notify === false && now.rotation.notify)
  );
}

import type { Activity } from './activity/record.ts';
import type { Person } from './consent/person.ts';
import type { Handlers } from './contract/dispatch.ts';
import type { Lock } from './lock.ts';
import type { SettingsChange } from './settings-schema.ts';
import type { SettingsStore } from './settings.ts';

/** What a person may set. Where calls to issuers go is where secrets go, so that needs the person's proof. */
export function settingsHandlers(deps: {
  settings: SettingsStore;
  activity: Activity;
  person: Person;
  lock: Lock;
  /** Told with what changed, as `section.name`, once it counts. */
  onChanged: (names: readonly string[]) => Promise<void>;
}): Pick<Handlers, 'settings.get' | 'settings.set'> {
  const { settings, activity, person, lock } = deps;
  return {
    'settings.get': async () => settings.current(),

    async 'settings.set'(change, requester) {
      if (!isHarmless(change)) lock.assertUnlocked();
      if (redirects(change, settings)) await person.prove(requester);
      const names = await settings.change(change);
      if (names.length === 0) return settings.current();
      if (names.some((name) => !name.startsWith('appearance.')))
        await activity.append({ kind: 'settings-changed', names: [...names] }, { durable: true });
      await deps.onChanged(names);
      return settings.current();
    },
  };
}

/** The looks may change while Chatelaine is locked; nothing else. */
const isHarmless = (change: SettingsChange): boolean =>
  Object.entries(change).every(([section, values]) => section === 'appearance' || values === undefined);

const redirects = ({ network }: SettingsChange, settings: SettingsStore): boolean => {
  const { proxy, ca } = settings.current().network;
  return (network?.proxy !== undefined && network.proxy !== proxy) || (network?.ca !== undefined && network.ca !== ca);
};

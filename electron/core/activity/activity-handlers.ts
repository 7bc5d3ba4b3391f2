import type { Handlers } from '../contract/dispatch.ts';
import type { Vault } from '../credentials/vault.ts';
import type { Activity } from './record.ts';

/** The record as it is shown: what was lent to whom, page by page, and how much each credential is used. */
export function activityHandlers(deps: {
  activity: Activity;
  vault: Vault;
}): Pick<Handlers, 'activity.list' | 'activity.page' | 'activity.verify' | 'credentials.usage'> {
  const { activity, vault } = deps;
  return {
    'activity.list': async ({ after, limit }) =>
      activity.list({ ...(after !== undefined && { after }), limit: limit ?? 200 }),
    'activity.page': async (query) => activity.page(query),
    'activity.verify': async () => activity.verify(),
    'credentials.usage': async ({ name, days }) => ({ days: activity.usage.days(vault.byName(name).id, days) }),
  };
}

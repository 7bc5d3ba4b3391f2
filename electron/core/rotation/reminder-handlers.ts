import type { Handlers } from '../contract/dispatch.ts';
import type { Vault } from '../credentials/vault.ts';
import type { Reminders } from './reminders.ts';

/** What is due, of every credential. Needs no secret, so it is told and snoozed while Chatelaine is locked too. */
export function reminderHandlers(deps: {
  vault: Vault;
  reminders: Reminders;
}): Pick<Handlers, 'reminders.list' | 'reminders.snooze'> {
  const { vault, reminders } = deps;
  return {
    'reminders.list': async () =>
      vault.list().map((record) => ({ name: record.name, provider: record.provider, ...reminders.dueOf(record) })),
    'reminders.snooze': async ({ name, days }) => reminders.snooze(vault.byName(name), days),
  };
}

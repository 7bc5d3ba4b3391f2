import { defineCommand, positionals } from '../command.ts';
import { relative } from '../dates.ts';

const reminders = defineCommand({
  name: 'reminders',
  usage: '[--json]',
  summary: 'When each credential is due for replacement, and who says so',
  help: `issuer: the issuer said at the last \`test\` when it ends. policy: its rotateEveryDays, or the default of the settings,
counted from the day on which its secrets were entered. The earlier one holds; the last 14 days are "soon".`,
  async run({ host, terminal }, args, { json }) {
    positionals(reminders, args, 0);
    const all = await (await host()).ask('reminders.list', {});
    const rows = all
      .map(({ name, provider, state, dueAt, source }) => ({ name, provider, state, dueAt, source }))
      .sort((one, other) => (one.dueAt ?? '~').localeCompare(other.dueAt ?? '~'));
    if (json) {
      terminal.json(rows);
      return;
    }
    if (rows.length === 0) {
      terminal.say('No credentials yet.');
      return;
    }
    terminal.table(
      ['name', 'provider', 'state', 'due', 'says'],
      rows.map(({ name, provider, state, dueAt, source }) => [
        name,
        provider,
        state,
        dueAt === null ? '–' : `${dueAt.slice(0, 10)} (${relative(dueAt)})`,
        source ?? '–',
      ]),
    );
  },
});

export const reminderCommands = [reminders];

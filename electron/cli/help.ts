import type { Command } from './command.ts';

const groups: readonly { title: string; names: readonly string[] }[] = [
  { title: 'Start here', names: ['serve', 'import', 'register', 'approvals', 'approve'] },
  { title: 'Credentials', names: ['list', 'show', 'add', 'edit', 'test', 'remove', 'reminders', 'export', 'exec'] },
  {
    title: 'Clients and what they may do',
    names: ['clients', 'unregister', 'repair', 'verify', 'grants', 'grant', 'deny'],
  },
  { title: 'The host', names: ['status', 'page', 'activity', 'doctor', 'lock', 'unlock', 'passphrase', 'stop'] },
  { title: 'For programs', names: ['bridge', 'emulate'] },
];

export function overview(commands: readonly Command[]): string {
  const sections = groups.map(({ title, names }) => {
    const rows = names.flatMap((name) => commands.filter((command) => command.name === name));
    return `${title}\n${rows.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`).join('\n')}`;
  });
  return `Chatelaine keeps Akamai and Aerospike credentials in your keychain and lends them, one call at a time, to the AI tools you trust.

Usage: chatelaine COMMAND [ARGUMENTS]

${sections.join('\n\n')}

chatelaine COMMAND --help explains a command. --json on most commands prints one JSON value (docs/cli.md).
CHATELAINE_HOME names another data folder; CHATELAINE_PASSPHRASE_FILE a file with the passphrase.
`;
}

export function helpFor(command: Command): string {
  return `${command.summary}\n\nUsage: chatelaine ${command.name} ${command.usage}\n\n${command.help.trim()}\n`;
}

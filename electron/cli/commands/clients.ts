import type { Output } from '../../core/contract/procedures.ts';
import { defineCommand, positionals, text, texts, usage } from '../command.ts';
import { relative } from '../dates.ts';

const list = defineCommand({
  name: 'clients',
  usage: '[--json]',
  summary: 'The clients that may connect, and what they were last seen with',
  help: 'A name is what you gave it; what a client says of itself is shown, and never trusted.',
  async run({ host, terminal, self }, args, { json }) {
    positionals(list, args, 0);
    const registrations = await (await host()).ask('clients.list', {});
    if (json) {
      terminal.json(registrations);
      return;
    }
    if (registrations.length === 0) {
      terminal.say(`No client is registered yet: ${self} register claude-desktop`);
      return;
    }
    terminal.table(
      ['name', 'client', 'entry', 'providers', 'credentials', 'seen'],
      registrations.map((entry) => [
        entry.name,
        entry.title,
        entry.entry,
        entry.providers.join(', '),
        entry.credentials === 'all' ? 'all' : entry.credentials.join(', '),
        entry.connected ? 'connected now' : entry.lastSeen ? relative(entry.lastSeen.at) : 'not yet',
      ]),
    );
  },
});

const register = defineCommand({
  name: 'register',
  usage: 'CLIENT [--name X] [--provider P]… [--credentials all|NAME,…] [--route entry] [--json]',
  summary: 'Let a client connect',
  help: `claude-desktop: its configuration is given an entry (a copy of the file is kept beside it; \`unregister\` takes the
entry out again). Quit Claude Desktop before, start it afterwards; \`verify claude-desktop\` says whether it works.
other: a client that Chatelaine does not know. No file is changed, and what it must be configured to launch is printed.
Each starts with: read allow, write ask, destroy ask (see \`grant\`). --credentials all (the default) includes credentials
that are added later. --route entry, the only one and the default: by the client's configuration.

  chatelaine register claude-desktop
  chatelaine register other --name my-agent --provider akamai --credentials acme-prod,globex --json`,
  options: {
    name: { type: 'string' },
    provider: { type: 'string', multiple: true },
    credentials: { type: 'string' },
    route: { type: 'string', default: 'entry' },
  },
  async run({ host, terminal, self }, args, values) {
    const [client = ''] = positionals(register, args, 1);
    if (values.route !== 'entry') throw usage(register, '--route takes: entry');
    const named = text(values.credentials) ?? 'all';
    const name = text(values.name);
    const result = await (
      await host()
    ).ask('clients.register', {
      client,
      ...(name !== undefined && { name }),
      providers: texts(values.provider),
      credentials: named === 'all' ? 'all' : named.split(',').map((part) => part.trim()),
    });
    result.warnings.forEach(terminal.say);
    const { changed } = result;
    if (changed.length > 0) {
      if (values.json) {
        terminal.json({ ...result, entries: byProvider(result.entries) });
        return;
      }
      for (const { path, backup } of changed)
        terminal.say(`Changed ${path}${backup === null ? '' : `\n  as it was: ${backup}`}`);
      terminal.say(`Registered ${result.name}. Start the client anew, then: ${self} verify ${result.name}`);
      return;
    }
    if (values.json) {
      terminal.json(printed(result.entries));
      return;
    }
    terminal.say(`Registered ${result.name}. Configure the client to launch:`);
    terminal.json(printed(result.entries));
  },
});

type Entries = Output<'clients.register'>['entries'];

const byProvider = (entries: Entries): Record<string, object> =>
  Object.fromEntries(entries.map(({ provider, ...entry }) => [provider, entry]));

/** One provider: the entry itself, ready to paste. Several: one entry each, by provider. */
const printed = (entries: Entries): unknown => {
  const all = byProvider(entries);
  return entries.length === 1 ? Object.values(all)[0] : all;
};

const unregister = defineCommand({
  name: 'unregister',
  usage: 'CLIENT [--json]',
  summary: 'Take a client’s registration back, at once',
  help: `Its sessions end, its key and its grants are deleted, and its entries are taken out of the client's files: a file that
nobody has changed since is byte for byte what it was before. CLIENT is the name you gave it.`,
  async run({ host, terminal }, args, { json }) {
    const [client = ''] = positionals(unregister, args, 1);
    const result = await (await host()).ask('clients.unregister', { client });
    if (json) {
      terminal.json(result);
      return;
    }
    result.warnings.forEach(terminal.say);
    for (const path of result.changed) terminal.say(`Changed ${path}`);
    terminal.say(`${result.name} may no longer connect.`);
  },
});

const repair = defineCommand({
  name: 'repair',
  usage: 'CLIENT [--json]',
  summary: 'Write a client’s entry again that its configuration has lost',
  help: `For a client whose own program dropped or changed our entry; its key and its grants stay as they are. Quit the client first:
it reads its configuration only when it starts, and may write it when it ends.`,
  async run({ host, terminal }, args, { json }) {
    const [client = ''] = positionals(repair, args, 1);
    const result = await (await host()).ask('clients.repair', { client });
    if (json) {
      terminal.json(result);
      return;
    }
    for (const { path, backup } of result.changed)
      terminal.say(`Changed ${path}${backup === null ? '' : `\n  as it was: ${backup}`}`);
    terminal.say(
      result.changed.length > 0 ? `Start ${result.name} anew.` : `The entry of ${result.name} was in place already.`,
    );
  },
});

const verify = defineCommand({
  name: 'verify',
  usage: 'CLIENT [--json]',
  summary: 'Launch a client’s entry as the client would and see that it works',
  help: `Starts exactly what \`register\` wrote or printed, opens an MCP session and lists the tools; looks whether the client's
configuration still has the entry; then says when the client itself was last seen.`,
  async run({ host, terminal, self }, args, { json }) {
    const [client = ''] = positionals(verify, args, 1);
    const open = await host();
    const result = await open.ask('clients.verify', { client });
    const entry = (await open.ask('clients.list', {})).find(({ name }) => name === result.name)?.entry ?? 'missing';
    const isInPlace = entry === 'present' || entry === 'printed';
    const ok = isInPlace && result.providers.every((provider) => provider.ok);
    if (json) terminal.json({ ...result, entry });
    else {
      if (entry !== 'printed')
        terminal.print(`${isInPlace ? '✓' : '✗'} The entry in the client's configuration: ${entry}.`);
      if (!isInPlace) terminal.print(`  Write it again: ${self} repair ${result.name}`);
      for (const { provider, ok: works, message, tools, protocolVersion } of result.providers) {
        const facts = works ? ` ${tools} tools, protocol ${protocolVersion ?? '?'}.` : '';
        terminal.print(`${works ? '✓' : '✗'} ${provider}: ${message}${facts}`);
      }
      const { lastSeen } = result;
      terminal.print(
        lastSeen
          ? `${result.name} itself connected ${relative(lastSeen.at)} (${lastSeen.name} ${lastSeen.version}).`
          : `${result.name} itself has not connected since Chatelaine started.`,
      );
    }
    return ok ? 0 : 1;
  },
});

export const clientCommands = [list, register, unregister, repair, verify];

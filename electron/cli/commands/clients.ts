import type { Output } from '../../core/contract/procedures.ts';
import { defineCommand, positionals, text, texts } from '../command.ts';
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
      terminal.say(`No client is registered yet: ${self} register other --name my-agent --provider akamai --json`);
      return;
    }
    terminal.table(
      ['name', 'client', 'providers', 'credentials', 'seen'],
      registrations.map((entry) => [
        entry.name,
        entry.client,
        entry.providers.join(', '),
        entry.credentials === 'all' ? 'all' : entry.credentials.join(', '),
        entry.connected ? 'connected now' : entry.lastSeen ? relative(entry.lastSeen.at) : 'not yet',
      ]),
    );
  },
});

const register = defineCommand({
  name: 'register',
  usage: 'CLIENT [--name X] [--provider P]… [--credentials all|NAME,…] [--json]',
  summary: 'Let a client connect',
  help: `CLIENT is \`other\` for a client that Chatelaine does not know: no file is changed, and what the client must be
configured to launch is printed. It starts with: read allow, write ask, destroy ask (see \`grant\`).
--credentials all (the default) includes credentials that are added later.

  chatelaine register other --name my-agent --provider akamai --credentials acme-prod,globex --json`,
  options: {
    name: { type: 'string' },
    provider: { type: 'string', multiple: true },
    credentials: { type: 'string' },
  },
  async run({ host, terminal }, args, values) {
    const [client = ''] = positionals(register, args, 1);
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
    if (values.json) {
      terminal.json(printed(result.entries));
      return;
    }
    terminal.say(`Registered ${result.name}. Configure the client to launch:`);
    terminal.json(printed(result.entries));
  },
});

/** One provider: the entry itself, ready to paste. Several: one entry each, by provider. */
const printed = (entries: Output<'clients.register'>['entries']): unknown => {
  const withoutProvider = entries.map(({ command, args, env }) => ({ command, args, env }));
  return entries.length === 1
    ? withoutProvider[0]
    : Object.fromEntries(entries.map(({ provider }, index) => [provider, withoutProvider[index]]));
};

const unregister = defineCommand({
  name: 'unregister',
  usage: 'CLIENT [--json]',
  summary: 'Take a client’s registration back, at once',
  help: 'Its sessions end, its key and its grants are deleted. CLIENT is the name you gave it.',
  async run({ host, terminal }, args, { json }) {
    const [client = ''] = positionals(unregister, args, 1);
    const result = await (await host()).ask('clients.unregister', { client });
    if (json) {
      terminal.json(result);
      return;
    }
    terminal.say(`${result.name} may no longer connect.`);
  },
});

const verify = defineCommand({
  name: 'verify',
  usage: 'CLIENT [--json]',
  summary: 'Launch a client’s entry as the client would and see that it works',
  help: 'Starts exactly what `register` printed, opens an MCP session and lists the tools; then says when the client itself was last seen.',
  async run({ host, terminal }, args, { json }) {
    const [client = ''] = positionals(verify, args, 1);
    const result = await (await host()).ask('clients.verify', { client });
    const ok = result.providers.every((provider) => provider.ok);
    if (json) terminal.json(result);
    else {
      for (const entry of result.providers) {
        terminal.print(
          `${entry.ok ? '✓' : '✗'} ${entry.provider}: ${entry.message}${entry.ok ? ` ${entry.tools} tools, protocol ${entry.protocolVersion ?? '?'}.` : ''}`,
        );
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

export const clientCommands = [list, register, unregister, verify];

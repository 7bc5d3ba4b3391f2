import type { CredentialView } from '../../core/contract/views.ts';
import { Failure } from '../../core/failure.ts';
import { defineCommand, positionals, usage, withProofIfNeeded, type Context } from '../command.ts';
import { relative } from '../dates.ts';

const list = defineCommand({
  name: 'list',
  usage: '[--json]',
  summary: 'All credentials, without their secrets',
  help: 'Reads the index only: the keychain is not touched.',
  async run({ host, terminal, self }, args, { json }) {
    positionals(list, args, 0);
    const credentials = await (await host()).ask('credentials.list', {});
    if (json) {
      terminal.json(credentials);
      return;
    }
    if (credentials.length === 0) {
      terminal.say(`No credentials yet. Import your .edgerc: ${self} import ~/.edgerc --all`);
      return;
    }
    terminal.table(
      ['name', 'provider', 'host', 'state', 'tags'],
      credentials.map((entry) => [entry.name, entry.provider, hostOf(entry), stateOf(entry), entry.tags.join(', ')]),
    );
  },
});

const show = defineCommand({
  name: 'show',
  usage: 'NAME [--json]',
  summary: 'One credential, without its secrets',
  help: 'Secrets show only as the names of the fields that are set.',
  async run({ host, terminal }, args, { json }) {
    const [name = ''] = positionals(show, args, 1);
    const entry = await (await host()).ask('credentials.show', { name });
    if (json) {
      terminal.json(entry);
      return;
    }
    terminal.table(
      ['field', 'value'],
      [
        ['name', entry.name],
        ['provider', entry.emulator ? `${entry.provider} (emulator)` : entry.provider],
        ...Object.entries(entry.fields)
          .filter(([, value]) => value !== null)
          .map(([key, value]) => [key, String(value)]),
        ...entry.secrets.map((key) => [key, '•••••• (set)']),
        ['tags', entry.tags.join(', ') || '–'],
        ['notes', entry.notes || '–'],
        ['secrets changed', relative(entry.secretsChangedAt)],
        ['last test', entry.lastTest ? `${relative(entry.lastTest.at)}: ${entry.lastTest.message}` : 'never'],
        ['expires', entry.lastTest?.expiresAt ?? 'not known'],
      ],
    );
  },
});

const add = defineCommand({
  name: 'add',
  usage: 'akamai|aerospike --json -',
  summary: 'Store one credential, given as a JSON object on stdin',
  help: `Reads one object from stdin, stores it without testing, and prints the stored credential without its secrets.
Akamai: name, host, clientToken, clientSecret, accessToken, accountSwitchKey?
Aerospike: name, hosts (["host[:tlsName]:port"]), role (read-only, read-write or admin), namespaces?, user?, password?,
authMode? (internal, external, externalInsecure or pki), tls? ({ca?, cert?, key?, keyPassphrase?, name?}, PEM text),
timeoutMs?, requestsPerSecond?, burst?, alternateAddresses?, rackId?
Both: tags?, colour?, notes?, rotateEveryDays?

  chatelaine add akamai --json - < acme.json
  echo '{"name":"orders","hosts":["db1.example.com:3000"]}' | chatelaine add aerospike --json -`,
  async run(context, args) {
    const [provider = '', dash] = args;
    if (args.length !== 2 || dash !== '-') throw usage(add, 'The provider and `--json -` are needed');
    const draft = await objectFromStdin(context);
    const { credential, warnings } = await (await context.host()).ask('credentials.add', { provider, draft });
    for (const warning of warnings) context.terminal.say(warning);
    context.terminal.json(credential);
  },
});

const edit = defineCommand({
  name: 'edit',
  usage: 'NAME --json -',
  summary: 'Change fields of a credential, given as a JSON object on stdin',
  help: `Only the fields in the object change. An empty secret keeps its value; an optional field is cleared with null.
Pointing the stored secrets at another host or account needs your passphrase, or the secrets themselves again; raising
the role or the namespaces of an Aerospike profile needs it in any case.

  echo '{"tags":["bank"],"clientSecret":""}' | chatelaine edit acme-prod --json -`,
  async run(context, args) {
    const [name = '', dash] = args;
    if (args.length !== 2 || dash !== '-') throw usage(edit, 'The name and `--json -` are needed');
    const changes = await objectFromStdin(context);
    const open = await context.host();
    const { credential, warnings } = await withProofIfNeeded(context, (proof) =>
      open.ask('credentials.edit', { name, changes }, proof),
    );
    for (const warning of warnings) context.terminal.say(warning);
    context.terminal.json(credential);
  },
});

const test = defineCommand({
  name: 'test',
  usage: 'NAME [--json]',
  summary: 'Ask the issuer about a credential: does it work, when does it expire, what may it do',
  help: `Akamai: GET /identity-management/v3/api-clients/self, signed with the credential. The clock is checked first.
Aerospike: each seed is reached and logged in to, and what is wrong is told apart: name, port, TLS, login, privileges.
Exit code 1 when the credential does not work.`,
  async run({ host, terminal }, args, { json }) {
    const [name = ''] = positionals(test, args, 1);
    const result = await (await host()).ask('credentials.test', { name });
    if (json) terminal.json(result);
    else {
      terminal.print(`${result.ok ? '✓' : '✗'} ${result.name}: ${result.message}`);
      if (result.hint) terminal.print(`  ${result.hint}`);
      terminal.table(
        ['fact', 'value'],
        Object.entries(result.facts).map(([key, value]) => [spaced(key), shown(value)]),
      );
    }
    return result.ok ? 0 : 1;
  },
});

const remove = defineCommand({
  name: 'remove',
  usage: 'NAME [--yes] [--json]',
  summary: 'Remove a credential and its secrets from Chatelaine',
  help: 'The credential stays valid at its issuer: deactivate it there too if nobody else uses it. Asks first; --yes answers.',
  options: { yes: { type: 'boolean' } },
  async run({ host, terminal }, args, { yes, json }) {
    const [name = ''] = positionals(remove, args, 1);
    const entry = await (await host()).ask('credentials.show', { name });
    if (
      !yes &&
      !(await terminal.confirm(`Remove ${entry.name} (${entry.provider}) and its secrets from this machine?`))
    )
      return keep(terminal.say);
    const removed = await (await host()).ask('credentials.remove', { name });
    if (json) terminal.json(removed);
    else terminal.say(`Removed ${removed.name}. It stays valid at its issuer.`);
  },
});

const exportCommand = defineCommand({
  name: 'export',
  usage: 'NAME --edgerc [--yes]',
  summary: 'Print a credential as an .edgerc section, secrets in clear',
  help: 'Needs your passphrase and leaves a line in the activity record. Prefer `exec`: it leaves no file behind. Asks first; --yes answers.',
  options: { edgerc: { type: 'boolean' }, yes: { type: 'boolean' } },
  async run({ host, terminal }, args, { edgerc, yes }) {
    const [name = ''] = positionals(exportCommand, args, 1);
    if (!edgerc) throw usage(exportCommand, 'Say in which form: --edgerc');
    if (!yes && !(await terminal.confirm(`Print the secrets of ${name} in clear?`))) return keep(terminal.say);
    await (await host()).ask('credentials.show', { name });
    const proof = await terminal.passphrase('Chatelaine passphrase: ');
    const exported = await (await host()).ask('credentials.export', { name }, proof);
    process.stdout.write(exported.edgerc);
  },
});

export const credentialCommands = [list, show, add, edit, test, remove, exportCommand];

function keep(say: (line: string) => void): number {
  say('Nothing was done.');
  return 5;
}

async function objectFromStdin({ terminal }: Context): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(await terminal.readAll());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Said below, without the input: it may hold secrets.
  }
  throw new Failure(
    'invalid-input',
    'What came on stdin is not one JSON object. Nothing was changed.',
    'See docs/cli.md for the fields.',
  );
}

/** `clientName` → `client name`. */
const spaced = (key: string): string => key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join('; ') || '–';
  if (typeof value === 'object' && value !== null) return Object.values(value).map(shown).join(' ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '–';
}

const hostOf = (entry: CredentialView): string => {
  const { host, hosts } = entry.fields;
  const [first = '', ...others] = typeof host === 'string' ? [host] : Array.isArray(hosts) ? hosts.map(String) : [];
  return `${first}${others.length > 0 ? ` +${others.length}` : ''}${entry.emulator ? ' (emulator)' : ''}`;
};

function stateOf({ lastTest }: CredentialView): string {
  if (!lastTest) return 'never tested';
  if (!lastTest.ok) return `failed ${relative(lastTest.at)}`;
  return lastTest.expiresAt ? `expires ${relative(lastTest.expiresAt)}` : `works (${relative(lastTest.at)})`;
}

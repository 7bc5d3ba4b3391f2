import type { Decision } from '../../core/consent/policy.ts';
import type { Output } from '../../core/contract/procedures.ts';
import { Failure } from '../../core/failure.ts';
import { defineCommand, positionals, text, usage, withProofIfNeeded, type Values, type Context } from '../command.ts';
import { relative } from '../dates.ts';

type Approval = Output<'approvals.list'>[number];

const grants = defineCommand({
  name: 'grants',
  usage: '[--json]',
  summary: 'What each client may do with which credential',
  help: 'A row without a credential holds for all of the provider that have no row of their own.',
  async run({ host, terminal }, args, { json }) {
    positionals(grants, args, 0);
    const rows = await (await host()).ask('grants.list', {});
    if (json) {
      terminal.json(rows);
      return;
    }
    terminal.table(
      ['client', 'credential', 'read', 'write', 'destroy', 'toolsets'],
      rows.map(({ client, provider, credential, effects, toolsets }) => [
        client,
        `${provider}/${credential ?? '*'}`,
        effects.read,
        effects.write,
        effects.destroy,
        toolsets === 'all' ? 'all' : toolsets.join(', '),
      ]),
    );
  },
});

const grant = defineCommand({
  name: 'grant',
  usage: 'CLIENT PROVIDER[/NAME] [--read R] [--write W] [--destroy D] [--toolsets a,b|all] [--json]',
  summary: 'Change what a client may do: allow, ask or deny per effect',
  help: `Tightening happens at once. Loosening needs your passphrase. A change holds for sessions that are open too.

  chatelaine grant my-agent akamai --write deny
  chatelaine grant my-agent akamai/acme-staging --write allow --toolsets properties,purge`,
  options: {
    read: { type: 'string' },
    write: { type: 'string' },
    destroy: { type: 'string' },
    toolsets: { type: 'string' },
  },
  async run(context, args, values) {
    const { host, terminal } = context;
    const [client = '', target = ''] = positionals(grant, args, 2);
    const [provider = '', ...rest] = target.split('/');
    const toolsets = text(values.toolsets);
    const input = {
      client,
      provider,
      credential: rest.length > 0 ? rest.join('/') : null,
      effects: effectsOf(values),
      ...(toolsets !== undefined && {
        toolsets: toolsets === 'all' ? ('all' as const) : toolsets.split(',').map((part) => part.trim()),
      }),
    };
    const open = await host();
    const view = await withProofIfNeeded(context, (proof) => open.ask('grants.set', input, proof));
    if (values.json) {
      terminal.json(view);
      return;
    }
    const { read, write, destroy } = view.effects;
    terminal.say(
      `${view.client} on ${view.provider}/${view.credential ?? '*'}: read ${read}, write ${write}, destroy ${destroy}.`,
    );
  },
});

function effectsOf(values: Values): Partial<Record<'read' | 'write' | 'destroy', Decision>> {
  return Object.fromEntries(
    (['read', 'write', 'destroy'] as const).flatMap((effect) => {
      const value = text(values[effect]);
      if (value === undefined) return [];
      if (value !== 'allow' && value !== 'ask' && value !== 'deny')
        throw usage(grant, `--${effect} takes allow, ask or deny`);
      return [[effect, value]];
    }),
  );
}

const approvals = defineCommand({
  name: 'approvals',
  usage: '[--json]',
  summary: 'Calls that wait for a person',
  help: 'Each shows what would be done, to whom, and with exactly which arguments. Unanswered ones are denied when their time is up.',
  async run({ host, terminal }, args, { json }) {
    positionals(approvals, args, 0);
    const waiting = await (await host()).ask('approvals.list', {});
    if (json) {
      terminal.json(waiting);
      return;
    }
    if (waiting.length === 0) {
      terminal.say('Nothing waits for you.');
      return;
    }
    for (const approval of waiting) print(approval, terminal.print);
  },
});

function print(approval: Approval, line: (text: string) => void): void {
  line(
    `${approval.id}  ${approval.credential} (${approval.provider})${approval.network ? ` · ${approval.network.toUpperCase()}` : ''} · ${approval.effect}`,
  );
  line(`  ${approval.client} wants to: ${approval.sentence}`);
  line(`  ${approval.tool} ${JSON.stringify(approval.args)}`);
  if (approval.asks !== null) line(`  you type: ${approval.asks}`);
  line(`  runs out ${relative(approval.expiresAt)}`);
}

const approve = defineCommand({
  name: 'approve',
  usage: 'ID [--for once|session|15m] [--typed -] [--json]',
  summary: 'Say yes to one waiting call',
  help: `Needs your passphrase: a model that can run this command must not be able to approve its own call.
--for session or 15m also covers later calls of the same tool, credential, effect and network by the same client.
A call that sets a password asks you for it, so that no model ever has it: it is typed without echo, or read from stdin
with --typed -.`,
  options: { for: { type: 'string' }, typed: { type: 'string' } },
  async run({ host, terminal }, args, values) {
    const [id = ''] = positionals(approve, args, 1);
    const scope = text(values.for) ?? 'once';
    if (scope !== 'once' && scope !== 'session' && scope !== '15m')
      throw usage(approve, '--for takes once, session or 15m');
    const open = await host();
    const approval = (await open.ask('approvals.list', {})).find((candidate) => candidate.id === id);
    if (!approval)
      throw new Failure(
        'not-found',
        `No approval ${id} is waiting.`,
        'It may have been answered or have run out: `chatelaine approvals` lists what waits.',
      );
    if (process.stdin.isTTY) print(approval, terminal.say);
    const typed = approval.asks === null ? undefined : await typedFor(approval.asks, text(values.typed), terminal);
    const proof = await terminal.passphrase('Chatelaine passphrase: ');
    const approved = await open.ask('approvals.approve', { id, scope, ...(typed !== undefined && { typed }) }, proof);
    if (values.json) {
      terminal.json(approved);
      return;
    }
    terminal.say(`Approved: ${approved.sentence}`);
  },
});

/** What a question asks the person for. Never from argv. */
async function typedFor(label: string, from: string | undefined, terminal: Context['terminal']): Promise<string> {
  if (from !== undefined && from !== '-') throw usage(approve, '--typed takes - alone, and reads stdin');
  if (from === '-') return (await terminal.readAll()).replace(/\r?\n$/, '');
  const typed = await terminal.typed(`${label}: `);
  if (typed) return typed.reveal();
  throw new Failure(
    'refused',
    `${label} has to be typed, and nobody can type here. Nothing was done.`,
    'Approve it in a terminal, in the window, or give it on stdin with --typed -.',
  );
}

const deny = defineCommand({
  name: 'deny',
  usage: 'ID [--json]',
  summary: 'Say no to one waiting call',
  help: 'The model is told that a person denied it. No passphrase is needed to say no.',
  async run({ host, terminal }, args, { json }) {
    const [id = ''] = positionals(deny, args, 1);
    const denied = await (await host()).ask('approvals.deny', { id });
    if (json) {
      terminal.json(denied);
      return;
    }
    terminal.say(`Denied: ${denied.sentence}`);
  },
});

export const consentCommands = [grants, grant, approvals, approve, deny];

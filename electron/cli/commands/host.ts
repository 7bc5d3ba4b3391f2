import { Failure } from '../../core/failure.ts';
import { defineCommand, positionals } from '../command.ts';
import { findHost } from '../../platform/control-client.ts';
import { isRunning } from '../../platform/running.ts';

const status = defineCommand({
  name: 'status',
  usage: '[--json]',
  summary: 'Is it running, which vault, locked or not, what runs now',
  help: 'Starts nothing: exit code 1 when no host runs.',
  async run({ home, terminal }, args, { json }) {
    positionals(status, args, 0);
    const host = await findHost(home);
    if (!host) throw new Failure('not-running', 'Chatelaine is not running.', 'Start it: chatelaine serve');
    try {
      const facts = await host.ask('host.status', {});
      const workers = await host.ask('workers.list', {});
      if (json) {
        terminal.json({ ...facts, workers });
        return;
      }
      terminal.print(
        `Chatelaine ${facts.version}, process ${facts.pid}, ${facts.locked ? 'locked' : 'unlocked'}, vault: ${facts.vault}${facts.demo ? ', demo' : ''}`,
      );
      terminal.print(`Data folder: ${facts.home}`);
      if (workers.length > 0)
        terminal.table(
          ['worker', 'state', 'pid', 'calls'],
          workers.map((worker) => [worker.credential, worker.state, String(worker.pid ?? '–'), String(worker.calls)]),
        );
    } finally {
      host.close();
    }
  },
});

const doctor = defineCommand({
  name: 'doctor',
  usage: '[--json]',
  summary: 'Check everything that commonly goes wrong, with what to do about it',
  help: 'Exit code 1 when a check failed.',
  async run({ host, terminal }, args, { json }) {
    positionals(doctor, args, 0);
    const { checks } = await (await host()).ask('host.doctor', {});
    if (json) terminal.json(checks);
    else {
      for (const check of checks) {
        terminal.print(
          `${check.state === 'ok' ? '✓' : check.state === 'warning' ? '!' : '✗'} ${check.name}: ${check.message}`,
        );
        if (check.hint) terminal.print(`  ${check.hint}`);
      }
    }
    return checks.some((check) => check.state === 'failed') ? 1 : 0;
  },
});

const page = defineCommand({
  name: 'page',
  usage: '[--json]',
  summary: 'Print a new one-time address of the page',
  help: `For a host without a desktop window. The address is good once, within 15 minutes; the browser that opens it stays
signed in. It needs a passphrase to be set, which the page then asks for before it confirms anything.`,
  async run({ host, terminal }, args, { json }) {
    positionals(page, args, 0);
    const answer = await (await host()).ask('host.openPage', {});
    if (json) terminal.json(answer);
    else terminal.print(answer.url);
  },
});

const lock = defineCommand({
  name: 'lock',
  usage: '[--json]',
  summary: 'Stop lending: workers end, secrets are forgotten',
  help: 'Clients stay connected and are told that Chatelaine is locked.',
  async run({ host, terminal }, args, { json }) {
    positionals(lock, args, 0);
    const facts = await (await host()).ask('host.lock', {});
    if (json) {
      terminal.json(facts);
      return;
    }
    terminal.say('Locked.');
  },
});

const unlock = defineCommand({
  name: 'unlock',
  usage: '[--json]',
  summary: 'Lend again, after your passphrase',
  help: 'The passphrase is typed, or comes from the file that CHATELAINE_PASSPHRASE_FILE names.',
  async run({ host, terminal }, args, { json }) {
    positionals(unlock, args, 0);
    const open = await host();
    const before = await open.ask('host.status', {});
    const proof = before.locked ? await terminal.passphrase('Chatelaine passphrase: ') : null;
    const facts = await open.ask('host.unlock', {}, proof);
    if (json) {
      terminal.json(facts);
      return;
    }
    terminal.say('Unlocked.');
  },
});

const passphrase = defineCommand({
  name: 'passphrase',
  usage: '',
  summary: 'Set or change the app passphrase of a keychain vault',
  help: `What only a person may do (approve, loosen a grant, export, exec, unlock) asks for it. On a keychain there is none at
first; the first one can be set until the first client is registered. A file vault has its own.`,
  async run({ host, terminal }, args) {
    positionals(passphrase, args, 0);
    if (!process.stdin.isTTY)
      throw new Failure(
        'refused',
        'A new passphrase is typed at a terminal. Nothing was set.',
        'Run it in a terminal; for a service start `serve` with CHATELAINE_PASSPHRASE_FILE before the first registration.',
      );
    const open = await host();
    const current = await terminal.passphrase('Current passphrase (empty if none): ');
    const next = await terminal.passphrase('New passphrase: ');
    const again = await terminal.passphrase('Once more: ');
    if (!next || next.reveal() !== again?.reveal())
      throw new Failure('invalid-input', 'The two do not match. Nothing was set.', 'Try again.');
    await open.ask('host.setPassphrase', { next: next.reveal() }, current?.reveal() ? current : null);
    terminal.say('The app passphrase is set.');
  },
});

const stop = defineCommand({
  name: 'stop',
  usage: '[--json]',
  summary: 'End the host and everything it started',
  help: 'Waits for calls in flight. Clients stay up and start it again when they need it.',
  async run({ home, terminal }, args, { json }) {
    positionals(stop, args, 0);
    const host = await findHost(home);
    if (host) {
      const { pid } = await host.ask('host.status', {});
      await host.ask('host.stop', {});
      await host.ended;
      await gone(pid);
    }
    if (json) {
      terminal.json({ stopped: host !== null });
      return;
    }
    terminal.say(host ? 'Stopped.' : 'It was not running.');
  },
});

/** A host gives itself 10 s. */
const stopDeadlineMs = 12_000;

/** The connection ends before the last lines are written; `stop` means that nothing of it runs any more. */
async function gone(pid: number): Promise<void> {
  for (const deadline = Date.now() + stopDeadlineMs; Date.now() < deadline;) {
    if (!isRunning(pid)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Failure('timed-out', `Chatelaine (process ${pid}) has not ended within 12 s.`, 'End that process by hand.');
}

export const hostCommands = [status, doctor, lock, unlock, page, passphrase, stop];

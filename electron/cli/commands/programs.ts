import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hostFlags } from '../../core/gateway/start-host.ts';
import { defineCommand, usage, type Command, type Context } from '../command.ts';

const serve = defineCommand({
  name: 'serve',
  usage: '[--port N] [--home DIR] [--vault keychain|file] [--demo]',
  summary: 'Run Chatelaine here, without a desktop, until it is stopped',
  help: `The first line on stdout is one JSON object: {"url","pid","home","vault"}. SIGTERM stops it and everything it started.
--vault is needed only the first time; there is no fallback from one to the other. A file vault's passphrase comes from
the file that CHATELAINE_PASSPHRASE_FILE names, or is typed. --demo starts an Akamai and an Aerospike emulator too, with a
data folder of its own.`,
  raw: true,
  run: (context, args) => (wantsHelp(serve, context, args) ? done() : becomeHost(context, args)),
});

const bridge = defineCommand({
  name: 'bridge',
  usage: 'akamai|aerospike',
  summary: 'What a client launches: relays its stdio to the running Chatelaine',
  help: 'Needs CHATELAINE_HOME and CHATELAINE_REGISTRATION as `register` prints them.',
  raw: true,
  run: (context, args) => (wantsHelp(bridge, context, args) ? done() : become(context, 'bridge.cjs', args)),
});

const emulate = defineCommand({
  name: 'emulate',
  usage: 'akamai|aerospike [--port N] [OPTIONS]',
  summary: 'A local Akamai edge or Aerospike cluster with made-up data, for trying and testing',
  help: `The first line on stdout is one JSON object with its address and the credentials that it accepts; each of them can be
given to \`add\`. akamai takes --credentials N (that many small customers), aerospike --nodes N, --tls and --auth. An Aerospike emulator with --auth has users and roles, with --tls certificates of its own making.`,
  raw: true,
  async run(context, args) {
    if (wantsHelp(emulate, context, args)) return done();
    const [kind, ...rest] = args;
    if (kind !== 'akamai' && kind !== 'aerospike')
      throw usage(emulate, 'There is one for akamai and one for aerospike');
    return become(context, `${kind}-emulator.cjs`, rest);
  },
});

export const programCommands = [serve, bridge, emulate];

function wantsHelp(command: Command, { terminal }: Context, args: string[]): boolean {
  if (!args.includes('--help') && !args.includes('-h')) return false;
  terminal.print(`${command.summary}\n\nUsage: chatelaine ${command.name} ${command.usage}\n\n${command.help}`);
  return true;
}

const done = (): Promise<number> => Promise.resolve(0);

/** A host has flags of its own and leaves no core dump; the process stays the one that the caller knows. */
async function becomeHost(context: Context, args: string[]): Promise<number> {
  if (process.platform === 'win32' || !process.execve) return become(context, 'headless.cjs', args);
  const host = [process.execPath, ...hostFlags, join(context.codeFolder, 'headless.cjs'), ...args];
  return process.execve('/bin/sh', ['sh', '-c', 'ulimit -c 0; exec "$@"', 'sh', ...host], process.env);
}

/** Goes on as another of our programs, in this process: its pid, stdio and signals are the ones that the caller knows. */
async function become({ codeFolder }: Context, bundle: string, args: string[]): Promise<number> {
  process.argv = [process.argv[0] ?? '', join(codeFolder, bundle), ...args];
  await import(pathToFileURL(join(codeFolder, bundle)).href);
  return new Promise(() => undefined);
}

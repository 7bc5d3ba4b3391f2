// The `chatelaine` command. Every command is a procedure of the contract, asked over the host's control socket.
import '../platform/shut-doors.ts';
import { Failure } from '../core/failure.ts';
import { dataFolder } from '../platform/data-folder.ts';
import { parseCommand } from './command.ts';
import { commands } from './commands/index.ts';
import { helpFor, overview } from './help.ts';
import type { Host } from '../platform/control-client.ts';
import { findOrStartHost } from './host.ts';
import { createTerminal, reportFailure } from './terminal.ts';

async function main(argv: string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const asked = name === 'help' ? commands.find((command) => command.name === rest[0]) : undefined;
    process.stdout.write(asked ? helpFor(asked) : overview(commands));
    return name === undefined ? 2 : 0;
  }
  if (name === '--version') {
    process.stdout.write(`${APP_VERSION}\n`);
    return 0;
  }
  const asJson = rest.includes('--json');
  let host: Promise<Host> | null = null;
  try {
    const command = commands.find((candidate) => candidate.name === name);
    if (!command) {
      throw new Failure(
        'invalid-input',
        `There is no command called ${JSON.stringify(name)}.`,
        'See: chatelaine --help',
      );
    }
    if (!command.raw && (rest.includes('--help') || rest.includes('-h'))) {
      process.stdout.write(helpFor(command));
      return 0;
    }
    const { args, values } = parseCommand(command, rest);
    const home = dataFolder();
    const code = await command.run(
      {
        home,
        codeFolder: __dirname,
        self: process.env.CHATELAINE_COMMAND ?? 'chatelaine',
        terminal: createTerminal(),
        host: () => (host ??= findOrStartHost(home, __dirname)),
      },
      args,
      values,
    );
    return code ?? 0;
  } catch (error) {
    if (error instanceof Failure) return reportFailure(error.report(), asJson);
    return reportFailure(
      {
        code: 'internal',
        message: 'The command failed in a way that it should not.',
        hint: error instanceof Error ? error.message : '',
      },
      asJson,
    );
  } finally {
    await (host as Promise<Host> | null)?.then(
      (open) => open.close(),
      () => undefined,
    );
  }
}

// A reader that has seen enough (`| head`) is no failure of ours.
process.stdout.on('error', () => process.exit(0));
main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  () => (process.exitCode = 1),
);

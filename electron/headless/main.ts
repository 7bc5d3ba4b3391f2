// `chatelaine serve`: the core behind a local socket and a loopback address, where there is no desktop.
import '../platform/shut-doors.ts';
import { Failure, exitCodeOf } from '../core/failure.ts';
import { placeTaken } from '../core/gateway/start-host.ts';
import { optionsFrom, type Options } from './options.ts';
import { serve } from './serve.ts';

function options(): Options | null {
  try {
    return optionsFrom(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(
      `${error instanceof Error ? error.message : 'Wrong arguments'}\nUsage: serve [--port N] [--home DIR] [--vault keychain|file] [--demo]\n`,
    );
    process.exitCode = 2;
    return null;
  }
}

/** Who starts a host on demand has to tell "another one has the place" from every other failure. */
function exitCode(error: unknown, { onDemand }: Options): number {
  if (!(error instanceof Failure)) return 1;
  return onDemand && error.code === 'already-running' ? placeTaken : exitCodeOf(error.code);
}

const chosen = options();
// Whoever started us on demand has long stopped listening.
process.stderr.on('error', () => undefined);
if (chosen) {
  serve(chosen, __dirname).catch((error: unknown) => {
    const { message, hint } =
      error instanceof Failure
        ? error
        : { message: 'Chatelaine could not be started.', hint: error instanceof Error ? error.message : '' };
    process.stderr.write(`${message}\n${hint}\n`);
    process.exit(exitCode(error, chosen));
  });
}

import { join, resolve } from 'node:path';
import { Failure, exitCodeOf } from '../core/failure.ts';
import { findOrStart, hostFlags } from '../core/gateway/start-host.ts';
import { findHost, type Host } from '../platform/control-client.ts';

const startDeadlineMs = 30_000;

/** The running host; where there is none, a headless one is started in the background and waited for. */
export async function findOrStartHost(home: string, codeFolder: string): Promise<Host> {
  const running = await findHost(home);
  if (running) return running;
  const passphraseFile = process.env.CHATELAINE_PASSPHRASE_FILE;
  let lastError: unknown = null;
  const found = await findOrStart(
    {
      home,
      otherwise: {
        command: process.execPath,
        args: [...hostFlags, join(codeFolder, 'headless.cjs'), '--on-demand', '--home', home],
      },
      variables: passphraseFile ? { CHATELAINE_PASSPHRASE_FILE: resolve(passphraseFile) } : {},
      deadlineMs: startDeadlineMs,
    },
    () => {
      lastError = null;
      return findHost(home).catch((error: unknown) => {
        lastError = error;
        return null;
      });
    },
  );
  if ('ask' in found) return found;
  if (lastError instanceof Failure) throw lastError;
  throw startFailure(found.words, found.exitCode);
}

/** The host's last words are one sentence and one hint, each on its line; they are passed on as they are. */
function startFailure(complaint: string, exitCode: number | null): Failure {
  const [message = 'Chatelaine could not be started.', hint = 'Run `chatelaine serve` to see why.'] = complaint
    .trim()
    .split('\n')
    .filter(Boolean)
    .slice(-2);
  return new Failure(exitCode === exitCodeOf('locked') ? 'locked' : 'not-running', message, hint);
}

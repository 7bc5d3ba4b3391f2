import { join, resolve } from 'node:path';
import { Failure, exitCodeOf } from '../core/failure.ts';
import { findOrStart, hostFlags } from '../core/gateway/start-host.ts';
import { findHost, type Host } from '../platform/control-client.ts';

const startDeadlineMs = 30_000;

/**
 * The running host; where there is none, one is started in the background and waited for: the last one again, else the
 * installed desktop app without a window, and a headless one where there is no such app or it cannot come up.
 */
export async function findOrStartHost(home: string, codeFolder: string): Promise<Host> {
  const running = await findHost(home);
  if (running) return running;
  const passphraseFile = process.env.CHATELAINE_PASSPHRASE_FILE;
  let lastError: unknown = null;
  const headless = {
    command: process.execPath,
    args: [...hostFlags, join(codeFolder, 'headless.cjs'), '--on-demand', '--home', home],
  };
  const found = await findOrStart(
    {
      home,
      otherwise: installedDesktop(home) ?? headless,
      fallback: headless,
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
  if (found.isRunning) throw notAnswering();
  throw startFailure(found.words, found.exitCode);
}

/** It came up and serves nobody: a desktop app that asks its person first. */
const notAnswering = (): Failure =>
  new Failure(
    'setup-needed',
    'Chatelaine was started, but it serves nobody yet.',
    'If its window asks where your secrets shall be kept, choose there, then try again.',
  );

/** The desktop app that this command was installed with, where there is a display for it. */
function installedDesktop(home: string): { command: string; args: string[] } | null {
  const { CHATELAINE_DESKTOP: command, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (!command || (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY)) return null;
  return { command, args: ['--hidden', '--home', home] };
}

/** The host's last words are one sentence and one hint, each on its line; they are passed on, without what Chromium says. */
function startFailure(complaint: string, exitCode: number | null): Failure {
  const [message = 'Chatelaine could not be started.', hint = 'Run `chatelaine serve` to see why.'] = complaint
    .trim()
    .split('\n')
    .filter((line) => line !== '' && !/^\[\d+:\d+[:/]/.test(line))
    .slice(-2);
  return new Failure(exitCode === exitCodeOf('locked') ? 'locked' : 'not-running', message, hint);
}

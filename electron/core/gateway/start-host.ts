import type { ChildProcess } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { launchFileOf } from './endpoint.ts';

/** What each host writes down; `environment` is the way to the person's session as that host had it. */
interface Launch {
  command: string;
  args: string[];
  environment?: Record<string, string>;
}

export interface StartOptions {
  home: string;
  /** What to start where no host ever ran for this data folder, or the one that did is no longer installed. */
  otherwise?: { command: string; args: string[] };
  /** Tried once where the first is a program that could not come up at all, as a desktop app without a display. */
  fallback?: { command: string; args: string[] };
  /** What this starter may hand on beyond what every program needs. */
  variables?: Record<string, string>;
  deadlineMs: number;
}

/** Why no host can be reached: the exit code and last words of the one that was started, if one was. */
export interface NotStarted {
  /** It lives and is not to be reached. */
  isRunning: boolean;
  exitCode: number | null;
  words: string;
}

/**
 * The runtime's flags for a host: no inspector by signal, and a young generation that stays small, since a host lives for
 * days and mostly waits (`npm run bench` has its memory).
 */
export const hostFlags = ['--disable-sigusr1', '--max-semi-space-size=2'];

/** The exit code of a host on demand that found another one in its place. */
export const placeTaken = 75;
/** The exit code of a desktop app that came up and would not start a host: its last words say why, and nothing else helps. */
export const refusedToStart = 70;

const pollMs = 50;
const startAgainMs = 500;

/**
 * Looks for a host with `find` and starts one in the background where there is none. One that finds its place taken is no
 * failure: the other is starting too, and then it is found; or it is just ending, and then ours is started once more.
 */
export async function findOrStart<Found>(
  options: StartOptions,
  find: () => Promise<Found | null>,
): Promise<Found | NotStarted> {
  const deadline = Date.now() + options.deadlineMs;
  let launch: Launch | undefined = (await writtenLaunch(options.home)) ?? options.otherwise;
  let fallback = options.fallback;
  let child: Started | null = null;
  let startedAt = 0;
  try {
    for (;;) {
      const found = await find();
      if (found) return found;
      const notStarted = {
        isRunning: child?.hasEnded() === false,
        exitCode: child?.exitCode() ?? null,
        words: child?.words() ?? '',
      };
      const isTaken = notStarted.exitCode === placeTaken;
      const couldNotComeUp = child?.hasEnded() && !isTaken && notStarted.exitCode !== refusedToStart;
      if (launch && fallback && couldNotComeUp && isDesktop(launch)) {
        child?.letGo();
        child = null;
        launch = { ...fallback, args: [...fallback.args, ...launch.args.filter((argument) => argument === '--demo')] };
        fallback = undefined;
      }
      if (!launch || (child?.hasEnded() && !isTaken) || Date.now() > deadline) return notStarted;
      if (!child || (isTaken && Date.now() - startedAt > startAgainMs)) {
        child?.letGo();
        child = await start(launch, options);
        startedAt = Date.now();
      }
      await new Promise((resume) => setTimeout(resume, pollMs));
    }
  } finally {
    child?.letGo();
  }
}

const isDesktop = ({ args }: Launch): boolean => args.includes('--hidden');

/** Null when nothing was written down, or what was is no longer there. The folder may have moved, so it is named anew. */
async function writtenLaunch(home: string): Promise<Launch | null> {
  try {
    const launch = JSON.parse(await readFile(launchFileOf(home), 'utf8')) as Launch;
    const named = launch.args.indexOf('--home') + 1;
    const args = launch.args.map((argument, index) => (named > 0 && index === named ? resolve(home) : argument));
    for (const path of [launch.command, ...args]) if (isAbsolute(path)) await access(path);
    return { ...launch, args };
  } catch {
    return null;
  }
}

interface Started {
  hasEnded(): boolean;
  exitCode(): number | null;
  words(): string;
  letGo(): void;
}

/** A core dump of the host would hold credentials, so on POSIX a shell that forbids them comes first. */
async function start(launch: Launch, { home, variables }: StartOptions): Promise<Started> {
  // Loaded when it is needed: a bridge that finds its host starts some milliseconds sooner without it.
  const { spawn } = await import('node:child_process');
  const command = [launch.command, ...launch.args];
  const [file = '', ...args] =
    process.platform === 'win32' ? command : ['/bin/sh', '-c', 'ulimit -c 0; exec "$@"', 'sh', ...command];
  const child: ChildProcess = spawn(file, args, {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    windowsHide: true,
    env: { ...launch.environment, ...inherited(), ...variables, CHATELAINE_HOME: home },
  });
  let words = '';
  let hasFailed = false;
  child.on('error', () => (hasFailed = true));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-4_096)));
  return {
    hasEnded: () => hasFailed || child.exitCode !== null || child.signalCode !== null,
    exitCode: () => child.exitCode,
    words: () => words,
    letGo() {
      child.stderr?.destroy();
      child.unref();
    },
  };
}

/** Whoever starts us may have set anything; the host gets what it needs to be somebody's program, and nothing else. */
function inherited(): NodeJS.ProcessEnv {
  const wanted =
    /^(PATH|HOME|USER|LOGNAME|LANG|LC_.*|TZ|TMPDIR|TEMP|TMP|SystemRoot|windir|APPDATA|LOCALAPPDATA|USERPROFILE|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|XDG_.*|DBUS_SESSION_BUS_ADDRESS)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => wanted.test(name)));
}

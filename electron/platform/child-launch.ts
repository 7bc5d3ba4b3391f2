import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../core/failure.ts';
import type { Log } from '../core/log.ts';
import type { Child, ChildExit, ChildProgram, Launch } from '../core/workers/launch.ts';

/** Everything else in our environment stays with us: NODE_OPTIONS, for one, would be code execution in the child. */
const passedOn = ['PATH', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'windir'];

const hardening = [
  '--permission',
  '--disable-sigusr1',
  '--disallow-code-generation-from-strings',
  '--disable-proto=delete',
  '--report-exclude-env',
  '--no-addons',
  '--max-lazy',
  '--max-semi-space-size=1',
  '--use-system-ca',
  '--no-warnings',
];

/** A worker mostly waits for the network: memory counts for more than peak speed (npm run bench). */
const lean = ['--no-opt', '--no-maglev', '--optimize-for-size'];

/** stdin, stdout, stderr and the channel are ours; every slot above is filled so that no foreign descriptor passes. */
const channelSlot = 3;
const stderrLineLimit = 2_000;

/**
 * The one way in which Chatelaine starts its own programs. The runtime is the shipped Node 24, `codeFolder` holds the
 * bundles, `hashes` their SHA-256 by file name as compiled into the host. Facts: docs/ARCHITECTURE.md, "Children".
 */
export function createLaunch(deps: {
  runtime: string;
  codeFolder: string;
  hashes: Readonly<Record<string, string>>;
  /** Where children that need one get a private folder of their own; swept at the first use. */
  scratchFolder: string;
  log: Log;
}): Launch {
  const nothing = openSync(devNull, 'r+');
  const makeScratch = scratchMaker(deps.scratchFolder);
  return (program) => {
    const path = join(deps.codeFolder, program.bundle);
    assertUnaltered(path, deps.hashes[program.bundle]);
    const scratch = program.hasScratch ? makeScratch() : null;
    const command = [deps.runtime, ...flagsFor(program, deps.codeFolder, scratch), path];
    const process = spawnWithoutCores(command, {
      cwd: deps.codeFolder,
      env: { ...environmentFor(program), ...(scratch !== null && { CHATELAINE_SCRATCH: scratch }) },
      stdio: stdioFor(nothing),
    });
    if (scratch !== null) process.once('close', () => rmSync(scratch, { recursive: true, force: true }));
    logOutput(process, program, deps.log);
    return toChild(process);
  };
}

function assertUnaltered(path: string, expected: string | undefined): void {
  const actual = createHash('sha256').update(readFileSync(path)).digest('hex');
  if (actual === expected) return;
  throw new Failure(
    'damaged',
    'A program file of Chatelaine is not the one that this version was built with, so it was not started.',
    'If Chatelaine was just updated, restart it. Otherwise reinstall it.',
  );
}

/** What a host that was killed left behind goes before the first new folder comes. */
function scratchMaker(folder: string): () => string {
  let isSwept = false;
  return () => {
    if (!isSwept) rmSync(folder, { recursive: true, force: true });
    isSwept = true;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return mkdtempSync(join(folder, 'child-'));
  };
}

function flagsFor(program: ChildProgram, codeFolder: string, scratch: string | null): string[] {
  const flags = [...hardening, ...(program.isBusy ? [] : lean), `--allow-fs-read=${join(codeFolder, '*')}`];
  if (scratch !== null) flags.push(`--allow-fs-read=${join(scratch, '*')}`, `--allow-fs-write=${join(scratch, '*')}`);
  if (!program.allowAddons) return flags;
  // With addons the permission model is advisory; the packages that carry them lie beside the code folder.
  return [
    ...flags.filter((flag) => flag !== '--no-addons'),
    '--allow-addons',
    `--allow-fs-read=${join(codeFolder, '..', 'node_modules', '*')}`,
  ];
}

function environmentFor(program: ChildProgram): Record<string, string> {
  const environment: Record<string, string> = { ...program.environment };
  for (const name of passedOn) {
    const value = process.env[name];
    if (value !== undefined) environment[name] ??= value;
  }
  return environment;
}

function stdioFor(nothing: number): StdioOptions {
  const slots: (number | 'pipe' | 'ipc')[] = [nothing, 'pipe', 'pipe', 'ipc'];
  for (let slot = channelSlot + 1; slot <= highestDescriptor(); slot++) slots.push(nothing);
  return slots;
}

/** Electron's main process leaves dozens of descriptors inheritable on Linux; macOS and Windows close them themselves. */
function highestDescriptor(): number {
  if (process.platform !== 'linux') return channelSlot;
  const margin = 4;
  return Math.max(...readdirSync('/proc/self/fd').map(Number)) + margin;
}

/** A core dump would hold the credential, so POSIX children are started through a shell that forbids them. */
function spawnWithoutCores(
  command: readonly string[],
  options: { cwd: string; env: Record<string, string>; stdio: StdioOptions },
): ChildProcess {
  const [file, ...args] =
    process.platform === 'win32' ? command : ['/bin/sh', '-c', 'ulimit -c 0; exec "$@"', 'sh', ...command];
  return spawn(file ?? '', args, { ...options, serialization: 'advanced', windowsHide: true });
}

function logOutput(child: ChildProcess, program: ChildProgram, log: Log): void {
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8');
    stream?.on('data', (text: string) => {
      log.warn('child.output', { program: program.bundle, pid: child.pid, text: text.slice(0, stderrLineLimit) });
    });
  }
}

function toChild(child: ChildProcess): Child {
  const exit = new Promise<ChildExit>((resolve) => {
    child.once('error', () => resolve({ code: null, signal: null }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  return {
    pid: child.pid,
    send: (message) =>
      new Promise((resolve, reject) => {
        if (!child.connected) {
          reject(new Failure('worker-failed', 'The process has ended.', 'Try again.'));
          return;
        }
        child.send(message as object, (error) => (error ? reject(error) : resolve()));
      }),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void exit.then(listener),
    kill: () => void child.kill('SIGKILL'),
  };
}

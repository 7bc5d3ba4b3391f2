import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Machine } from '../core/clients/machine.ts';

const questionMs = 5_000;
const mostOutput = 4 * 1024 * 1024;

/** This machine. What the system does not tell in time counts as not told. */
export function createMachine(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Machine {
  return {
    platform,
    home: homedir(),
    variable: (name) => (environment[name] === '' ? undefined : environment[name]),
    async facts(path) {
      try {
        const found = await stat(path);
        return {
          isFolder: found.isDirectory(),
          isWritable: (found.mode & 0o200) !== 0,
          size: found.size,
          modifiedMs: found.mtimeMs,
        };
      } catch {
        return null;
      }
    },
    list: (folder) => readdir(folder).catch(() => []),
    programs: () => programsOn(platform, environment),
    hasRegistryKey: async (key) =>
      platform === 'win32' && (await ask(inSystem(environment, 'reg.exe'), ['query', key])) !== null,
  };
}

function programsOn(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): Promise<readonly string[] | null> {
  switch (platform) {
    case 'linux':
      return programsOfProc();
    case 'win32':
      // tasklist gives names only, and two different programs are called claude.exe.
      return lines(inSystem(environment, 'WindowsPowerShell', 'v1.0', 'powershell.exe'), [
        '-NoProfile',
        '-NonInteractive',
        '-Command',
        'Get-Process | ForEach-Object Path | Sort-Object -Unique',
      ]);
    default:
      return lines('/bin/ps', ['-axo', 'args=']);
  }
}

async function programsOfProc(): Promise<readonly string[] | null> {
  const pids = await readdir('/proc').then(
    (names) => names.filter((name) => /^\d+$/.test(name)),
    () => null,
  );
  if (pids === null) return null;
  const read = (pid: string): Promise<string> => readFile(join('/proc', pid, 'cmdline'), 'utf8').catch(() => '');
  const commandLines = await Promise.all(pids.map(read));
  return commandLines.map((line) => line.replaceAll('\0', ' ').trim()).filter((line) => line !== '');
}

const lines = async (program: string, args: readonly string[]): Promise<readonly string[] | null> =>
  (await ask(program, args))?.split(/\r?\n/).filter((line) => line !== '') ?? null;

/** By its whole path: whatever else PATH may lead to is not run. */
const inSystem = ({ SystemRoot = 'C:\\Windows' }: NodeJS.ProcessEnv, ...path: string[]): string =>
  join(SystemRoot, 'System32', ...path);

/** What a system program prints; null when it fails or takes too long. */
const ask = (program: string, args: readonly string[]): Promise<string | null> =>
  new Promise((resolve) => {
    const options = { timeout: questionMs, maxBuffer: mostOutput, windowsHide: true };
    execFile(program, args, options, (error, output) => resolve(error ? null : output));
  });

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What Electron's tests need beside the build: a binary, a display of their own, and an ordinary user to run as. */
export interface Display {
  name: string;
  stop(): void;
}

/** Why there can be no window here, or null. In CI nothing is skipped: .ci/run installs what is missing. */
export function desktopMissing(): string | null {
  const reason = whyNoDesktop();
  if (reason !== null && process.env.CI !== undefined && process.env.CI !== '') throw new Error(`${reason} in CI`);
  return reason;
}

function whyNoDesktop(): string | null {
  if (process.platform !== 'linux') return 'the desktop is tested on Linux only';
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (!dist || !existsSync(join(dist, 'electron'))) return 'ELECTRON_OVERRIDE_DIST_PATH names no Electron';
  return spawnSync('which', ['Xvfb']).status === 0 ? null : 'Xvfb is not installed';
}

/** A screen that nobody sees, of its own. */
export async function startDisplay(size = '1440x1000'): Promise<Display> {
  const server: ChildProcess = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', `${size}x24`, '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await new Promise<string>((resolve, reject) => {
    server.stdio[3]?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    server.once('exit', () => reject(new Error('Xvfb did not start')));
  });
  return { name: `:${number}`, stop: () => void server.kill('SIGKILL') };
}

/** Electron's sandbox does not run as root, so root's tests run it as this user; anybody else's run it as themselves. */
export function testUser(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const name = process.env.CHATELAINE_TEST_USER ?? 'nobody';
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout));
  if (!uid || !gid) throw new Error(`There is no user ${name} to run Electron as`);
  return { uid, gid };
}

/** A program that starts `command` as the test's user, since drivers take one path and no prefix. */
export function asTestUser(command: string, folder: string): string {
  const user = testUser();
  if (!user) return command;
  give(folder);
  const path = join(folder, 'as-user.sh');
  const prefix = `setpriv --reuid=${user.uid} --regid=${user.gid} --clear-groups`;
  writeFileSync(path, `#!/bin/sh\nulimit -c 0\nexec ${prefix} '${command}' "$@"\n`, { mode: 0o755 });
  return path;
}

/** Makes a folder and everything in it the test user's. */
export function give(folder: string): void {
  const user = testUser();
  if (!user) return;
  chownSync(folder, user.uid, user.gid);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    chownSync(join(entry.parentPath, entry.name), user.uid, user.gid);
}

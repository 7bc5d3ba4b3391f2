// Whether the desktop app can be opened here, and how: Electron's binary (fetched when it is missing, as its package does)
// and a display that it can draw on.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runtime } from './setup.mjs';

const packageFolder = join(root, 'node_modules', 'electron');
const downloadLimitMs = 5 * 60_000;

/** `{ electron }`, the program to start, or `{ problem }`, one sentence on why there can be no window. */
export function findElectron({ env = process.env, platform = process.platform } = {}) {
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY)
    return { problem: 'There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set)' };
  if (platform === 'linux' && process.getuid?.() === 0)
    return { problem: 'The desktop app does not run as root, since its sandbox cannot' };
  const electron = binary(env) ?? download(env);
  return electron === null ? { problem: 'Electron’s binary is not here and could not be downloaded' } : { electron };
}

function binary(env) {
  const name = readIfThere(join(packageFolder, 'path.txt')) ?? 'electron';
  const path = join(env.ELECTRON_OVERRIDE_DIST_PATH || join(packageFolder, 'dist'), name);
  return existsSync(path) ? path : null;
}

function download(env) {
  if (env.ELECTRON_OVERRIDE_DIST_PATH) return null;
  process.stderr.write('chatelaine: downloading Electron (once for each of its versions) …\n');
  spawnSync(runtime(), [join(packageFolder, 'install.js')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'ignore'],
    timeout: downloadLimitMs,
  });
  return binary(env);
}

const readIfThere = (path) => (existsSync(path) ? readFileSync(path, 'utf8').trim() : null);

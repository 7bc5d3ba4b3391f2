import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** Packs the unpacked app anew and says where its program is. `driver`: with the doors that a test attaches through. */
export function packagedApp(kind: 'driver' | 'release' = 'driver'): string {
  const args = [join(root, 'scripts', 'package.mjs'), '--dir', ...(kind === 'driver' ? ['--driver'] : [])];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The app could not be packed:\n${stdout.slice(-2_000)}\n${stderr.slice(-2_000)}`);
  return join(root, 'dist', kind, 'app', 'linux-unpacked', 'chatelaine-desktop');
}

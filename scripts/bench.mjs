// `npm run bench`: installs and builds what is missing, then measures on this machine. Every figure stands beside a
// baseline of the same run; quote medians and ratios.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root, runtime } from './setup.mjs';

ensureInstalled();
ensureBuilt();
for (const part of ['bench.ts', 'aerospike.ts', 'page.ts']) {
  const { status } = spawnSync(
    runtime(),
    ['--no-warnings', join(root, 'tests', 'bench', part), ...process.argv.slice(2)],
    { cwd: root, stdio: 'inherit' },
  );
  if (status !== 0) process.exit(status ?? 1);
}

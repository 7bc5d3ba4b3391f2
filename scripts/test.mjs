// `npm test`: from a fresh clone it installs what is missing, builds, checks and runs the whole suite. Arguments go to
// vitest (`npm test -- tests/unit`), and then the checks are left out.
import { spawnSync } from 'node:child_process';
import { ensureBuilt, ensureInstalled, keychainLibraryProblem, root } from './setup.mjs';

const chosen = process.argv.slice(2);

ensureInstalled();
ensureBuilt();
const problem = keychainLibraryProblem();
if (problem) {
  process.stderr.write(`${problem}\n`);
  if (process.env.CI) process.exit(1);
  process.stderr.write('Tests of the keychain will be left out here; CI runs them.\n');
}
if (chosen.length === 0) {
  for (const name of ['format', 'types', 'lint', 'imports', 'unused', 'docs'])
    npm(`checking ${name}`, ['run', '-s', `check:${name}`]);
}
npm('testing', ['exec', '--', 'vitest', 'run', ...chosen]);

/** npm puts the shipped Node 24 first on the PATH, so checks and tests run on what ships. */
function npm(what, args) {
  process.stderr.write(`chatelaine: ${what} …\n`);
  const { status } = spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
}

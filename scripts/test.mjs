// `npm test`: from a fresh clone it installs what is missing, builds, checks and runs the whole suite. Arguments go to
// vitest (`npm test -- tests/unit`), and then the checks are left out.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, keychainLibraryProblem, root, runtime } from './setup.mjs';

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
  step('check', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']);
  step('types', ['node_modules/typescript/bin/tsc', '--noEmit']);
  step('lint', ['node_modules/eslint/bin/eslint.js', '--max-warnings', '0', '.']);
  step('imports', [
    'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    '--config',
    '.dependency-cruiser.cjs',
    'electron',
    'tests',
  ]);
  step('unused', ['node_modules/knip/bin/knip.js']);
}
step('tests', ['node_modules/vitest/vitest.mjs', 'run', ...chosen]);

function step(name, [script, ...args]) {
  process.stderr.write(`chatelaine: ${name} …\n`);
  const { status } = spawnSync(runtime(), [join(root, script), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: `${join(runtime(), '..')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`,
    },
  });
  if (status !== 0) process.exit(status ?? 1);
}

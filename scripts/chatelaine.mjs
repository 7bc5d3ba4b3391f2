// `npm run -s chatelaine -- ARGS`: the command from a checkout, with stdin, stdout and the exit code untouched.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root, runtime, standFor } from './setup.mjs';

ensureInstalled();
ensureBuilt();
const child = spawn(runtime(), ['--disable-sigusr1', join(root, 'out', 'cli.cjs'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, CHATELAINE_COMMAND: process.env.CHATELAINE_COMMAND ?? 'npm run -s chatelaine --' },
});
standFor(child);

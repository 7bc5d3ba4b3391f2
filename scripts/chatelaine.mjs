// `npm run -s chatelaine -- ARGS`: the command from a checkout, with stdin, stdout and the exit code untouched.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root, runtime, standFor, withoutCores } from './setup.mjs';

ensureInstalled();
ensureBuilt();
const args = process.argv.slice(2);
const program = [runtime(), '--disable-sigusr1', join(root, 'out', 'cli.cjs'), ...args];
// What `exec` runs keeps its own limit.
const [command, ...rest] = args[0] === 'serve' ? withoutCores(...program) : program;
const child = spawn(command, rest, {
  stdio: 'inherit',
  env: { ...process.env, CHATELAINE_COMMAND: process.env.CHATELAINE_COMMAND ?? 'npm run -s chatelaine --' },
});
standFor(child);

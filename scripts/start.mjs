// `npm start`: from a fresh clone it installs what is missing, builds, and opens the desktop app; where there can be no
// window it serves the page. `-- --demo` tries it with made-up customers. stdout carries a headless host's one JSON line.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findElectron } from './electron.mjs';
import {
  ensureBuilt,
  ensureInstalled,
  keychainLibraryProblem,
  root,
  runtime,
  standFor,
  wantsKeychain,
  withoutCores,
} from './setup.mjs';

const args = process.argv.slice(2);
const demo = args.includes('--demo');

ensureInstalled();
ensureBuilt();
const problem = wantsKeychain(args) ? keychainLibraryProblem() : null;
if (problem) {
  process.stderr.write(
    `${problem}\nOr keep the secrets in a file sealed with a passphrase: npm start -- --vault file\n`,
  );
  process.exit(1);
}

// A port is asked for where the page is wanted.
const wantsPage = args.some((argument) => argument.startsWith('--port'));
const { electron, problem: noWindow } = wantsPage ? {} : findElectron();
if (electron) openDesktop();
else serveHeadless(noWindow);

/** A desktop that ends at once was not able to draw or to shut itself in; then there is still the page. */
function openDesktop() {
  process.stderr.write('chatelaine: opening the desktop app (Ctrl-C quits it) …\n');
  const startedAt = Date.now();
  const [command, ...rest] = withoutCores(electron, root, ...args);
  const child = spawn(command, rest, { stdio: ['ignore', 'ignore', 'inherit'], env: desktopEnvironment() });
  standFor(child, { isEnd: (code, signal) => !couldNotStart(code, signal, startedAt) });
  child.on('exit', (code, signal) => {
    if (!couldNotStart(code, signal, startedAt)) return;
    serveHeadless(`Electron ended at once (${signal ?? `code ${code}`})`);
  });
}

const couldNotStart = (code, signal, startedAt) =>
  Date.now() - startedAt < 5_000 && (signal === 'SIGTRAP' || signal === 'SIGABRT' || signal === 'SIGILL' || code > 128);

/** What would make another program of it, or its main process run somebody's code, stays here. */
function desktopEnvironment() {
  const { ELECTRON_RUN_AS_NODE, NODE_OPTIONS, ...env } = process.env;
  return env;
}

function serveHeadless(why) {
  if (why) process.stderr.write(`chatelaine: ${why}, so Chatelaine serves its page without a window.\n`);
  const [command, ...rest] = withoutCores(
    runtime(),
    '--disable-sigusr1',
    '--max-semi-space-size=2',
    join(root, 'out', 'headless.cjs'),
    ...args,
  );
  const child = spawn(command, rest, { stdio: ['inherit', 'pipe', 'inherit'] });
  standFor(child);
  createInterface({ input: child.stdout }).once('line', (line) => {
    process.stdout.write(`${line}\n`);
    const { url, home, vault } = JSON.parse(line);
    process.stderr.write(`${howToGoOn(url, home, vault)}\n`);
  });
}

function howToGoOn(url, home, vault) {
  const named = demo || process.env.CHATELAINE_HOME || args.some((arg) => arg.startsWith('--home'));
  const variables = [
    named ? `CHATELAINE_HOME=${home}` : '',
    demo ? `CHATELAINE_PASSPHRASE_FILE=${join(home, 'demo-passphrase')}` : '',
  ].filter(Boolean);
  const chatelaine = 'npm run -s chatelaine --';
  const steps = demo
    ? [
        `${chatelaine} list`,
        `${chatelaine} test acme-prod`,
        `${chatelaine} register other --name my-agent --provider akamai --json`,
        `${chatelaine} approvals`,
      ]
    : [
        `${chatelaine} import ~/.edgerc --preview`,
        `${chatelaine} import ~/.edgerc --all`,
        `${chatelaine} register other --name my-agent --provider akamai --json`,
        `${chatelaine} --help`,
      ];
  return [
    '',
    `Open ${url} in a browser (the address is good once; a new one: ${chatelaine} page).`,
    `Secrets are in the ${vault === 'file' ? 'sealed vault file' : 'keychain'}. Ctrl-C stops it.`,
    'Or go on in another terminal:',
    ...variables.map((variable) => `  export ${variable}`),
    ...steps.map((step) => `  ${step}`),
  ].join('\n');
}

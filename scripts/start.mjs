// `npm start`: from a fresh clone it installs what is missing, builds, and ends at the running host. `-- --demo` tries it
// with made-up customers. stdout carries the host's one JSON line; everything for people goes to stderr.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
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
    `Chatelaine runs without a desktop window, at ${url}; secrets are in the ${vault === 'file' ? 'sealed vault file' : 'keychain'} (Ctrl-C stops it).`,
    'Go on in another terminal:',
    ...variables.map((variable) => `  export ${variable}`),
    ...steps.map((step) => `  ${step}`),
  ].join('\n');
}

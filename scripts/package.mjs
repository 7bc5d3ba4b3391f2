// `npm run package`, `npm run package:dir`: the installers, or the unpacked app, for this machine's system. What lies
// outside the asar is staged first: the runtime, the programs, the page, the keychain addon, each for the target alone.
//   --dir      the unpacked app only
//   --driver   with the doors that a UI test driver attaches through, and without fuses: never for users
//   --arch A   x64 or arm64; this machine's by default
//   --target T one kind of installer instead of all of electron-builder.yml, e.g. tar.gz; may be given again
// ELECTRON_OVERRIDE_DIST_PATH names an Electron that is here already; else electron-builder downloads it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, giveUp, root, runtime, runtimePackages } from './setup.mjs';

const { values } = parseArgs({
  options: {
    dir: { type: 'boolean', default: false },
    driver: { type: 'boolean', default: false },
    arch: { type: 'string', default: process.arch },
    target: { type: 'string', multiple: true, default: [] },
  },
});
const platform = process.platform;
const target = `${platform}-${values.arch}`;
const work = join(root, 'dist', values.driver ? 'driver' : 'release');
const out = join(work, 'out');
const stage = join(work, 'stage');
const programs = [
  ...['bridge', 'broker', 'headless', 'cli'],
  ...['akamai', 'aerospike'].flatMap((name) => [`${name}-worker`, `${name}-stdio`, `${name}-emulator`]),
];

const installers = /\.(AppImage|deb|tar\.gz|dmg|zip|exe)$/;

ensureInstalled();
rmSync(work, { recursive: true, force: true });
mkdirSync(stage, { recursive: true });
const node = join('runtime', platform === 'win32' ? 'node.exe' : 'node');
stageRuntime();
const addons = [...stageKeychainAddon(), ...stageAerospikeAddon()];
const shipped = Object.fromEntries([node, ...addons].map((path) => [path.replaceAll('\\', '/'), hashOf(path)]));
run(runtime(), [join(root, 'scripts', 'build.mjs'), '--out', out, ...(values.driver ? [] : ['--release'])], {
  CHATELAINE_SHIPPED: JSON.stringify(shipped),
});
stagePrograms();
run(runtime(), [join(root, 'node_modules', 'electron-builder', 'cli.js'), ...builderArguments()], {
  CHATELAINE_OUT: relative(root, out),
  CHATELAINE_STAGE: relative(root, stage),
  CHATELAINE_FUSES: values.driver ? 'leave' : 'set',
});
assertOneMachine();
report();

function builderArguments() {
  const system = { linux: '--linux', darwin: '--mac', win32: '--win' }[platform];
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  // Secrets that are not set arrive as empty texts.
  const signed = Boolean(platform === 'win32' ? process.env.WIN_CSC_LINK : process.env.CSC_LINK);
  return [
    system,
    ...values.target,
    `--${values.arch}`,
    ...(values.dir ? ['--dir'] : []),
    '--publish=never',
    '--config=electron-builder.yml',
    `-c.directories.output=${join(work, 'app')}`,
    ...(dist
      ? [`-c.electronDist=${dist}`, `-c.electronVersion=${readFileSync(join(dist, 'version'), 'utf8').trim()}`]
      : []),
    // Without a publisher's name an update would not be checked against it; unsigned builds have none.
    ...(platform === 'win32' && signed && process.env.CHATELAINE_PUBLISHER
      ? [`-c.win.signtoolOptions.publisherName=${process.env.CHATELAINE_PUBLISHER}`]
      : []),
    ...(platform === 'darwin' && process.env.APPLE_API_KEY ? ['-c.mac.notarize=true'] : []),
    ...(platform === 'darwin' && !signed ? ['-c.mac.identity=null'] : []),
  ];
}

/** The shipped Node. CHATELAINE_NODE names another one, as the release workflow does for Apple silicon. */
function stageRuntime() {
  const name = platform === 'win32' ? 'node.exe' : 'node';
  const from = process.env.CHATELAINE_NODE ?? join(root, 'node_modules', runtimePackages[target] ?? '', 'bin', name);
  if (!existsSync(from)) giveUp(`There is no Node for ${target}: ${from}. Name one in CHATELAINE_NODE.`);
  mkdirSync(join(stage, 'runtime'));
  cpSync(from, join(stage, 'runtime', name));
  chmodSync(join(stage, 'runtime', name), 0o755);
}

/** keytar without its sources and without the addons of other systems. */
function stageKeychainAddon() {
  const from = join(root, 'node_modules', 'keytar');
  const to = join('node_modules', 'keytar');
  mkdirSync(join(stage, to, 'prebuilds'), { recursive: true });
  for (const part of ['package.json', 'LICENSE.md', 'lib'])
    cpSync(join(from, part), join(stage, to, part), { recursive: true });
  const wanted = readdirSync(join(from, 'prebuilds')).filter(
    (name) => name === target || name === `linuxmusl-${values.arch}`,
  );
  if (!wanted.includes(target)) giveUp(`keytar has no addon for ${target}.`);
  return wanted
    .filter((name) => platform === 'linux' || name === target)
    .flatMap((name) => {
      cpSync(join(from, 'prebuilds', name), join(stage, to, 'prebuilds', name), { recursive: true });
      return readdirSync(join(stage, to, 'prebuilds', name)).map((file) => join(to, 'prebuilds', name, file));
    });
}

/**
 * The addon of the Aerospike client alone; its JavaScript is in the worker's bundle. What the package lacks comes from
 * outside: CHATELAINE_LIBYAML names macOS's libyaml, which the addon is then linked to; CHATELAINE_AEROSPIKE_DLLS the
 * folder with aerospike.dll and pthreadVC2.dll for Windows. Without them the app says on each profile what is missing.
 */
function stageAerospikeAddon() {
  const abi = spawnSync(runtime(), ['-p', 'process.versions.modules'], { encoding: 'utf8' }).stdout.trim();
  const folder = join('node_modules', 'aerospike', 'lib', 'binding', `node-v${abi}-${target}`);
  if (!existsSync(join(root, folder, 'aerospike.node')))
    giveUp(`There is no Aerospike addon for ${target}: ${folder}.`);
  mkdirSync(join(stage, folder), { recursive: true });
  const put = (from) => {
    cpSync(from, join(stage, folder, basename(from)));
    return join(folder, basename(from));
  };
  const addon = put(join(root, folder, 'aerospike.node'));
  if (platform === 'win32' && process.env.CHATELAINE_AEROSPIKE_DLLS)
    return [
      addon,
      ...['aerospike.dll', 'pthreadVC2.dll'].map((name) => put(join(process.env.CHATELAINE_AEROSPIKE_DLLS, name))),
    ];
  if (platform !== 'darwin' || !process.env.CHATELAINE_LIBYAML) return [addon];
  const library = put(process.env.CHATELAINE_LIBYAML);
  const linked = spawnSync('otool', ['-L', join(stage, addon)], { encoding: 'utf8' }).stdout;
  const [, before] = /^\s+(\S*libyaml\S*)/m.exec(linked) ?? giveUp('The Aerospike addon is not linked to libyaml.');
  run('install_name_tool', ['-change', before, `@loader_path/${basename(library)}`, join(stage, addon)], {});
  // What was altered does not load on Apple silicon until it is signed again; the app's own signature comes after this.
  for (const path of [library, addon]) run('codesign', ['--force', '--sign', '-', join(stage, path)], {});
  return [addon, library];
}

function stagePrograms() {
  mkdirSync(join(stage, 'programs'));
  for (const name of programs) cpSync(join(out, `${name}.cjs`), join(stage, 'programs', `${name}.cjs`));
  cpSync(join(out, 'catalogue.json'), join(stage, 'programs', 'catalogue.json'));
  cpSync(join(out, 'page'), join(stage, 'programs', 'page'), { recursive: true });
  mkdirSync(join(stage, 'icons'));
  for (const file of readdirSync(join(root, 'resources', 'icons')).filter((name) => /^(app|tray).*\.png$/.test(name)))
    cpSync(join(root, 'resources', 'icons', file), join(stage, 'icons', file));
  mkdirSync(join(stage, 'bin'));
  const command = platform === 'win32' ? 'chatelaine.cmd' : 'chatelaine';
  cpSync(join(root, 'resources', 'bin', command), join(stage, 'bin', command));
  cpSync(join(root, 'LICENSE'), join(stage, 'LICENSE'));
  run(runtime(), [join(root, 'scripts', 'notices.mjs'), join(stage, 'THIRD-PARTY-NOTICES.txt')], {});
}

/** Runtime, addon and Electron are for the machine that was asked for; another one's would fail only at the user. */
function assertOneMachine() {
  const found = [node, ...addons].map((path) => [path, machineOf(join(stage, path))]);
  for (const [path, machine] of found)
    if (machine !== values.arch) giveUp(`${path} is for ${machine}, and this is a package for ${values.arch}.`);
}

/** From the header of an ELF, Mach-O or PE file. */
function machineOf(path) {
  const bytes = readFileSync(path);
  const codes = { 0x3e: 'x64', 0xb7: 'arm64', 0x01000007: 'x64', 0x0100000c: 'arm64', 0x8664: 'x64', 0xaa64: 'arm64' };
  const magic = bytes.readUInt32BE(0);
  const code =
    magic === 0x7f454c46
      ? bytes.readUInt16LE(18)
      : magic === 0xcffaedfe
        ? bytes.readUInt32LE(4)
        : bytes.readUInt16LE(bytes.readUInt32LE(0x3c) + 4);
  return codes[code] ?? `an unknown machine (${code})`;
}

/** How large each part is, so that growth is seen. */
function report() {
  const parts = Object.fromEntries(readdirSync(stage).map((name) => [name, sizeOf(join(stage, name))]));
  const unpacked = readdirSync(join(work, 'app')).find((name) => /unpacked$|^mac/.test(name));
  if (unpacked) parts[`${unpacked} (all)`] = sizeOf(join(work, 'app', unpacked));
  for (const name of readdirSync(join(work, 'app')).filter((file) => installers.test(file)))
    parts[name] = sizeOf(join(work, 'app', name));
  for (const [name, bytes] of Object.entries(parts))
    process.stdout.write(`${name.padEnd(32)}${(bytes / 1e6).toFixed(1).padStart(8)} MB\n`);
  const isSigned = Boolean(
    platform === 'win32' ? process.env.WIN_CSC_LINK : platform === 'darwin' && process.env.CSC_LINK,
  );
  writeFileSync(join(work, 'signed.txt'), `${target}: ${isSigned ? 'signed' : 'NOT signed'}\n`);
  writeFileSync(join(work, 'sizes.json'), `${JSON.stringify(parts, null, 2)}\n`);
}

function sizeOf(path) {
  const facts = statSync(path);
  return facts.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0) : facts.size;
}

function hashOf(path) {
  return createHash('sha256')
    .update(readFileSync(join(stage, path)))
    .digest('hex');
}

function run(command, args, variables) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...variables } });
  if (status !== 0) giveUp(`${basename(args[0])} failed.`);
}

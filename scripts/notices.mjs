// Writes the third-party notices: name, version, licence and licence text of every package whose code is in what we ship.
// The bundles tell which: rolldown and vite keep each module's path, so packages are those with a module in them.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { giveUp, root } from './setup.mjs';

const [target] = process.argv.slice(2);
if (!target) giveUp('Usage: notices.mjs FILE');
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);

/** What is bundled or copied, with everything those need. Build and test tools are not. */
const tools =
  /^(@axe-core\/|@electron\/fuses|@modelcontextprotocol\/client|@tailwindcss\/|@types\/|@vitejs\/|dependency-cruiser|electron(-builder)?$|eslint|fast-check|gpt-tokenizer|knip|playwright-core|prettier|rolldown|tailwindcss|typescript|vite)/;
/** Run when a package is installed, and no part of what runs afterwards. */
const installers = /^(@mapbox\/node-pre-gyp|bindings|husky|nan|node-gyp|npm-run-all)$/;
const roots = [
  ...Object.keys(dependencies),
  ...Object.keys(optionalDependencies).filter((name) => !/^node-/.test(name)),
  ...Object.keys(devDependencies).filter((name) => !tools.test(name)),
];
const found = new Map();
for (const name of roots) collect(name, '');

function collect(name, from) {
  if (installers.test(name)) return;
  const path = locate(name, from);
  if (path === null || found.has(path)) return;
  found.set(path, name);
  const entry = packages[path];
  for (const needed of Object.keys({ ...entry.dependencies, ...entry.peerDependencies })) collect(needed, path);
}

/** As Node resolves it: beside the one that needs it, then further up. */
function locate(name, from) {
  for (let folder = from; ; folder = folder.replace(/\/?node_modules\/(?:@[^/]+\/)?[^/]+$/, '')) {
    const path = `${folder ? `${folder}/` : ''}node_modules/${name}`;
    if (packages[path] && !/^@types\//.test(name)) return existsSync(join(root, path)) ? path : null;
    if (folder === '') return null;
  }
}

const texts = [...found].sort().map(([path]) => {
  const folder = join(root, path);
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `Licensed under ${license}.`;
  return `${name} ${version} (${license})\n\n${text}`;
});
writeFileSync(
  target,
  `Chatelaine contains the following packages. Electron and Chromium carry their own notices beside the app; Node.js is\nlicensed as https://github.com/nodejs/node/blob/main/LICENSE says.\n\n${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`,
);

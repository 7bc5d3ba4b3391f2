// Bundles every program into out/, and the page into out/page. Children first: their hashes are compiled into the hosts,
// which compare them before each spawn. CommonJS, because one format must serve Electron's main process too.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { rolldown } from 'rolldown';
import { build as buildPage } from 'vite';
import { ensureInstalled, giveUp, root } from './setup.mjs';

ensureInstalled();

// `--release`: what users install; --out FOLDER; CHATELAINE_SHIPPED: hashes of the runtime and addon that go with it.
const {
  values: { release, out = join(root, 'out') },
} = parseArgs({ options: { release: { type: 'boolean', default: false }, out: { type: 'string' } } });
const shipped = process.env.CHATELAINE_SHIPPED ?? '{}';
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const stubs = join(root, 'electron', 'servers', 'akamai', 'api', 'stubs');
const ofAkamai = { axios: join(stubs, 'axios.ts'), pino: join(stubs, 'pino.ts') };
const ofAerospike = { bindings: join(root, 'electron/servers/aerospike/connection/stubs/bindings.cjs') };

const children = {
  bridge: { entry: 'electron/bridge/main.ts' },
  broker: { entry: 'electron/platform/keychain/broker.ts', external: ['keytar'] },
  'akamai-worker': { entry: 'electron/servers/akamai/worker.ts', alias: ofAkamai },
  'akamai-stdio': { entry: 'electron/servers/akamai/stdio.ts', alias: ofAkamai },
  'akamai-emulator': { entry: 'electron/emulators/akamai/main.ts' },
  'aerospike-worker': { entry: 'electron/servers/aerospike/worker.ts', alias: ofAerospike },
  'aerospike-stdio': { entry: 'electron/servers/aerospike/stdio.ts', alias: ofAerospike },
  'aerospike-emulator': { entry: 'electron/emulators/aerospike/main.ts' },
  catalogue: { entry: 'electron/servers/catalogue.ts', alias: { ...ofAkamai, ...ofAerospike } },
};
const hosts = {
  headless: { entry: 'electron/headless/main.ts' },
  cli: { entry: 'electron/cli/main.ts' },
  main: { entry: 'electron/main/main.ts', external: ['electron'] },
};
/** Runs in the sandbox of a window, so it imports nothing of ours. */
const preload = { entry: 'electron/preload/preload.ts', external: ['electron'] };

mkdirSync(out, { recursive: true });
const hashes = {};
for (const [name, program] of Object.entries(children)) hashes[`${name}.cjs`] = await bundle(name, program, {});
writeCatalogue();
await bundle('preload', preload, {});
await buildPage({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn', build: { outDir: join(out, 'page') } });
for (const [name, program] of Object.entries(hosts))
  await bundle(name, program, { BUNDLE_HASHES: JSON.stringify(hashes) });

async function bundle(name, { entry, external = [], alias = {} }, define) {
  const build = await rolldown({
    input: join(root, entry),
    platform: 'node',
    external,
    // Its `main` is a UMD file that no bundler can look into.
    resolve: { alias: { ...alias, 'jsonc-parser': join(root, 'node_modules/jsonc-parser/lib/esm/main.js') } },
    transform: {
      define: { APP_VERSION: JSON.stringify(version), RELEASE: String(release), SHIPPED_HASHES: shipped, ...define },
      target: 'node18',
    },
    onLog(level, log, print) {
      if (level === 'warn' && log.code === 'EVAL') return;
      print(level, log);
    },
  });
  const file = join(out, `${name}.cjs`);
  await build.write({ file, format: 'cjs', codeSplitting: false, minify: false });
  await build.close();
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** The tool catalogue is printed by the tool definitions themselves; then its program has done its work. */
function writeCatalogue() {
  const program = join(out, 'catalogue.cjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status !== 0) giveUp(`The tool catalogue could not be written: ${stderr}`);
  writeFileSync(join(out, 'catalogue.json'), stdout);
  rmSync(program);
  delete hashes['catalogue.cjs'];
}

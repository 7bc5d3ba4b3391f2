import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temp-folder.ts';

interface Cruise {
  modules: { source: string; dependencies: unknown[] }[];
  summary: { violations: { from: string; to: string; rule: { name: string } }[] };
}

const root = join(import.meta.dirname, '../..');

function cruise(folder: string): Cruise {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'electron'];
  const { stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (!stdout.startsWith('{')) throw new Error(`dependency-cruiser gave no result: ${stderr}`);
  return JSON.parse(stdout) as Cruise;
}

const ownModules = ({ modules }: Cruise): string[] =>
  modules.map(({ source }) => source).filter((source) => /^electron\/.*\.tsx?$/.test(source));

const sourcesIn = (folder: string): string[] =>
  readdirSync(join(folder, 'electron'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => join('electron', path));

describe('imports', () => {
  it('point one way, and every module was looked at', { timeout: 60_000 }, () => {
    const result = cruise(root);
    expect(result.summary.violations).toEqual([]);
    expect(ownModules(result).sort()).toEqual(sourcesIn(root).sort());
    // A cruiser that cannot parse would see every file and no import.
    expect(result.modules.flatMap(({ dependencies }) => dependencies).length).toBeGreaterThan(sourcesIn(root).length);
  });

  it('that point the wrong way are found', { timeout: 60_000 }, () => {
    const copy = temporaryFolder();
    for (const name of ['electron', 'package.json', 'tsconfig.json', '.dependency-cruiser.cjs'])
      cpSync(join(root, name), join(copy, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const plant = (path: string, text: string): void => writeFileSync(join(copy, 'electron', path), text);
    plant('core/planted.ts', "import '../platform/data-folder.ts';\n");
    plant('core/planted-keytar.ts', "import 'keytar';\n");
    plant('platform/planted.ts', "import '../cli/dates.ts';\n");
    plant('bridge/planted.ts', "import '../core/failure.ts';\n");
    plant('servers/akamai/planted.ts', "import '../../core/credentials/vault.ts';\n");
    plant('emulators/planted.ts', "import type { Log } from '../core/log.ts';\nexport type X = Log;\n");
    const found = cruise(copy).summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`);
    expect(found).toEqual(
      expect.arrayContaining([
        'electron/core/planted.ts: core-imports-core',
        'electron/core/planted-keytar.ts: only-the-broker-imports-keytar',
        'electron/platform/planted.ts: platform-imports-core',
        'electron/bridge/planted.ts: bridge-stands-alone',
        'electron/servers/akamai/planted.ts: servers-import-the-kit',
        'electron/emulators/planted.ts: emulators-stand-alone',
      ]),
    );
  });
});

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import baseline from '../support/electronegativity-baseline.json' with { type: 'json' };
import { makeTemporaryFolder } from '../support/temp-folder.ts';

// No dependency of ours: it is large, and has no other use. CI fetches it; elsewhere it is left out where npm cannot.
const checker = '@doyensec/electronegativity@1.10.3';
const root = join(import.meta.dirname, '..', '..');
const isReachable =
  Boolean(process.env.CI) || spawnSync('npm', ['view', checker, 'version'], { timeout: 15_000 }).status === 0;
if (!isReachable) console.warn(`Electron's checklist is left out: npm does not reach ${checker}`);

let folder: string;
beforeAll(() => {
  folder = makeTemporaryFolder();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.skipIf(!isReachable)(
  'has none of the known weaknesses of Electron apps beyond those that were looked at',
  { timeout: 300_000 },
  () => {
    const sources = join(folder, 'sources');
    for (const part of ['electron/main', 'electron/preload', 'renderer/index.html', 'package.json']) {
      mkdirSync(join(sources, part, '..'), { recursive: true });
      cpSync(join(root, part), join(sources, part), { recursive: true });
    }
    // It asks for the list of Electron's releases, and where that cannot be had it falls over its own retry.
    const guard = join(folder, 'guard.cjs');
    writeFileSync(guard, "process.on('uncaughtException', () => undefined);\n");
    const report = join(folder, 'report.csv');
    const { stdout, stderr } = spawnSync(
      'npm',
      ['exec', '--yes', '--package', checker, '--', 'electronegativity', '-i', sources, '-o', report],
      { cwd: folder, encoding: 'utf8', timeout: 280_000, env: { ...process.env, NODE_OPTIONS: `--require=${guard}` } },
    );
    const rows = readFileSync(report, 'utf8').split('\n').slice(1).filter(Boolean);
    expect(rows.length, stdout + stderr).toBeGreaterThan(0);
    const found = new Map<string, number>();
    for (const row of rows) {
      const [, rule = row, path = ''] = /^(\w+),"\w+","\w+","([^"]+)"/.exec(row) ?? [];
      const what = `${rule} in ${path === 'N/A' ? path : relative(sources, path)}`;
      found.set(what, (found.get(what) ?? 0) + 1);
    }
    const accepted = baseline.map(({ rule, file, count }) => [`${rule} in ${file}`, count] as const);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(accepted));
  },
);

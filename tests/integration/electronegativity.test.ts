import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
    const check = (): { rule: string; path: string }[] | null => {
      rmSync(report, { force: true });
      spawnSync(
        'npm',
        ['exec', '--yes', '--package', checker, '--', 'electronegativity', '-i', sources, '-o', report],
        { cwd: folder, encoding: 'utf8', timeout: 90_000, env: { ...process.env, NODE_OPTIONS: `--require=${guard}` } },
      );
      const text = existsSync(report) ? readFileSync(report, 'utf8') : '';
      const rows = text.split('\n').slice(1).filter(Boolean);
      const parsed = rows.map((row) => /^(\w+),"\w+","\w+","([^"]+)"/.exec(row));
      const whole = parsed.flatMap((row) => (row ? [{ rule: row[1] ?? '', path: row[2] ?? '' }] : []));
      return whole.length > 0 && whole.length === rows.length ? whole : null;
    };
    // It writes its report while it falls over, and now and then a row is cut: such a report says nothing.
    const rows = check() ?? check() ?? check() ?? expect.fail('No report of the checker could be read.');
    const found = new Map<string, number>();
    for (const { rule, path } of rows) {
      const what = `${rule} in ${path === 'N/A' ? path : relative(sources, path)}`;
      found.set(what, (found.get(what) ?? 0) + 1);
    }
    const accepted = baseline.map(({ rule, file, count }) => [`${rule} in ${file}`, count] as const);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(accepted));
  },
);

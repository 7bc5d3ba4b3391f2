// `npm run screenshots`: installs and builds what is missing, then photographs every page in both themes, at three widths,
// empty, full, failing and locked. Open test-results/screenshots/index.html and look. CHROMIUM names another browser.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, giveUp, root, runtime } from './setup.mjs';

const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(chromium)) giveUp(`There is no Chromium at ${chromium}. Install it, or name one with CHROMIUM.`);
ensureInstalled();
ensureBuilt();
const { status } = spawnSync(
  runtime(),
  ['--no-warnings', join(root, 'tests', 'screenshots', 'screenshots.ts'), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
process.exit(status ?? 1);

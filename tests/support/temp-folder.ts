import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { onTestFinished } from 'vitest';

/** A private folder that is gone when the current test is over. */
export const temporaryFolder = (): string => {
  const folder = makeTemporaryFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** A private folder whose caller removes it. */
export const makeTemporaryFolder = (): string => realpathSync(mkdtempSync(join(tmpdir(), 'chatelaine-')));

import { defineConfig } from 'vitest/config';
import type { Reporter } from 'vitest/node';

/** What cannot run on a laptop says so there; in CI nothing may be left out. */
const nothingSkipped: Reporter = {
  onTestCaseResult(test) {
    if (test.result().state !== 'skipped') return;
    process.stderr.write(`skipped in CI: ${test.fullName}\n`);
    process.exitCode = 1;
  },
};

// unit: sources, in process. integration: the built programs in out/, real processes, sockets, keyrings.
export default defineConfig({
  test: {
    reporters: process.env.CI ? ['default', nothingSkipped] : ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/{unit,ports,architecture}/**/*.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['tests/{integration,e2e}/**/*.test.ts'],
          testTimeout: 90_000,
          hookTimeout: 90_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

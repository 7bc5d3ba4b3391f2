import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestHost, expectFailure, type TestHost } from '../support/test-host.ts';

/** A stand-in for the installed desktop app: what the command does with it, whatever it is (tests/e2e has the real one). */
describe.skipIf(process.platform === 'win32')('a command that was installed with the desktop app', () => {
  let test: TestHost;
  beforeEach(async () => {
    test = await createTestHost();
    // A vault is there, and no host has ever written down how it was started.
    await test.start();
    await test.run('stop');
    await rm(join(test.home, 'launch.json'));
    test.environment.DISPLAY = ':4242';
  });
  afterEach(() => test.close());

  async function installed(script: string): Promise<() => Promise<string>> {
    const path = join(test.folder, 'desktop');
    const calls = join(test.folder, 'calls');
    await writeFile(calls, '');
    await writeFile(path, `#!/bin/sh\necho "$@" >> '${calls}'\n${script}\n`);
    await chmod(path, 0o755);
    test.environment.CHATELAINE_DESKTOP = path;
    return () => readFile(calls, 'utf8');
  }

  it.each(['exit 1', 'kill -TRAP $$'])(
    'goes on with a headless host, after one try, when the app does %s',
    async (end) => {
      const calls = await installed(`echo '[1:2/3:ERROR:x.cc(1)] Missing X server or $DISPLAY' >&2; ${end}`);
      expect((await test.run('list')).code).toBe(0);
      expect(await calls()).toBe(`--hidden --home ${test.home}\n`);
      expect(await test.json('status')).toMatchObject({ desktop: false, onDemand: true });
    },
  );

  it('takes the app’s own no for an answer', async () => {
    await installed('echo "The keychain is not there." >&2; echo "Start it." >&2; exit 70');
    expectFailure(await test.run('list'), 1, 'The keychain is not there.', 'Start it.');
    expect((await test.run('status')).code).toBe(1);
  });

  it('does not try the app where nothing can be shown', async () => {
    const calls = await installed('exit 1');
    delete test.environment.DISPLAY;
    expect((await test.run('list')).code).toBe(0);
    expect(await calls()).toBe('');
  });
});

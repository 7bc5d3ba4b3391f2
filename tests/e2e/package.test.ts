import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asTestUser, desktopMissing, give, startDisplay, type Display } from '../support/display.ts';
import { packagedApp } from '../support/packaged.ts';
import { makeTemporaryFolder } from '../support/temp-folder.ts';

const missing = desktopMissing();
if (missing) console.warn(`The packaged app is left out: ${missing}`);

describe.runIf(!missing)('what users install', () => {
  let app: string;
  let resources: string;
  let display: Display;
  const folders: string[] = [];

  beforeAll(async () => {
    app = packagedApp('release');
    resources = join(dirname(app), 'resources');
    display = await startDisplay();
  }, 180_000);
  afterAll(() => {
    display.stop();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  /** Starts the app for a few seconds, as a person's session would, and says how it ended and what it said. */
  function start(program: string, args: string[], variables: Record<string, string> = {}) {
    const folder = makeTemporaryFolder();
    folders.push(folder);
    const wrapper = asTestUser(program, folder);
    give(folder);
    const { status, signal, stdout, stderr } = spawnSync('timeout', ['-s', 'TERM', '6', wrapper, ...args], {
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        DISPLAY: display.name,
        CHATELAINE_HOME: join(folder, 'data'),
        ...variables,
      },
    });
    return { folder, status, signal, said: `${stdout}${stderr}` };
  }

  it('has the fuses that shut it, as the artefact itself says', async () => {
    const wire = await getCurrentFuseWire(app);
    const stateOf = (fuse: keyof typeof FuseV1Options) => wire[FuseV1Options[fuse]];
    for (const off of [
      'RunAsNode',
      'EnableNodeOptionsEnvironmentVariable',
      'EnableNodeCliInspectArguments',
      'LoadBrowserProcessSpecificV8Snapshot',
    ] as const)
      expect(stateOf(off), off).toBe(FuseState.DISABLE);
    for (const on of [
      'EnableCookieEncryption',
      'EnableEmbeddedAsarIntegrityValidation',
      'OnlyLoadAppFromAsar',
    ] as const)
      expect(stateOf(on), on).toBe(FuseState.ENABLE);
  });

  it('runs no other program in its name, whatever the environment and the arguments say', () => {
    const canary = 'console.log("PWNED"); process.exit(0)';
    for (const [args, variables] of [
      [['-e', canary], { ELECTRON_RUN_AS_NODE: '1' }],
      [[], { NODE_OPTIONS: `--require ${join(import.meta.dirname, '..', 'support', 'pwned.cjs')}` }],
    ] as const)
      expect(start(app, [...args], variables).said).not.toContain('PWNED');
  });

  it('opens no door for a debugger', () => {
    const { said } = start(app, ['--remote-debugging-port=9339', '--inspect=9340']);
    expect(said).not.toMatch(/DevTools listening|Debugger listening/);
  });

  it('carries what is needed outside the archive, for this machine alone, with notices', () => {
    for (const path of [
      'runtime/node',
      'programs/broker.cjs',
      'programs/bridge.cjs',
      'programs/page/index.html',
      'bin/chatelaine',
    ])
      expect(existsSync(join(resources, path)), path).toBe(true);
    expect(statSync(join(resources, 'bin', 'chatelaine')).mode & 0o111).not.toBe(0);
    expect(existsSync(join(resources, 'node_modules', 'keytar', 'prebuilds', 'darwin-arm64'))).toBe(false);
    const notices = readFileSync(join(resources, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    const bindings = join(resources, 'node_modules', 'aerospike', 'lib', 'binding');
    expect(readdirSync(bindings)).toEqual([expect.stringMatching(`^node-v\\d+-${process.platform}-${process.arch}$`)]);
    for (const name of ['react ', 'zod ', '@modelcontextprotocol/server ', '@github/keytar ', 'aerospike '])
      expect(notices).toContain(name);
    expect(notices).not.toContain('eslint ');
  });

  it('has the command, which runs by itself from wherever a link leads to it', () => {
    const folder = makeTemporaryFolder();
    folders.push(folder);
    spawnSync('ln', ['-s', join(resources, 'bin', 'chatelaine'), join(folder, 'chatelaine')]);
    const { status, stdout } = spawnSync(join(folder, 'chatelaine'), ['--version'], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', HOME: folder, CHATELAINE_HOME: join(folder, 'data') },
    });
    expect([status, stdout.trim()]).toEqual([
      0,
      (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version,
    ]);
  });

  it('does not start with a runtime that was changed after it was built', () => {
    const folder = makeTemporaryFolder();
    folders.push(folder);
    cpSync(dirname(app), join(folder, 'app'), { recursive: true });
    appendFileSync(join(folder, 'app', 'resources', 'runtime', 'node'), '\n');
    give(folder);
    const { said } = start(join(folder, 'app', 'chatelaine-desktop'), ['--demo', '--hidden']);
    expect(said).toContain('runtime/node is not the file that this version of Chatelaine was built with');
  });
});

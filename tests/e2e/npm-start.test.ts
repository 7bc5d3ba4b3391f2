import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDesktopWorld, descendantsOf, eventually, isAlive, type DesktopWorld } from '../support/desktop-world.ts';
import { desktopMissing, testUser } from '../support/display.ts';

const missing = desktopMissing();
if (missing) console.warn(`npm start with a display is left out: ${missing}`);
const root = join(import.meta.dirname, '..', '..');

/** The script behind `npm start`, as an ordinary user of a machine where everything is installed and built. */
describe.runIf(!missing)('npm start', () => {
  let world: DesktopWorld;
  beforeEach(async () => {
    world = await createDesktopWorld();
  });
  afterEach(() => world.close());

  function start(variables: Record<string, string>) {
    const child = spawn(process.execPath, [join(root, 'scripts', 'start.mjs'), '--demo'], {
      ...testUser(),
      cwd: root,
      env: {
        ...world.environment,
        ELECTRON_OVERRIDE_DIST_PATH: process.env.ELECTRON_OVERRIDE_DIST_PATH ?? '',
        ...variables,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    return { child, exited, stdout: () => stdout, stderr: () => stderr };
  }

  it('opens the desktop app where there is a display, and ends it with Ctrl-C', async () => {
    const { child, exited, stdout, stderr } = start({});
    const pid = await world.hostPid();
    expect(await world.json('status')).toMatchObject({ desktop: true, demo: true, locked: false });
    expect(stderr()).toMatch(/^chatelaine: opening the desktop app \(Ctrl-C quits it\) …\n/);
    expect(stdout()).toBe('');
    const all = descendantsOf(child.pid ?? 0);
    expect(all).toContain(pid);
    child.kill('SIGINT');
    expect(await exited, stderr()).toBe(0);
    await eventually(() => all.filter(isAlive)).toEqual([]);
  });

  it.each([
    [
      'there is no display',
      { DISPLAY: '' },
      /There is no display here .*so Chatelaine serves its page without a window\./,
    ],
    [
      'the display does not answer',
      { DISPLAY: ':4242' },
      /Electron ended at once .*so Chatelaine serves its page without a window\./,
    ],
  ])('serves the page, and says in a line why, where %s', async (_, variables, why) => {
    const { child, exited, stdout, stderr } = start(variables);
    await eventually(stdout).toMatch(/^\{"url":"http:\/\/127\.0\.0\.1:\d+\/#token=/);
    expect(stderr()).toMatch(why);
    expect(await world.json('status')).toMatchObject({ desktop: false, demo: true });
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
  });
});

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Client } from '@modelcontextprotocol/client';
import type { ElectronApplication, Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startProgram, textOf, type Entry } from '../support/built-app.ts';
import {
  agent,
  askAs,
  commandOf,
  createDesktopWorld,
  descendantsOf,
  eventually,
  groups,
  isAlive,
  register,
  type DesktopWorld,
  type Started,
} from '../support/desktop-world.ts';
import { desktopMissing, testUser } from '../support/display.ts';

const missing = desktopMissing();
if (missing) console.warn(`The desktop app is left out: ${missing}`);

const contracts = { name: 'akamai_list_contracts', arguments: { customer: 'acme-prod' } };

/** The demo's own emulator answers its next call late. */
async function slowDown(world: DesktopWorld, delayMs: number): Promise<void> {
  const { fields } = await world.json<{ fields: { host: string } }>('show', 'acme-prod');
  await fetch(new URL('/__emulator/faults', fields.host.replace(/^(?!http)/, 'http://')), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'slow', delayMs, times: 1 }),
  });
}

const inFlight = async (world: DesktopWorld): Promise<number> =>
  (await world.json<{ workers: { inFlight: number }[] }>('status')).workers.reduce((sum, one) => sum + one.inFlight, 0);

const ended = (electron: ElectronApplication): Promise<number | null> =>
  new Promise((resolve) => {
    const { exitCode } = electron.process();
    if (exitCode === null) electron.process().once('exit', (code) => resolve(code));
    else resolve(exitCode);
  });

describe.runIf(!missing)('a start of the desktop app', () => {
  let world: DesktopWorld;
  beforeEach(async () => {
    world = await createDesktopWorld();
  });
  afterEach(() => world.close());

  const chooseFile = (page: Page, passphrase: string): Promise<void> =>
    askAs(page, 'setup.chooseVault', { kind: 'file' }, passphrase);

  it('without a window shows one only while there is no vault, and then keeps where it stood', async () => {
    const first = await world.drive('--hidden');
    const page = await first.firstWindow();
    await page.getByRole('heading', { name: 'Welcome to Chatelaine' }).waitFor();
    await chooseFile(page, world.passphrase);
    const bounds = { x: 210, y: 130, width: 900, height: 640 };
    await first.evaluate(({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]?.setBounds(to), bounds);
    await eventually(() =>
      first.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds()),
    ).toEqual(bounds);
    await Promise.all([ended(first), first.evaluate(({ app }) => void setTimeout(() => app.quit(), 0))]);

    const hidden = await world.drive('--hidden');
    await world.hostPid();
    expect(await hidden.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(0);
    expect((await world.json<{ locked: boolean }>('status')).locked).toBe(true);
    expect(await world.open().exited).toBe(0);
    const again = await hidden.firstWindow();
    await again.getByLabel('Passphrase').waitFor();
    expect(await hidden.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())).toEqual(bounds);
    // Nothing of it lies anywhere but in the data folder.
    for (const name of ['Chatelaine', 'chatelaine', 'Electron'])
      expect(existsSync(join(world.folder, 'person', '.config', name))).toBe(false);
  });

  it('tells what is due as a notification, whose click opens it', async () => {
    const electron = await world.drive();
    const page = await electron.firstWindow();
    await page.getByRole('heading', { name: 'Welcome to Chatelaine' }).waitFor();
    await electron.evaluate(({ Notification }) => {
      const seen = globalThis as unknown as { notices: Electron.Notification[] };
      seen.notices = [];
      Notification.isSupported = () => true;
      Notification.prototype.show = function show(this: Electron.Notification) {
        seen.notices.push(this);
      };
    });
    await chooseFile(page, world.passphrase);
    const section = {
      name: 'acme-prod',
      host: 'akab-x.luna.akamaiapis.net',
      clientToken: 'akab-token',
      clientSecret: 'secret',
      accessToken: 'akab-access',
      rotateEveryDays: 1,
    };
    expect((await world.runWith(JSON.stringify(section), 'add', 'akamai', '--json', '-')).code).toBe(0);
    const titles = (): Promise<string[]> =>
      electron.evaluate(() =>
        (globalThis as unknown as { notices: Electron.Notification[] }).notices.map(({ title }) => title),
      );
    await eventually(titles).toEqual(['acme-prod is due within a day']);
    // Time goes on while the machine sleeps; nothing but its waking says so.
    await electron.evaluate(({ powerMonitor }) => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + 2 * 86_400_000;
      powerMonitor.emit('resume');
    });
    await eventually(titles).toEqual(['acme-prod is due within a day', 'acme-prod is overdue']);
    await electron.evaluate(({ powerMonitor }) => powerMonitor.emit('unlock-screen'));
    await electron.evaluate(() =>
      (globalThis as unknown as { notices: Electron.Notification[] }).notices.at(-1)?.emit('click'),
    );
    await page.getByRole('heading', { name: 'acme-prod' }).first().waitFor();
    expect(await titles()).toHaveLength(2);
  });

  it('opens no door for a debugger, by whatever signal', async () => {
    const { pid } = world.open('--demo');
    await world.hostPid();
    for (let round = 0; round < 3; round += 1) process.kill(pid, 'SIGUSR1');
    expect((await world.run('test', 'acme-prod')).code).toBe(0);
    await expect(
      new Promise((resolve, reject) => {
        connect(9229, '127.0.0.1').once('connect', resolve).once('error', reject);
      }),
    ).rejects.toThrow('ECONNREFUSED');
    expect(isAlive(pid)).toBe(true);
  });
});

describe.runIf(!missing)('the end of the desktop app', () => {
  let world: DesktopWorld;
  let started: Started;
  let client: Client;
  let entry: Entry;
  let children: number[];

  beforeEach(async () => {
    world = await createDesktopWorld();
    started = world.open('--demo');
    await world.hostPid();
    entry = await register(world);
    client = await world.client(entry);
    expect(textOf(await client.callTool(groups))).toContain('acme-prod');
    children = descendantsOf(started.pid);
    expect(children.length).toBeGreaterThan(3);
  });
  afterEach(async () => {
    await client.close();
    await world.close();
  });
  const noChild = () => eventually(() => children.filter(isAlive).map(commandOf)).toEqual([]);

  it('waits for a call in flight when a person quits, then nothing of it is left', async () => {
    await slowDown(world, 5_000);
    const asked = client.callTool(contracts);
    await eventually(() => inFlight(world)).toBe(1);
    const at = Date.now();
    const stopped = world.run('stop');
    expect(textOf(await asked)).toContain('acme-prod');
    expect(Date.now() - at).toBeGreaterThan(3_000);
    expect((await stopped).code).toBe(0);
    expect(await started.exited).toBe(0);
    await noChild();
    expect(existsSync(join(world.home, 'host.lock'))).toBe(false);
  });

  it('comes within seconds when it is told to a second time, or by a signal', async () => {
    await slowDown(world, 60_000);
    const asked = client.callTool(contracts).catch(() => null);
    await eventually(() => inFlight(world)).toBe(1);
    const stopped = world.run('stop');
    await new Promise((resume) => setTimeout(resume, 1_000));
    expect(isAlive(started.pid)).toBe(true);
    const at = Date.now();
    started.child.kill('SIGTERM');
    expect(await started.exited).toBe(0);
    expect(Date.now() - at).toBeLessThan(6_000);
    await stopped;
    await noChild();
    await client.close();
    await asked;
  });

  it('comes, with code 1, also when something of it will not end', async () => {
    const emulator = children.find((pid) => commandOf(pid).includes('akamai-emulator'));
    process.kill(emulator ?? 0, 'SIGSTOP');
    const at = Date.now();
    started.child.kill('SIGTERM');
    expect(await started.exited).toBe(1);
    expect(Date.now() - at).toBeLessThan(12_000);
    process.kill(emulator ?? 0, 'SIGCONT');
    await noChild();
  });

  it('by a kill leaves a folder that opens again, where its clients find it', async () => {
    started.child.kill('SIGKILL');
    await started.exited;
    await noChild();
    const again = world.open('--demo');
    expect(await world.hostPid()).toBe(again.pid);
    expect(textOf(await client.callTool(groups))).toContain('acme-prod');
    expect((await world.json<{ name: string }[]>('list')).map(({ name }) => name)).toContain('acme-prod');
    expect((await world.run('activity', '--verify')).code).toBe(0);
  });

  it('is no end for a client that needs it: it comes back without a window', async () => {
    expect((await world.run('stop')).code).toBe(0);
    await started.exited;
    expect(textOf(await client.callTool(groups))).toContain('acme-prod');
    const facts = await world.json<{ desktop: boolean; demo: boolean; pid: number }>('status');
    expect(facts).toMatchObject({ desktop: true, demo: true });
    expect(commandOf(facts.pid)).toContain('--hidden');
    expect((await world.run('stop')).code).toBe(0);
  });

  it('leaves a client without a display with a sentence, and a command with a headless host', async () => {
    expect((await world.run('stop')).code).toBe(0);
    await started.exited;
    // What the last host wrote down names the display that it had.
    const launch = join(world.home, 'launch.json');
    expect(readFileSync(launch, 'utf8')).toContain('"--hidden"');
    await client.close();
    world.environment.DISPLAY = ':4242';
    client = await world.client(entry);
    expect(client.getInstructions()).toContain('Chatelaine is not running and could not be started.');
    world.environment.CHATELAINE_PASSPHRASE_FILE = join(world.home, 'demo-passphrase');
    const listed = await world.run('list');
    expect(listed.code, listed.stderr).toBe(0);
    expect(await world.json('status')).toMatchObject({ desktop: false, onDemand: true });
    expect(textOf(await client.callTool(groups))).toContain('acme-prod');
    expect((await world.run('stop')).code).toBe(0);
  });
});

describe.runIf(!missing)('a command that was installed with the desktop app', () => {
  it('starts it without a window where no host ever ran', async () => {
    const world = await createDesktopWorld();
    try {
      world.environment.CHATELAINE_PASSPHRASE_FILE = join(world.folder, 'passphrase');
      const served = await startProgram(['serve', '--vault', 'file'], world.environment, testUser() ?? {});
      await served.stop();
      rmSync(join(world.home, 'launch.json'));
      const app = join(world.folder, 'installed-desktop');
      const binary = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? '', 'electron');
      writeFileSync(app, `#!/bin/sh\nexec '${binary}' '${process.cwd()}' "$@"\n`, { mode: 0o755 });
      world.environment.CHATELAINE_DESKTOP = app;
      const listed = await world.run('list');
      expect(listed.code, listed.stderr).toBe(0);
      const facts = await world.json<{ pid: number }>('status');
      expect(facts).toMatchObject({ desktop: true, locked: false });
      expect(commandOf(facts.pid)).toContain(`--hidden --home ${world.home}`);
      expect((await world.run('stop')).code).toBe(0);
    } finally {
      await world.close();
    }
  });
});

describe.runIf(!missing)('a headless host that was started on demand', () => {
  it('makes room for the desktop app, and the client’s session lives on', async () => {
    const world = await createDesktopWorld();
    try {
      world.environment.CHATELAINE_PASSPHRASE_FILE = join(world.folder, 'passphrase');
      const served = await startProgram(['serve', '--vault', 'file'], world.environment, testUser() ?? {});
      const section = {
        name: 'acme-prod',
        host: 'akab-x.luna.akamaiapis.net',
        clientToken: 'a',
        clientSecret: 'b',
        accessToken: 'c',
      };
      await world.runWith(JSON.stringify(section), 'add', 'akamai', '--json', '-');
      const client = await agent(world);
      await served.stop();
      const list = { name: 'akamai_list_customers', arguments: {} };
      expect(textOf(await client.callTool(list))).toBe('acme-prod');
      expect(await world.json('status')).toMatchObject({ onDemand: true, desktop: false });
      // Hidden it would have nothing to show, so it leaves the place to who has it.
      expect(await world.open('--hidden').exited).toBe(75);
      const { pid } = world.open();
      await eventually(async () => (await world.json<{ pid: number }>('status')).pid).toBe(pid);
      expect(await world.json('status')).toMatchObject({ desktop: true, onDemand: false });
      expect(textOf(await client.callTool(list))).toBe('acme-prod');
      await client.close();
    } finally {
      await world.close();
    }
  });
});

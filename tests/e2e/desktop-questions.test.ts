import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@modelcontextprotocol/client';
import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agent, askAs, atHome, createDesktopWorld, eventually, type DesktopWorld } from '../support/desktop-world.ts';
import { desktopMissing } from '../support/display.ts';

const missing = desktopMissing();
if (missing) console.warn(`The desktop app is left out: ${missing}`);

const shownWindows = (electron: ElectronApplication): Promise<string[]> =>
  electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()
      .filter((window) => window.isVisible())
      .map((window) => window.webContents.getURL().replace(/.*#/, '#')),
  );

const purge = {
  name: 'akamai_purge_urls',
  arguments: { customer: 'acme-prod', network: 'staging', urls: ['https://www.acme.example/'] },
};

describe.runIf(!missing)('questions in the desktop app', () => {
  let world: DesktopWorld;
  let electron: ElectronApplication;
  let page: Page;
  let client: Client;

  beforeAll(async () => {
    world = await createDesktopWorld();
    electron = await world.drive('--demo');
    page = await electron.firstWindow();
    await atHome(page);
    client = await agent(world);
  });
  afterAll(async () => {
    await client.close();
    await world.close();
  });

  /** To lock less than before needs the person. */
  const passphrase = (): string => readFileSync(join(world.home, 'demo-passphrase'), 'utf8').trim();
  const waiting = (): Promise<{ id: string }[]> => world.json('approvals');
  const approvalWindow = async (): Promise<Page> => {
    await eventually(() => electron.windows().some((window) => window.url().endsWith('#/approve'))).toBe(true);
    const found = electron.windows().find((window) => window.url().endsWith('#/approve'));
    if (!found) throw new Error('No approval window');
    await found.locator('[data-approval]').first().waitFor();
    return found;
  };
  const focused = (): Promise<string | null> =>
    electron.evaluate(({ BrowserWindow }) => BrowserWindow.getFocusedWindow()?.webContents.getURL() ?? null);
  const closeApproval = (): Promise<void> =>
    electron.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()
        .find((window) => window.webContents.getURL().endsWith('#/approve'))
        ?.close(),
    );

  it('open above all others without taking the focus', async () => {
    await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.focus());
    await eventually(focused).toBe(page.url());
    const asked = client.callTool(purge);
    await approvalWindow();
    await eventually(() => shownWindows(electron)).toContain('#/approve');
    expect(await focused()).toBe(page.url());
    expect(
      await electron.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows().map((window) => [window.isAlwaysOnTop(), window.isFocused()]),
      ),
    ).toEqual(
      expect.arrayContaining([
        [true, false],
        [false, true],
      ]),
    );
    const [first] = await waiting();
    expect((await world.run('deny', first?.id ?? '')).code).toBe(0);
    expect((await asked).isError).toBe(true);
    await eventually(() => shownWindows(electron)).not.toContain('#/approve');
  });

  it('stay when their window is closed, and come back with the next one', async () => {
    const first = client.callTool(purge);
    await approvalWindow();
    await closeApproval();
    expect(await waiting()).toHaveLength(1);
    const second = client.callTool({ ...purge, arguments: { ...purge.arguments, customer: 'globex' } });
    const window = await approvalWindow();
    await eventually(() => window.locator('[data-approval]').count()).toBeGreaterThan(0);
    expect(await waiting()).toHaveLength(2);
    for (const { id } of await waiting()) await world.run('deny', id);
    expect((await first).isError).toBe(true);
    expect((await second).isError).toBe(true);
  });

  it('can be brought back from the tray and from the menu', async () => {
    // The tray's own menu cannot be asked for, so that it is built is what is looked at.
    await electron.evaluate(({ Menu }) => {
      const seen = globalThis as unknown as { menus: (Electron.MenuItemConstructorOptions | Electron.MenuItem)[][] };
      const build = Menu.buildFromTemplate.bind(Menu);
      seen.menus = [];
      Menu.buildFromTemplate = (template) => {
        seen.menus.push(template);
        return build(template);
      };
    });
    const asked = client.callTool(purge);
    await approvalWindow();
    await closeApproval();
    await eventually(() => shownWindows(electron)).not.toContain('#/approve');
    // The tray is told of the question a moment after its window opens.
    await eventually(() =>
      electron.evaluate(() => {
        const { menus } = globalThis as unknown as { menus: Electron.MenuItemConstructorOptions[][] };
        return (menus.at(-1) ?? []).map(({ label }) => label);
      }),
    ).toContain('Answer approvals');
    const labels = await electron.evaluate(() => {
      const last = (globalThis as unknown as { menus: Electron.MenuItemConstructorOptions[][] }).menus.at(-1) ?? [];
      (last.find(({ label }) => label === 'Answer approvals')?.click as (() => void) | undefined)?.();
      return last.map(({ label }) => label ?? '—');
    });
    expect(labels).toEqual([
      'Chatelaine: 1 approval waits',
      '—',
      'Open Chatelaine',
      'Answer approvals',
      'Lock',
      '—',
      'Quit Chatelaine',
    ]);
    await approvalWindow();
    await eventually(() => shownWindows(electron)).toContain('#/approve');
    await electron.evaluate(({ Menu }) => {
      const go = Menu.getApplicationMenu()?.items.find(({ label }) => label === 'Go');
      go?.submenu?.items.find(({ label }) => label === 'Approvals')?.click();
    });
    await page.getByRole('heading', { level: 1, name: 'Approvals' }).waitFor();
    for (const { id } of await waiting()) await world.run('deny', id);
    expect((await asked).isError).toBe(true);
  });

  it.each([
    ['suspend', { onSleep: true, onSessionLock: false }],
    ['lock-screen', { onSleep: false, onSessionLock: true }],
  ] as const)('are all denied by a lock on %s, where that was set', async (event, lock) => {
    const signal = (name: string): Promise<unknown> =>
      electron.evaluate(({ powerMonitor }, told) => powerMonitor.emit(told), name);
    const isLocked = async (): Promise<boolean> => (await world.json<{ locked: boolean }>('status')).locked;
    const set = (change: object): Promise<void> => askAs(page, 'settings.set', { lock: change }, passphrase());
    await set({ onSleep: false, onSessionLock: false });
    await signal(event);
    await new Promise((resume) => setTimeout(resume, 300));
    expect(await isLocked()).toBe(false);
    await set(lock);
    const asked = client.callTool(purge);
    await approvalWindow();
    await signal(event);
    await eventually(isLocked).toBe(true);
    expect((await asked).isError).toBe(true);
    await eventually(() => shownWindows(electron)).not.toContain('#/approve');
    world.environment.CHATELAINE_PASSPHRASE_FILE = join(world.home, 'demo-passphrase');
    expect((await world.run('unlock')).code).toBe(0);
    await set({ onSleep: false, onSessionLock: false });
  });

  it('follow a session that Linux only tells of when it is asked', async () => {
    const set = (onSessionLock: boolean): Promise<void> =>
      askAs(page, 'settings.set', { lock: { onSessionLock } }, passphrase());
    await set(true);
    await electron.evaluate(({ powerMonitor }) => {
      powerMonitor.getSystemIdleState = () => 'locked';
    });
    await eventually(async () => (await world.json<{ locked: boolean }>('status')).locked).toBe(true);
    await electron.evaluate(({ powerMonitor }) => {
      powerMonitor.getSystemIdleState = () => 'active';
    });
    expect((await world.run('unlock')).code).toBe(0);
    await set(false);
  });
});

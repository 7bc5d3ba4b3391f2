import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scanFolder, patternsOf } from '../support/canary-scan.ts';
import { createDesktopWorld, eventually, type DesktopWorld } from '../support/desktop-world.ts';
import { desktopMissing } from '../support/display.ts';
import { keyringMissing, startKeyring, type Keyring } from '../support/keyring.ts';
import { startEmulator, type EmulatedAkamai } from '../support/test-host.ts';

const missing = desktopMissing() ?? keyringMissing();
if (missing) console.warn(`The desktop app on a keychain is left out: ${missing}`);

describe.runIf(!missing)('the desktop app on the keychain of its person', () => {
  let keyring: Keyring;
  let world: DesktopWorld;
  let akamai: EmulatedAkamai;
  let electron: ElectronApplication;
  let page: Page;
  const isLocked = async (): Promise<boolean> => (await world.json<{ locked: boolean }>('status')).locked;

  beforeAll(async () => {
    keyring = await startKeyring({ forTestUser: true });
    world = await createDesktopWorld(keyring.environment);
    akamai = await startEmulator();
    electron = await world.drive();
    page = await electron.firstWindow();
  });
  afterAll(async () => {
    await world.close();
    await akamai.stop();
    await keyring.stop();
  });

  it('takes it as its vault after a round trip through it', async () => {
    await page.getByRole('heading', { name: 'Welcome to Chatelaine' }).waitFor();
    await page.getByLabel('In the keychain of this computer').check();
    await page.getByRole('button', { name: 'Keep secrets there' }).click();
    await page.getByRole('heading', { level: 1, name: 'Welcome', exact: true }).waitFor();
    expect(await world.json('status')).toMatchObject({ vault: 'keychain', locked: false, desktop: true });
  });

  it('keeps a credential there and nowhere else, and lends it', async () => {
    const [acme] = akamai.credentials;
    const added = await world.runWith(JSON.stringify({ ...acme, name: 'acme-prod' }), 'add', 'akamai', '--json', '-');
    expect(added.code, added.stderr).toBe(0);
    expect((await world.run('test', 'acme-prod')).code).toBe(0);
    const patterns = patternsOf({ secret: acme?.clientSecret ?? '', token: acme?.accessToken ?? '' });
    expect(await scanFolder(patterns, world.folder, (path) => path === join(world.folder, 'passphrase'))).toEqual([]);
  });

  it('is open again after a restart, with nobody asked', async () => {
    await electron.close();
    electron = await world.drive('--hidden');
    await world.hostPid();
    expect(await isLocked()).toBe(false);
    expect((await world.run('test', 'acme-prod')).code).toBe(0);
    expect(await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(0);
  });

  it('waits with a keyring that its person has yet to unlock, and says so on its page', async () => {
    await electron.close();
    await keyring.restartLocked();
    electron = await world.drive();
    await world.hostPid();
    expect(await isLocked()).toBe(true);
    page = await electron.firstWindow();
    await page.getByRole('button', { name: /unlock/i }).waitFor();
    expect(await page.content()).not.toContain('acme-prod');
    expect((await world.run('test', 'acme-prod')).code).toBe(3);
    await keyring.restart();
    await page.getByRole('button', { name: /unlock/i }).click();
    await eventually(isLocked).toBe(false);
    expect((await world.run('test', 'acme-prod')).code).toBe(0);
  });
});

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, chromium, type Browser, type ElectronApplication, type Page } from 'playwright-core';
import { bareEnvironment, chatelaine, startProgram, type HostLine, type Program, type Ran } from './built-app.ts';
import { asTestUser, desktopMissing, give, startDisplay, type Display } from './display.ts';
import { makeTemporaryFolder } from './temp-folder.ts';

/** The page in Debian's Chromium over a headless host, or Electron's window. The same stories run in both. */
export type ShellName = 'page' | 'desktop';

export interface Shell {
  name: ShellName;
  page: Page;
  folder: string;
  home: string;
  environment: Record<string, string>;
  passphrase: string;
  /** What the page's console said at the level of a warning or an error; a story ends with none. */
  complaints: string[];
  run(...args: string[]): Promise<Ran>;
  json<Value>(...args: string[]): Promise<Value>;
  runWith(input: string, ...args: string[]): Promise<Ran>;
  /** Where the question of an approval is answered: the native window, or the panel of the page. */
  approval(): Promise<Page>;
  /** Electron's own handle, for what only a desktop does. */
  electron: ElectronApplication | null;
  close(): Promise<void>;
}

const chromiumPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const chromiumFlags = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const missing = desktopMissing();
if (missing) console.warn(`Stories in Electron are left out: ${missing}`);
export const shells: readonly ShellName[] = missing ? ['page'] : ['page', 'desktop'];

export interface ShellOptions {
  /** `demo`: the emulator and its customers; `file`: an empty vault, unlocked; `none`: nothing chosen yet (desktop only). */
  start?: 'demo' | 'file' | 'none';
  /** Further variables of the host. */
  variables?: Record<string, string>;
  size?: { width: number; height: number };
  passphrase?: string;
  /** A packaged app instead of the checkout. */
  packaged?: string;
}

export async function openShell(name: ShellName, options: ShellOptions = {}): Promise<Shell> {
  const { start = 'demo', size = { width: 1280, height: 800 } } = options;
  const folder = makeTemporaryFolder();
  const home = join(folder, 'data');
  const person = join(folder, 'person');
  mkdirSync(person);
  const passphrase = options.passphrase ?? 'correct horse battery staple';
  const passphraseFile = join(folder, 'passphrase');
  writeFileSync(passphraseFile, `${passphrase}\n`, { mode: 0o600 });
  const environment: Record<string, string> = {
    ...bareEnvironment(),
    HOME: person,
    XDG_CONFIG_HOME: join(person, '.config'),
    CHATELAINE_HOME: home,
    CHATELAINE_PASSPHRASE_FILE: start === 'demo' ? join(home, 'demo-passphrase') : passphraseFile,
    ...options.variables,
  };
  const args = [...(start === 'demo' ? ['--demo'] : []), ...(start === 'file' ? ['--vault', 'file'] : [])];
  const complaints: string[] = [];
  const opened = await (name === 'page'
    ? openPage(environment, args, size)
    : openDesktop(environment, args, folder, size, options.packaged));
  listen(opened.page, complaints);
  opened.page.context().setDefaultTimeout(10_000);
  const runWith = (input: string, ...rest: string[]): Promise<Ran> => chatelaine(rest, environment, input);
  const run = (...rest: string[]): Promise<Ran> => runWith('', ...rest);
  return {
    ...opened,
    name,
    folder,
    home,
    environment,
    passphrase,
    complaints,
    run,
    runWith,
    async json(...rest) {
      const ran = await run(...rest, '--json');
      if (ran.code !== 0) throw new Error(`${rest.join(' ')}: ${ran.stderr}`);
      return JSON.parse(ran.stdout) as never;
    },
    async close() {
      await opened.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** For the eyes of whoever looks for the cause: the page as it was when a test failed, in test-results/. */
export async function showFailure(shell: Shell, task: { name: string; result?: { state: string } }): Promise<void> {
  if (task.result?.state !== 'fail') return;
  const path = join('test-results', `${shell.name} ${task.name.slice(0, 60).replaceAll(/[^\w ]/g, '')}.png`);
  await shell.page.screenshot({ path }).catch(() => undefined);
}

function listen(page: Page, complaints: string[]): void {
  page.on('console', (message) => {
    if (['warning', 'error'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
}

async function openPage(environment: Record<string, string>, args: string[], size: { width: number; height: number }) {
  const host: Program = await startProgram(['serve', ...args], environment);
  const { url } = JSON.parse(host.firstLine) as HostLine;
  const browser: Browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumFlags });
  const context = await browser.newContext({ viewport: size, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(url);
  return {
    page,
    electron: null,
    approval: async () => page,
    async close() {
      await browser.close();
      await host.stop();
    },
  };
}

async function openDesktop(
  environment: Record<string, string>,
  args: string[],
  folder: string,
  size: { width: number; height: number },
  packaged: string | undefined,
) {
  const display: Display = await startDisplay();
  const binary = packaged ?? join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? '', 'electron');
  const root = join(import.meta.dirname, '..', '..');
  const executablePath = asTestUser(binary, folder);
  give(folder);
  const electron = await _electron.launch({
    executablePath,
    args: [...(packaged ? [] : [root]), ...args],
    chromiumSandbox: true,
    env: { ...environment, DISPLAY: display.name },
    timeout: 30_000,
  });
  const page = await electron.firstWindow();
  await electron.evaluate(({ BrowserWindow }, { width, height }) => {
    BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
  }, size);
  return {
    page,
    electron,
    async approval() {
      // A window is announced before it has an address.
      for (let tries = 0; tries < 200; tries += 1) {
        const found = electron.windows().find((window) => window.url().endsWith('#/approve'));
        if (found) return found;
        await new Promise((resume) => setTimeout(resume, 50));
      }
      throw new Error('No approval window was opened');
    },
    async close() {
      await electron.close().catch(() => undefined);
      display.stop();
    },
  };
}

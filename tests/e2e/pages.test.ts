import { AxeBuilder } from '@axe-core/playwright';
import type { Client } from '@modelcontextprotocol/client';
import type { Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectClient, type Entry } from '../support/built-app.ts';
import { failEverything } from '../support/failing-host.ts';
import { goTo, overflows, placesOf, settle, type Place } from '../support/places.ts';
import { openShell, shells, showFailure, type Shell } from '../support/shell.ts';

const themes = ['light', 'dark'] as const;
const widths = [1280, 768, 420];
const places = placesOf('acme-prod');

const pagesThatAsk = /^(Home|Credentials|Credential|Profile|Clients|Approvals|Activity|Servers)$/;

/** Every page in both themes, as a screen reader, a narrow window and the console see it. */
describe.each(shells)('every page in the %s', (name) => {
  let shell: Shell;
  let client: Client;
  afterEach(({ task }) => showFailure(shell, task));

  beforeAll(async () => {
    shell = await openShell(name);
    await shell.page.emulateMedia({ reducedMotion: 'reduce' });
    await shell.page.getByText('acme-prod was added').first().waitFor();
    const entry = await shell.json<Entry>('register', 'other', '--name', 'story', '--provider', 'akamai');
    client = await connectClient(entry);
    await client.callTool({ name: 'akamai_list_groups', arguments: { customer: 'acme-prod' } });
  });
  afterAll(async () => {
    await client.close().catch(() => undefined);
    await shell.close();
  });

  const resize = async (width: number): Promise<void> => {
    if (shell.electron) {
      await shell.electron.evaluate(({ BrowserWindow }, wanted) => {
        const main = BrowserWindow.getAllWindows().find(
          ({ webContents }) => !webContents.getURL().endsWith('/approve'),
        );
        main?.setContentSize(wanted, 800);
      }, width);
      await shell.page.waitForFunction((wanted) => window.innerWidth === wanted, width);
    } else await shell.page.setViewportSize({ width, height: 800 });
    await settle(shell.page);
  };

  /** Both themes at the widest and the narrowest; nothing sticks out at any width. */
  async function examine(show: () => Promise<void>): Promise<void> {
    for (const width of widths) {
      await resize(width);
      await show();
      expect(await overflows(shell.page), `at ${width} px`).toEqual([]);
      if (width === 768) continue;
      for (const colorScheme of themes) {
        await shell.page.emulateMedia({ colorScheme });
        await settle(shell.page);
        expect(await shell.page.evaluate(() => document.documentElement.dataset.theme)).toBe(colorScheme);
        expect(await violations(shell.page), `${colorScheme} at ${width} px`).toEqual([]);
      }
    }
  }

  it('says on its first page whether everything is all right', async () => {
    await shell.page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    expect(await shell.page.title()).toBe('Home · Chatelaine');
  });

  it.each(places)('$name: axe finds nothing, and nothing sticks out', async (place: Place) => {
    await examine(() => goTo(shell.page, place));
  });

  it('an approval that waits: axe finds nothing on its card, wherever it shows', async () => {
    const asked = client.callTool({
      name: 'akamai_purge_urls',
      arguments: { customer: 'acme-prod', network: 'production', urls: ['https://www.acme.example/logo.png'] },
    });
    const window = await shell.approval();
    await window.locator('[data-armed=true]').first().waitFor();
    if (name === 'desktop') {
      for (const colorScheme of themes) {
        await window.emulateMedia({ colorScheme });
        await settle(window);
        expect(await violations(window), colorScheme).toEqual([]);
      }
      expect(await overflows(window)).toEqual([]);
    }
    for (const wanted of ['Home', 'Approvals', 'Add']) {
      const place = places.find((one) => one.name === wanted);
      if (place) await examine(() => goTo(shell.page, place));
    }
    const [waiting] = await shell.json<{ id: string }[]>('approvals');
    await shell.run('deny', waiting?.id ?? '');
    expect((await asked).isError).toBe(true);
  });

  it('is of use without a mouse: find, open, test, and back where one was', async () => {
    const { page } = shell;
    await resize(1280);
    await goTo(page, { name: 'Home', address: '#/', see: 'Home' });
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.getByRole('heading', { level: 1, name: 'Credentials' }).waitFor();
    await page.keyboard.press('/');
    expect(await focused(page)).toMatch(/Find credentials/);
    await page.keyboard.press('Control+K');
    await page.keyboard.type('acme-pr');
    await page.getByRole('option', { name: /acme-prod/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Credential acme-prod' }).waitFor();
    await tabTo(page, /^Test$/);
    await page.keyboard.press('Enter');
    await page
      .getByRole('region')
      .getByText(/accepted|works|good/i)
      .first()
      .waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('region', { name: 'Credential acme-prod' }).waitFor({ state: 'detached' });
    await tabTo(page, /^Credentials grid$/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: /^Credential / }).waitFor();
    expect(page.url()).toMatch(/#\/credentials\/.+/);
  });

  // A window of the desktop app asks over IPC, where no question can be answered in the host's place.
  if (name === 'page') {
    it('says on every page what failed, however narrow the window', async () => {
      const { page } = shell;
      const failing = await failEverything(page);
      for (const width of [1280, 420]) {
        await resize(width);
        for (const { name: place, address } of places.filter(({ name }) => pagesThatAsk.test(name))) {
          await page.evaluate((hash) => (location.hash = hash), address);
          await page
            .getByText(failing.message)
            .first()
            .waitFor()
            .catch(() => expect.fail(`${place} at ${width} px`));
        }
      }
      await failing.end();
      await page.reload();
    });

    it('is locked along with the host, however early in its life that is', async () => {
      const { page } = shell;
      await goTo(page, { name: 'Home', address: '#/', see: 'Home' });
      for (const held of ['**/api/changes', '**/api/call']) {
        let letGo = (): void => undefined;
        const lockedMeanwhile = new Promise<void>((resolve) => (letGo = resolve));
        const isHeld = new Promise<void>((resolve) => {
          const hold = async (route: Route): Promise<void> => {
            const isCall = held.endsWith('call');
            if (isCall && !route.request().postData()?.includes('host.status')) return route.continue();
            const answer = isCall ? await route.fetch() : null;
            resolve();
            await lockedMeanwhile;
            await (answer ? route.fulfill({ response: answer }) : route.continue());
          };
          void page.route(held, hold).then(() => page.reload());
        });
        await isHeld;
        expect((await shell.run('lock')).code).toBe(0);
        // For the page to have heard of it before the old answer comes.
        await page.waitForTimeout(300);
        letGo();
        await page.getByRole('heading', { name: 'Chatelaine is locked' }).waitFor();
        await page.unroute(held);
        expect((await shell.run('unlock')).code).toBe(0);
        await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
      }
    });
  }

  it('locked: axe finds nothing, and nothing that was held is in sight', async () => {
    expect((await shell.run('lock')).code).toBe(0);
    await examine(async () => {
      await shell.page.evaluate(() => (location.hash = '#/credentials'));
      await shell.page.getByRole('heading', { name: 'Chatelaine is locked' }).waitFor();
    });
    expect(await shell.page.content()).not.toContain('acme-prod');
  });

  it('makes its page complain of nothing, least of all of what its policy forbids', () => {
    expect(shell.complaints).toEqual([]);
  });
});

async function violations(page: Page): Promise<object[]> {
  // Electron has no second page for axe to work in.
  const found = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return found.violations.map(({ id, nodes }) => ({
    id,
    nodes: nodes.map(({ html, failureSummary }) => [html, failureSummary]),
  }));
}

/** The name of what has the focus, and its role where it is not a button. It must be seen to have it. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return '';
    if (!element.matches(':focus-visible')) return `not seen: ${element.outerHTML.slice(0, 80)}`;
    const name = element.getAttribute('aria-label') ?? element.textContent;
    const role = element.getAttribute('role');
    return role === null ? name.trim() : `${name.trim()} ${role}`;
  });

async function tabTo(page: Page, wanted: RegExp): Promise<void> {
  const seen: string[] = [];
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const name = await focused(page);
    if (wanted.test(name)) return;
    seen.push(name);
  }
  throw new Error(`The tab key does not reach ${wanted.source}, only: ${seen.join(' | ')}`);
}

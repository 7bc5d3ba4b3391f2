import type { Page } from 'playwright-core';

/** A page, or a sheet over it, by its address; `see` says when it has arrived. */
export interface Place {
  name: string;
  address: string;
  /** The name of the heading of the page, or of the dialog over it. */
  see: string | RegExp;
  /** What a person does there first, to see more of it. */
  then?: (page: Page) => Promise<void>;
}

const press =
  (name: string | RegExp) =>
  (page: Page): Promise<void> =>
    page.getByRole('button', { name }).first().click();

/** An Aerospike profile of the demo, whose fields are others than an Akamai section's. */
export const demoProfile = 'demo-admin';

/** Every page and sheet of a vault with the demo's credentials, one of them `credential`, and one registered client. */
export const placesOf = (credential: string): Place[] => [
  { name: 'Home', address: '#/', see: 'Home' },
  { name: 'Credentials', address: '#/credentials', see: 'Credentials' },
  { name: 'Credential', address: `#/credentials/${credential}`, see: credential },
  {
    name: 'Credential, more',
    address: `#/credentials/${credential}`,
    see: credential,
    then: press('More'),
  },
  {
    name: 'Credential, reveal',
    address: `#/credentials/${credential}`,
    see: credential,
    then: press('Reveal Client secret'),
  },
  { name: 'Profile', address: `#/credentials/${demoProfile}`, see: demoProfile },
  { name: 'Add', address: '#/credentials?open=add', see: 'Add a credential' },
  {
    name: 'Add a profile',
    address: '#/credentials?open=add',
    see: 'Add a credential',
    then: async (page) => {
      await page.getByLabel('Provider').selectOption('aerospike');
    },
  },
  { name: 'Edit a profile', address: `#/credentials/${demoProfile}?open=edit`, see: `Edit ${demoProfile}` },
  { name: 'Edit', address: `#/credentials/${credential}?open=edit`, see: `Edit ${credential}` },
  {
    name: 'Replace',
    address: `#/credentials/${credential}?open=replace`,
    see: `Replace the secrets of ${credential}`,
  },
  { name: 'Import', address: '#/credentials?open=import', see: 'Import from .edgerc' },
  { name: 'Clients', address: '#/clients', see: 'Clients' },
  {
    name: 'Register Claude Desktop',
    address: '#/clients?open=register:claude-desktop',
    see: 'Register with Claude Desktop',
  },
  { name: 'Register another', address: '#/clients?open=register:other', see: 'Register another client' },
  { name: 'Undo a registration', address: '#/clients', see: 'Clients', then: press(/^Undo the registration/) },
  { name: 'Approvals', address: '#/approvals', see: 'Approvals' },
  { name: 'Activity', address: '#/activity', see: 'Activity' },
  {
    name: 'Activity, a line',
    address: '#/activity',
    see: 'Activity',
    then: (page) => page.getByRole('row').nth(1).click(),
  },
  { name: 'Servers', address: '#/servers', see: 'Servers' },
  { name: 'Settings', address: '#/settings', see: 'Settings' },
  { name: 'Welcome', address: '#/welcome', see: 'Welcome' },
  { name: 'Palette', address: '#/', see: 'Home', then: (page) => page.keyboard.press('Control+K') },
];

/** Goes there and waits until nothing is awaited any more. */
export async function goTo(page: Page, { address, see, then }: Place): Promise<void> {
  // Whatever is open over the page closes first; each place begins anew.
  for (let layers = 0; layers < 3; layers += 1) {
    if ((await page.locator('[role=dialog], [role=alertdialog], [role=menu]').count()) === 0) break;
    await page.keyboard.press('Escape');
    await page.waitForTimeout(50);
  }
  await page.evaluate((hash) => (location.hash = hash), '#/nowhere');
  await page.getByText('There is no such page').waitFor();
  await page.evaluate((hash) => (location.hash = hash), address);
  await page
    .getByRole('heading', { name: see, exact: typeof see === 'string' })
    .first()
    .waitFor();
  await settle(page);
  await then?.(page);
  if (then) await settle(page);
}

/** Skeletons gone, requests answered, fonts there, nothing moving. */
export async function settle(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('.skeleton') === null && document.fonts.status === 'loaded');
  await page.evaluate(async () => {
    await new Promise((resolve) => setTimeout(resolve, 120));
    await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined)));
  });
}

/** What sticks out sideways: the document, or a part of it that a person would have to scroll sideways. */
export const overflows = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    const root = document.scrollingElement;
    if (root && root.scrollWidth > window.innerWidth) found.push(`the page: ${root.scrollWidth} px`);
    for (const element of document.querySelectorAll('body *')) {
      // Files and code keep their lines; they scroll in their own box, and say so by being a `pre` or a table.
      if (element.closest('pre, table, svg')) continue;
      const { overflowX, display } = getComputedStyle(element);
      if (display === 'inline' || element.clientWidth === 0) continue;
      const scrolls = overflowX === 'auto' || overflowX === 'scroll';
      if (scrolls && element.scrollWidth > element.clientWidth + 1)
        found.push(`${element.tagName.toLowerCase()}.${element.className}: ${element.scrollWidth} px`);
      const { left, right, width } = element.getBoundingClientRect();
      if (
        width > 1 &&
        (right > window.innerWidth + 1 || left < -1) &&
        getComputedStyle(element).position !== 'absolute'
      )
        found.push(`${element.tagName.toLowerCase()} “${element.textContent.slice(0, 30)}” to ${Math.round(right)} px`);
    }
    return found;
  });

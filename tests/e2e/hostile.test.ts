import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { Dialog, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Entry } from '../support/built-app.ts';
import { akamaiCanaries } from '../support/canaries.ts';
import { goTo, settle } from '../support/places.ts';
import { openShell, shells, showFailure, type Shell } from '../support/shell.ts';

/** Runs if anything takes it for markup, a template, or an address. */
const xss = `"'><img class=pwned src=x onerror=window.pwned=1><svg onload=window.pwned=2>{{pwned}}</script><script>window.pwned=3</script>`;
const short = '<img class=pwned src=x onerror=window.pwned=4>';
/** Turns text around, hides, and ends a line where none ends. */
const bidi = 'acme\u202Egnp.exe\u2066\u200B\uFEFF';
const controls = 'a\u0007b\u001B[31mc\u0085d';

describe.each(shells)('hostile texts in the %s', (name) => {
  let shell: Shell;
  let client: Client;
  const dialogs: string[] = [];
  const windows = new Set<Page>();
  afterEach(({ task }) => showFailure(shell, task));

  beforeAll(async () => {
    shell = await openShell(name);
    watch(shell.page);
    await shell.page.getByText('acme-prod was added').first().waitFor();
  });
  afterAll(async () => {
    await client.close().catch(() => undefined);
    await shell.close();
  });

  function watch(page: Page): void {
    if (windows.has(page)) return;
    windows.add(page);
    page.on('dialog', (dialog: Dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
  }

  /** Nothing of it ran or became an element, and nothing unseen is in what is seen, read out or hovered. */
  async function expectHarmless(page: Page = shell.page): Promise<void> {
    watch(page);
    await settle(page);
    const found = await page.evaluate(() => {
      const texts = [document.title, document.body.innerText];
      for (const element of document.querySelectorAll('*'))
        for (const key of ['title', 'aria-label', 'aria-description', 'placeholder'])
          texts.push(element.getAttribute(key) ?? '');
      const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;
      const addresses = [...document.querySelectorAll('a[href], [src], form[action]')].map(
        (element) =>
          element.getAttribute('href') ?? element.getAttribute('src') ?? element.getAttribute('action') ?? '',
      );
      return {
        ran: (window as { pwned?: unknown }).pwned,
        elements: [
          ...document.querySelectorAll('.pwned, script:not([src]), iframe, object, embed, base, svg[onload]'),
        ].map(({ outerHTML }) => outerHTML),
        handlers: [...document.querySelectorAll('[onerror], [onload], [onclick], [onfocus]')].length,
        unseen: texts.flatMap((text) => {
          const at = text.search(unseen);
          return at < 0 ? [] : [JSON.stringify(text.slice(Math.max(0, at - 40), at + 20))];
        }),
        addresses: addresses.filter((address) => !/^(\/?#|\.?\/assets\/)/.test(address)),
      };
    });
    expect(found).toEqual({ ran: undefined, elements: [], handlers: 0, unseen: [], addresses: [] });
    expect(dialogs).toEqual([]);
  }

  const add = (fields: object) =>
    shell.runWith(JSON.stringify({ ...akamaiCanaries('hostile'), ...fields }), 'add', 'akamai', '--json', '-');

  it.each([
    ['bidi', bidi],
    ['zero width', 'acme\u200bprod'],
    ['control', controls],
    ['a line end', 'acme\u2028prod'],
    ['tag', 'acme\u{e0041}'],
  ])('refuses a name with %s characters, and says which field it was without them', async (_, text) => {
    const ran = await add({ name: text });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/name/i);
    expect(ran.stderr).not.toContain(text);
    expect(ran.stderr.replace(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('refuses markup nowhere, and shows it as the text that it is', async () => {
    const stored = await add({
      name: short,
      notes: `${xss}\n${bidi}\n${controls}\njavascript:window.pwned=5`,
      tags: [short, 'javascript:window.pwned=6'],
      accountSwitchKey: '1-<b>x</b>:"\'>',
    });
    expect(stored.code, stored.stderr).toBe(0);
    await goTo(shell.page, { name: 'the list', address: '#/credentials', see: 'Credentials' });
    await shell.page.getByText(short).first().waitFor();
    await expectHarmless();
    await shell.page.getByText(short).first().click();
    await shell.page.getByText('javascript:window.pwned=5').waitFor();
    const shown = await shell.page.getByRole('region').innerText();
    expect(shown).toContain(xss);
    expect(shown).toContain('‹U+202E›');
    expect(shown).toContain('‹U+001B›');
    await expectHarmless();
    for (const sheet of ['edit', 'replace']) {
      await shell.page.evaluate((wanted) => {
        location.hash = `${location.hash.replace(/\?.*/, '')}?open=${wanted}`;
      }, sheet);
      await shell.page.getByRole('dialog').waitFor();
      await expectHarmless();
      await shell.page.keyboard.press('Escape');
    }
    await shell.page.keyboard.press('Control+K');
    await shell.page.getByRole('option', { name: short }).waitFor();
    await expectHarmless();
    await shell.page.keyboard.press('Escape');
  });

  it('edits notes with unseen characters without losing or spreading them', async () => {
    const shown = await shell.json<{ notes: string }>('show', short);
    expect(shown.notes).toContain(bidi);
  });

  it('shows what an .edgerc names its sections as text, and stores no name that hides', async () => {
    const section = (title: string): string =>
      `[${title}]\nhost = akab-x.luna.akamaiapis.net\nclient_token = a\nclient_secret = b\naccess_token = c\nnotes = ${short}\n`;
    await goTo(shell.page, { name: 'import', address: '#/credentials?open=import', see: 'Import from .edgerc' });
    await shell.page.getByLabel('The .edgerc file').setInputFiles({
      name: `${short.replaceAll('/', '')}${bidi}.edgerc`,
      mimeType: 'text/plain',
      buffer: Buffer.from(
        [section(`<b class=pwned>`), section(bidi), section(controls), section('__proto__')].join('\n'),
      ),
    });
    await shell.page.getByRole('dialog').getByText('<b class=pwned>').waitFor();
    await expectHarmless();
    await shell.page.getByRole('button', { name: /^Import \d/ }).click();
    await shell.page.getByRole('button', { name: 'Show the credentials' }).waitFor();
    await expectHarmless();
    await shell.page.getByRole('button', { name: 'Show the credentials' }).click();
    const names = (await shell.json<{ name: string }[]>('list')).map((credential) => credential.name);
    expect(names.filter((one) => /[\p{Cc}\p{Cf}]/u.test(one))).toEqual([]);
    await expectHarmless();
  });

  it('refuses a file that is no .edgerc, with its text nowhere', async () => {
    await goTo(shell.page, { name: 'import', address: '#/credentials?open=import', see: 'Import from .edgerc' });
    await shell.page.getByLabel('The .edgerc file').setInputFiles({
      name: 'a.edgerc',
      mimeType: 'text/plain',
      buffer: Buffer.from(`${xss}\n[x\nclient_secret ${short}`),
    });
    await shell.page.getByRole('dialog').getByText(/./).first().waitFor();
    await expectHarmless();
  });

  it('shows a client by the name that it was given or gave itself, as text', async () => {
    expect((await shell.run('register', 'other', '--name', bidi, '--provider', 'akamai', '--json')).code).toBe(2);
    const registered = await shell.run('register', 'other', '--name', short, '--provider', 'akamai', '--json');
    expect(registered.stderr).toBe('');
    const entry = JSON.parse(registered.stdout) as Entry;
    client = new Client({ name: `${xss}${bidi}`, version: `${short}${controls}` });
    await client.connect(new StdioClientTransport({ ...entry, stderr: 'ignore' }));
    await client.listTools();
    await goTo(shell.page, { name: 'clients', address: '#/clients', see: 'Clients' });
    await shell.page.getByRole('heading', { name: short }).waitFor();
    await shell.page.getByText('window.pwned=2>{{pwned}}').first().waitFor();
    await expectHarmless();
    await shell.page
      .getByRole('button', { name: /^Verify/ })
      .first()
      .click();
    await shell.page
      .getByText(/tools, protocol/)
      .first()
      .waitFor();
    await shell.page
      .getByRole('button', { name: /^Undo the registration/ })
      .first()
      .click();
    await shell.page.getByRole('dialog').waitFor();
    await expectHarmless();
    await shell.page.keyboard.press('Escape');
  });

  it('asks about a call with hostile arguments in words that no argument can change', async () => {
    const url = `https://www.acme.example/<img/class=pwned/src=x/onerror=window.pwned=7>\u202Egnp.exe\u2066"'>`;
    const asked = client.callTool({
      name: 'akamai_purge_urls',
      arguments: { customer: 'acme-prod', network: 'production', urls: [url, 'javascript:window.pwned=8'] },
    });
    expect((await asked).isError, 'no web address').toBe(true);
    const waiting = client.callTool({
      name: 'akamai_purge_urls',
      arguments: { customer: 'acme-prod', network: 'production', urls: [url] },
    });
    const window = await shell.approval();
    await window.locator('[data-armed=true]').first().waitFor();
    const card = window.locator('[data-approval]').first();
    await card.getByText('exact arguments').click();
    const text = await card.innerText();
    expect(text).toContain('onerror=window.pwned=7');
    expect(text).toContain('‹U+202E›');
    await expectHarmless(window);
    await goTo(shell.page, { name: 'approvals', address: '#/approvals', see: 'Approvals' });
    await expectHarmless();
    const [question] = await shell.json<{ id: string }[]>('approvals');
    await shell.run('deny', question?.id ?? '');
    expect((await waiting).isError).toBe(true);
  });

  it('tells it all in the record as text, and finds it there by its text', async () => {
    await client.callTool({ name: `akamai_${short}`, arguments: {} }).catch(() => undefined);
    await client.callTool({ name: 'akamai_list_groups', arguments: { customer: xss } }).catch(() => undefined);
    await client.callTool({ name: 'akamai_list_groups', arguments: { customer: short } }).catch(() => undefined);
    await goTo(shell.page, { name: 'activity', address: '#/activity', see: 'Activity' });
    await shell.page.getByRole('row').getByText(short).first().waitFor();
    await expectHarmless();
    for (const row of [1, 2, 3, 4]) {
      await shell.page.getByRole('row').nth(row).click();
      await shell.page.getByRole('dialog').waitFor();
      await expectHarmless();
      await shell.page.keyboard.press('Escape');
      await shell.page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await goTo(shell.page, { name: 'home', address: '#/', see: 'Home' });
    await expectHarmless();
    await goTo(shell.page, { name: 'servers', address: '#/servers', see: 'Servers' });
    await expectHarmless();
  });

  it.each([
    '#/credentials/%3Cimg%20class=pwned%20src=x%20onerror=window.pwned=9%3E',
    '#/credentials/acme%E2%80%AEgnp',
    '#/credentials?open=%3Cscript%3E',
    '#/clients?open=register:%3Cscript%3E',
    '#/%22%3E%3Cimg%20class=pwned%20src=x%20onerror=window.pwned=10%3E',
    '#javascript:window.pwned=11',
    '#/__proto__',
  ])('shows an address that names %s as what it is', async (address) => {
    await shell.page.evaluate((hash) => (location.hash = hash), address);
    await expectHarmless();
  });

  it('makes its page complain of nothing: its policy had nothing to stop', () => {
    expect(shell.complaints).toEqual([]);
  });
});

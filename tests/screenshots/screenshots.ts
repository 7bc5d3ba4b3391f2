import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@modelcontextprotocol/client';
import { connectClient, type Entry } from '../support/built-app.ts';
import { akamaiCanaries } from '../support/canaries.ts';
import { failEverything } from '../support/failing-host.ts';
import { demoProfile, goTo, placesOf, settle, type Place } from '../support/places.ts';
import { openShell, type Shell, type ShellOptions } from '../support/shell.ts';

/** Every page × state × width × theme into test-results/screenshots/, with a sheet to look at them all. */
const folder = join('test-results', 'screenshots');
const widths = [1280, 768, 420];
const themes = ['light', 'dark'] as const;
const credential = 'acme-prod';
const all = placesOf(credential);
const taken: { state: string; place: string; width: number; theme: string; file: string }[] = [];

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
await withShell('demo', async (shell) => {
  const client = await fill(shell);
  await takeAll(shell, 'full', all);
  const other = await ask(shell, client);
  await takeAll(
    shell,
    'asked',
    all.filter(({ name }) => /^(Home|Credentials|Approvals|Settings)$/.test(name)),
  );
  const failing = await failEverything(shell.page);
  await takeAll(
    shell,
    'failing',
    all.filter(({ then }) => then === undefined),
  );
  await failing.end();
  await shell.run('lock');
  await shell.page.reload();
  await takeAll(shell, 'locked', [{ name: 'Locked', address: '#/', see: 'Chatelaine is locked' }]);
  await client.close();
  await other.close();
});
await withShell('file', (shell) =>
  takeAll(
    shell,
    'empty',
    all.filter(
      ({ address, name }) =>
        ![credential, demoProfile].some((known) => address.includes(known)) && !/^(Undo|Activity, a line)/.test(name),
    ),
  ),
);
writeFileSync(join(folder, 'index.html'), contactSheet());
process.stdout.write(`${taken.length} pictures: ${join(folder, 'index.html')}\n`);

async function withShell(start: NonNullable<ShellOptions['start']>, work: (shell: Shell) => Promise<void>) {
  const shell = await openShell('page', { start });
  try {
    await shell.page.getByRole('heading', { level: 1 }).first().waitFor();
    await work(shell);
  } finally {
    await shell.close();
  }
}

/** A vault as somebody has it who keeps the keys of forty customers, with a client that used some of them. */
async function fill(shell: Shell): Promise<Client> {
  await shell.page.getByText(`${credential} was added`).first().waitFor();
  const colours = ['red', 'orange', 'amber', 'green', 'teal', 'blue', 'violet', 'pink', null];
  for (let index = 0; index < 36; index += 1) {
    const name = `${['globex', 'initech', 'umbrella', 'a-customer-with-a-rather-long-name'][index % 4] ?? ''}-${String(index)}`;
    const fields = {
      ...akamaiCanaries(name),
      colour: colours[index % colours.length],
      tags: [['prod'], ['staging', 'eu'], []][index % 3],
      notes: index % 5 === 0 ? 'Managed with the delivery team; ask before purging.' : '',
      ...(index % 4 === 0 ? { rotateEveryDays: 1 + index * 10 } : {}),
    };
    await shell.runWith(JSON.stringify(fields), 'add', 'akamai', '--json', '-');
  }
  await shell.run('test', credential);
  await shell.run('test', 'globex-0');
  await shell.run('test', demoProfile);
  const entry = await shell.json<Entry>('register', 'other', '--name', 'Nightly reports', '--provider', 'akamai');
  await shell.run('register', 'other', '--name', 'Another one', '--provider', 'akamai', '--credentials', credential);
  const client = await connectClient(entry);
  for (const tool of ['akamai_list_groups', 'akamai_list_contracts', 'akamai_list_zones'])
    await client.callTool({ name: tool, arguments: { customer: credential } });
  await client.callTool({ name: 'akamai_list_groups', arguments: { customer: 'globex-0' } });
  return client;
}

/** Nobody answers these; they end with their clients, of which this answers the second. */
async function ask(shell: Shell, client: Client): Promise<Client> {
  const entry = await shell.json<Entry>('register', 'other', '--name', 'Data team', '--provider', 'aerospike');
  const administrator = await connectClient(entry);
  administrator
    .callTool({ name: 'aerospike_truncate_set', arguments: { profile: demoProfile, namespace: 'test', set: 'users' } })
    .catch(() => undefined);
  for (const network of ['production', 'staging'])
    client
      .callTool({
        name: 'akamai_purge_urls',
        arguments: { customer: credential, network, urls: ['https://www.acme.example/logo.png'] },
      })
      .catch(() => undefined);
  await shell.page.locator('[data-armed=true]').first().waitFor();
  return administrator;
}

async function takeAll({ page }: Shell, state: string, places: readonly Place[]): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    for (const place of places) {
      // A page that fails may have no heading of its own: what it has is what there is to look at.
      page.setDefaultTimeout(state === 'failing' ? 1_500 : 10_000);
      await (state === 'locked' ? settle(page) : goTo(page, place)).catch((error: unknown) => {
        if (state !== 'failing')
          process.stdout.write(`${state} ${place.name} at ${width}: ${String(error).split('\n')[0] ?? ''}\n`);
      });
      for (const theme of themes) {
        await page.emulateMedia({ colorScheme: theme });
        await settle(page).catch(() => undefined);
        const file = `${state}-${place.name.toLowerCase().replaceAll(/\W+/g, '-')}-${String(width)}-${theme}.png`;
        await page.screenshot({ path: join(folder, file) });
        taken.push({ state, place: place.name, width, theme, file });
      }
    }
  }
}

function contactSheet(): string {
  const titles = [...new Set(taken.map(({ state, place }) => `${place}: ${state}`))];
  const sections = titles.map((title) => {
    const pictures = taken.filter(({ state, place }) => `${place}: ${state}` === title);
    return `<h2>${title}</h2><div>${pictures.map(figure).join('')}</div>`;
  });
  return `<!doctype html><meta charset="utf-8"><title>Chatelaine, every page</title><style>body{font:13px system-ui;margin:24px;background:#ddd}div{display:flex;flex-wrap:wrap;gap:12px}figure{margin:0}</style>${sections.join('\n')}\n`;
}

function figure({ place, file, width, theme }: (typeof taken)[number]): string {
  const what = `${theme}, ${String(width)}`;
  return `<figure><a href="${file}"><img src="${file}" width="${String(width / 3)}" alt="${place}, ${what}"></a><figcaption>${what}</figcaption></figure>`;
}

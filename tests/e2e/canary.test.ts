import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bareEnvironment, startProgram, type Program } from '../support/built-app.ts';
import { canary } from '../support/canaries.ts';
import { patternsOf, scanBytes, type Leak } from '../support/canary-scan.ts';
import { give } from '../support/display.ts';
import { documentOf, heapOf, recordHttp, recordIpc, type Exchange } from '../support/page-memory.ts';
import { openShell, shells, showFailure, type Shell } from '../support/shell.ts';

interface Account {
  name: string;
  host: string;
  clientToken: string;
  clientSecret: string;
  accessToken: string;
}
const secretLabels = [
  ['Client token', 'clientToken'],
  ['Client secret', 'clientSecret'],
  ['Access token', 'accessToken'],
] as const;

/** A secret is where a person types it and where one asked to see it, and nowhere else, neither then nor later. */
describe.each(shells)('where secrets are in the %s', (name) => {
  const passphrase = canary('passphrase');
  const wrong = { clientToken: canary('wrong'), clientSecret: canary('wrong'), accessToken: canary('wrong') };
  let shell: Shell;
  let emulator: Program;
  let patterns: ReturnType<typeof patternsOf>;
  let typed: Account, imported: Account, replacing: Account;
  let exchanges: () => Promise<Exchange[]>;
  afterEach(({ task }) => showFailure(shell, task));

  beforeAll(async () => {
    emulator = await startProgram(['emulate', 'akamai', '--credentials', '6'], bareEnvironment());
    const { credentials } = JSON.parse(emulator.firstLine) as { credentials: Account[] };
    const [first, second, third] = credentials;
    if (!first || !second || !third) throw new Error('the emulator gave too few credentials');
    [typed, imported, replacing] = [first, second, third];
    patterns = patternsOf({
      passphrase,
      ...Object.fromEntries(
        Object.entries({ typed, imported, replacing, wrong }).flatMap(([which, account]) =>
          secretLabels.map(([, key]) => [`${which} ${key}`, account[key]]),
        ),
      ),
    });
    shell = await openShell(name, { start: name === 'desktop' ? 'none' : 'file', passphrase });
    exchanges = shell.electron ? await recordIpc(shell.electron) : recordHttp(shell.page);
    await shell.page.getByRole('heading', { level: 1 }).first().waitFor();
  });
  afterAll(async () => {
    await shell.close();
    await emulator.stop();
  });

  const dialog = () => shell.page.getByRole('dialog').last();
  const button = (label: string | RegExp) => shell.page.getByRole('button', { name: label });
  const open = (address: string) => shell.page.evaluate((hash) => (location.hash = hash), address);
  /** As by a keyboard or a paste: the driver's own way to fill would leave the text in the page's memory. */
  const type = async (label: string, text: string): Promise<void> => {
    await dialog().getByLabel(label, { exact: true }).focus();
    await shell.page.keyboard.insertText(text);
  };
  const typeSecrets = async (from: Pick<Account, 'clientToken' | 'clientSecret' | 'accessToken'>): Promise<void> => {
    for (const [label, key] of secretLabels) await type(label, from[key]);
  };
  const inDocument = async (without = ''): Promise<Leak[]> =>
    scanBytes(patterns, Buffer.from(await documentOf(shell.page, { without })), 'the document');
  const inMemory = async (): Promise<Leak[]> => scanBytes(patterns, await heapOf(shell.page), 'the memory of the page');

  async function expectNowhere(): Promise<void> {
    expect(await inDocument()).toEqual([]);
    expect(await inMemory()).toEqual([]);
  }
  async function expectInFieldsOnly(): Promise<void> {
    expect((await inDocument()).length).toBeGreaterThan(0);
    expect(await inDocument('[data-secret]')).toEqual([]);
  }

  it('would find one that a script keeps', async () => {
    await shell.page.evaluate((kept) => Object.assign(window, { kept }), typed.clientSecret);
    expect((await inMemory()).map(({ label }) => label)).toContain('typed clientSecret');
    await shell.page.evaluate(() => Reflect.deleteProperty(window, 'kept'));
    await expectNowhere();
  });

  if (name === 'desktop') {
    it('keeps no passphrase that a new vault was made with', async () => {
      await shell.page.getByLabel('In a file sealed with a passphrase').check();
      for (const label of ['Passphrase', 'The same again']) {
        await shell.page.getByLabel(label, { exact: true }).focus();
        await shell.page.keyboard.insertText(passphrase);
      }
      await expectInFieldsOnly();
      await button('Keep secrets there').click();
      await shell.page.getByRole('heading', { level: 1, name: 'Welcome', exact: true }).waitFor();
      await expectNowhere();
    });
  }

  it('keeps none that were typed and given up', async () => {
    await open('#/credentials?open=add');
    await type('Name', 'given up');
    await type('Host', 'no host at all');
    await typeSecrets(wrong);
    await expectInFieldsOnly();
    await dialog().getByRole('button', { name: 'Add', exact: true }).click();
    await dialog().getByRole('alert').first().waitFor();
    await expectInFieldsOnly();
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await dialog().waitFor({ state: 'detached' });
    await expectNowhere();
  });

  it('keeps none that were added by the form', async () => {
    await open('#/credentials?open=add');
    await type('Name', typed.name);
    await type('Host', typed.host);
    await typeSecrets(typed);
    await expectInFieldsOnly();
    await dialog().getByRole('button', { name: 'Add', exact: true }).click();
    await showDetail(typed.name);
    await expectNowhere();
  });

  it('keeps none of a file that was imported', async () => {
    const path = join(shell.folder, 'person', 'edgerc');
    writeFileSync(
      path,
      `[${imported.name}]\nhost = ${imported.host}\nclient_token = ${imported.clientToken}\nclient_secret = ${imported.clientSecret}\naccess_token = ${imported.accessToken}\n`,
      { mode: 0o600 },
    );
    if (name === 'desktop') give(join(shell.folder, 'person'));
    await open('#/credentials?open=import');
    await shell.page.getByLabel('The .edgerc file').setInputFiles(path);
    await button('Import 1 section').waitFor();
    await expectNowhere();
    await button('Import 1 section').click();
    await button('Show the credentials').click();
    await expectNowhere();
  });

  it('keeps none of an edit', async () => {
    await open(`#/credentials/${typed.name}?open=edit`);
    await type('Client secret', typed.clientSecret);
    await type('Notes', 'edited');
    await expectInFieldsOnly();
    await dialog().getByRole('button', { name: 'Save' }).click();
    await dialog().waitFor({ state: 'detached' });
    await shell.page.getByText('edited').first().waitFor();
    await expectNowhere();
  });

  it('keeps none of a replacement, whether it was refused or done', async () => {
    await open(`#/credentials/${typed.name}?open=replace`);
    await typeSecrets(wrong);
    await button('Test and switch').click();
    await dialog().getByRole('alert').first().waitFor();
    await expectInFieldsOnly();
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await dialog().waitFor({ state: 'detached' });
    await expectNowhere();
    await open(`#/credentials/${typed.name}?open=replace`);
    await typeSecrets(replacing);
    await button('Test and switch').click();
    await button(`Show ${typed.name}`).click();
    await expectNowhere();
  });

  it('shows one in its place for a while, and keeps it no longer', async () => {
    await showDetail(typed.name);
    await button('Reveal Client secret').click();
    await type('Passphrase', passphrase);
    await expectInFieldsOnly();
    await shell.page.keyboard.press('Enter');
    await shell.page.getByText(replacing.clientSecret).waitFor();
    expect((await inDocument()).map(({ label }) => label)).toEqual(['replacing clientSecret']);
    expect(await inDocument('[data-revealed]')).toEqual([]);
    await button('Hide Client secret').click();
    await expectNowhere();
  });

  it('keeps none that was in sight when its page was left or locked', async () => {
    await button('Reveal Client secret').click();
    if (await dialog().isVisible()) {
      await type('Passphrase', passphrase);
      await shell.page.keyboard.press('Enter');
    }
    await shell.page.getByText(replacing.clientSecret).waitFor();
    await button('Lock').click();
    await shell.page.getByRole('heading', { name: 'Chatelaine is locked' }).waitFor();
    await expectNowhere();
  });

  it('keeps no passphrase that unlocked', async () => {
    await shell.page.getByLabel('Passphrase').focus();
    await shell.page.keyboard.insertText(`${passphrase} but for this`);
    await expectInFieldsOnly();
    await shell.page.keyboard.press('Enter');
    await shell.page.getByText(/wrong passphrase/i).waitFor();
    await expectNowhere();
    await shell.page.getByLabel('Passphrase').focus();
    await shell.page.keyboard.insertText(passphrase);
    await shell.page.keyboard.press('Enter');
    await shell.page.getByText(typed.name).first().waitFor();
    await expectNowhere();
  });

  it('went over the wire once for each that was typed, and back only when one was revealed', async () => {
    const all = await exchanges();
    const found = (text: string): string[] => [
      ...new Set(scanBytes(patterns, Buffer.from(text), '').map(({ label }) => label)),
    ];
    expect(all.length).toBeGreaterThan(20);
    const asked = all.filter((exchange) => found(exchange.asked).length > 0);
    expect([...new Set(asked.map((exchange) => exchange.name))].sort()).toEqual([
      'credentials.add',
      'credentials.edit',
      'credentials.import',
      'credentials.previewImport',
      'credentials.replace',
      'credentials.reveal',
      'host.unlock',
      ...(name === 'desktop' ? ['setup.chooseVault'] : []),
    ]);
    const answered = all.filter((exchange) => found(exchange.answered).length > 0);
    expect([...new Set(answered.map((exchange) => exchange.name))]).toEqual(['credentials.reveal']);
    for (const exchange of answered) expect(found(exchange.answered)).toEqual(['replacing clientSecret']);
  });

  it('made its page complain of nothing', () => {
    expect(shell.complaints).toEqual([]);
  });

  async function showDetail(credential: string): Promise<void> {
    await open(`#/credentials/${credential}`);
    await shell.page.getByRole('region', { name: `Credential ${credential}` }).waitFor();
  }
});

import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShell, shells, type Shell } from '../support/shell.ts';

describe.each(shells)('a first look in the %s', (name) => {
  let shell: Shell;
  beforeAll(async () => {
    shell = await openShell(name);
  });
  afterAll(() => shell.close());

  it('says on its first page whether everything is all right', async () => {
    await shell.page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    await shell.page.getByText('acme-prod was added').waitFor();
    expect(await shell.page.title()).toBe('Home · Chatelaine');
  });

  it('shows what is held, and nothing that is secret', async () => {
    await shell.page.getByRole('link', { name: 'Credentials' }).first().click();
    await shell.page.getByText('acme-prod').first().click();
    await shell.page.getByText('Client secret').first().waitFor();
    const { violations } = await new AxeBuilder({ page: shell.page }).setLegacyMode(true).analyze();
    expect(violations).toEqual([]);
  });

  it('makes its page complain of nothing', () => {
    expect(shell.complaints).toEqual([]);
  });
});

import { AxeBuilder } from '@axe-core/playwright';
import type { Client } from '@modelcontextprotocol/client';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startAerospikeEmulator, type AerospikeEmulator } from '../../electron/emulators/aerospike/emulator.ts';
import { connectClient, type Entry } from '../support/built-app.ts';
import { canary } from '../support/canaries.ts';
import { patternsOf, scanBytes, scanFolder } from '../support/canary-scan.ts';
import { openShell, shells, showFailure, type Shell } from '../support/shell.ts';

/** A database administrator's first profile: typed into the form, tested, raised, and a password set with it. */
describe.each(shells)('an Aerospike profile in the %s', (name) => {
  const password = canary('password');
  const typed = canary('typed');
  let emulator: AerospikeEmulator;
  let shell: Shell;
  let client: Client;
  let passphrase = '';
  afterEach(({ task }) => showFailure(shell, task));
  const button = (label: string | RegExp) => shell.page.getByRole('button', { name: label, exact: true });
  const field = (label: string) => shell.page.getByRole('dialog').getByLabel(label, { exact: true });
  const open = (path: string) => shell.page.evaluate((hash) => (window.location.hash = hash), `#${path}`);
  const axe = async () => {
    // Sheets slide in: colours are looked at when they stand.
    await shell.page.waitForTimeout(300);
    const { violations } = await new AxeBuilder({ page: shell.page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  };
  /** Where the host wants the person, it asks for the passphrase. */
  const prove = async () => {
    const asked = shell.page.getByLabel('Passphrase', { exact: true });
    await asked.waitFor();
    await asked.fill(passphrase);
    await shell.page.keyboard.press('Enter');
  };

  beforeAll(async () => {
    emulator = await startAerospikeEmulator({
      auth: [
        { name: 'operator', password, roles: ['user-admin', 'sys-admin', 'read-write'] },
        { name: 'app', password: 'as-it-was', roles: ['read'] },
      ],
    });
    shell = await openShell(name);
    passphrase = readFileSync(join(shell.home, 'demo-passphrase'), 'utf8').trim();
  });
  afterAll(async () => {
    await Promise.resolve(client as Client | undefined).then((started) => started?.close());
    await shell.close();
    await emulator.close();
  });

  it('is added by its form, whose rare fields stand folded', async () => {
    await open('/credentials');
    await button('Add').first().click();
    await field('Provider').selectOption('aerospike');
    await field('Name').fill('orders');
    await field('Seed hosts').fill(emulator.hosts.join(', '));
    expect(await field('Role ceiling').inputValue()).toBe('read-only');
    expect(await field('Client key').isVisible()).toBe(false);
    await field('Namespaces (optional)').fill('test');
    await field('User (optional)').fill('operator');
    await field('Password (optional)').fill(password);
    if (name === 'page') await axe();
    await shell.page.getByRole('dialog').getByText('Limits and addresses').click();
    await field('Time limit (ms)').fill('4000');
    await shell.page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
    const warned = button('Show orders');
    await warned
      .or(shell.page.getByRole('heading', { name: 'orders' }))
      .first()
      .waitFor();
    if (await warned.isVisible()) await warned.click();
    expect(await shell.json('show', 'orders')).toMatchObject({
      fields: { hosts: emulator.hosts, role: 'read-only', namespaces: ['test'], timeoutMs: 4000, user: 'operator' },
      secrets: ['password'],
    });
  });

  it('is tested where it stands, with what the cluster says', async () => {
    await open('/credentials/orders');
    await button('Test').first().click();
    await shell.page
      .getByText(/Works as operator/)
      .first()
      .waitFor();
    if (name === 'page') await axe();
  });

  it('is allowed more by the person alone', async () => {
    await button('Edit').first().click();
    await field('Role ceiling').selectOption('admin');
    await field('Namespaces (optional)').fill('');
    await button('Save').click();
    await prove();
    await expect
      .poll(async () => (await shell.json<{ fields: object }>('show', 'orders')).fields, { timeout: 10_000 })
      .toMatchObject({ role: 'admin' });
    const { code } = await shell.runWith('{"namespaces":["test"]}', 'edit', 'orders', '--json', '-');
    expect(code).toBe(0);
    await shell.runWith('{"namespaces":null}', 'edit', 'orders', '--json', '-');
  });

  it('sets a password that the person types into the question, and nobody else ever has', async () => {
    const printed = await shell.run(
      ...['register', 'other', '--name', 'agent', '--provider', 'aerospike', '--credentials', 'orders', '--json'],
    );
    client = await connectClient(JSON.parse(printed.stdout) as Entry);
    const asked = client.callTool({
      name: 'aerospike_manage_user',
      arguments: { action: 'set-password', user: 'app' },
    });
    const question = await shell.approval();
    const answer = question.locator('[data-approval]');
    await answer.waitFor();
    await question.locator('[data-armed=true]').waitFor();
    expect(await answer.getByRole('button', { name: '15 min' }).count()).toBe(0);
    await answer.getByRole('button', { name: 'Once' }).click();
    // Nothing was typed, so nothing was allowed.
    expect(await shell.json('approvals')).toHaveLength(1);
    await answer.getByLabel(/^New password of app/).fill(typed);
    await answer.getByRole('button', { name: 'Once' }).click();
    const result = await asked;
    expect(result.isError, JSON.stringify(result.content)).toBeFalsy();
    const again = { name: 'app', hosts: emulator.hosts, user: 'app', password: typed };
    await shell.runWith(JSON.stringify(again), 'add', 'aerospike', '--json', '-');
    expect(await shell.json('test', 'app')).toMatchObject({ ok: true });
    const patterns = patternsOf({ password, typed });
    expect(scanBytes(patterns, Buffer.from(JSON.stringify(result)), 'the answer')).toEqual([]);
    expect(await scanFolder(patterns, shell.home, (path) => path.endsWith('/node'))).toEqual([]);
    expect(scanBytes(patterns, Buffer.from(await shell.page.content()), 'the page')).toEqual([]);
    expect(shell.complaints).toEqual([]);
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatelaine, connectClient, startProgram, textOf, type Entry } from '../support/built-app.ts';
import { canary } from '../support/canaries.ts';
import { createTestHost, expectFailure, type TestHost } from '../support/test-host.ts';

describe('a locked vault', () => {
  let test: TestHost;
  let entry: Entry;

  beforeAll(async () => {
    test = await createTestHost();
    await test.start();
    await test.add('acme-prod');
    entry = await test.register('agent');
    await test.run('lock');
  });
  afterAll(() => test.close());

  it.each([
    ['add', ['add', 'akamai', '--json', '-']],
    ['edit', ['edit', 'acme-prod', '--json', '-']],
    ['test', ['test', 'acme-prod']],
    ['remove', ['remove', 'acme-prod', '--yes']],
    ['export', ['export', 'acme-prod', '--edgerc', '--yes']],
    ['exec', ['exec', 'akamai/acme-prod', '--', 'env']],
    ['register', ['register', 'other', '--name', 'x', '--provider', 'akamai']],
    ['unregister', ['unregister', 'agent']],
    ['grant', ['grant', 'agent', 'akamai', '--write', 'deny']],
  ])('makes %s exit with 3 and say how to unlock', async (_, args) => {
    expectFailure(await test.runWith('{}', ...args), 3, 'Chatelaine is locked.', '`chatelaine unlock`');
  });

  it('makes an import exit with 3 and leaves the file', async () => {
    const path = join(test.folder, 'elsewhere', 'edgerc');
    await writeFile(path, '[a]\n', { mode: 0o600 });
    expectFailure(await test.run('import', path, '--all', '--remove-file'), 3, 'Chatelaine is locked.', 'unlock');
  });

  it('still shows what is not secret', async () => {
    expect(await test.names()).toEqual(['acme-prod']);
    expect(await test.json('status')).toMatchObject({ locked: true });
    expect((await test.run('doctor')).stdout).toContain('chatelaine unlock');
  });

  it('tells a client in words, which goes on when it is unlocked', async () => {
    const client = await connectClient(entry);
    const call = () => client.callTool({ name: 'akamai_list_groups', arguments: { customer: 'acme-prod' } });
    const refused = await call();
    expect(refused.isError).toBe(true);
    expect(textOf(refused)).toBe(
      'Chatelaine is locked. Unlock it in Chatelaine or with `chatelaine unlock`, then try again.',
    );
    expect((await test.run('unlock')).code).toBe(0);
    expect(textOf(await call())).not.toContain('locked');
    await client.close();
  });

  it('loses nothing', async () => {
    expect(await test.names()).toEqual(['acme-prod']);
    expect((await test.run('export', 'acme-prod', '--edgerc', '--yes')).stdout).toContain('[acme-prod]');
  });
});

describe('a wrong passphrase', () => {
  let test: TestHost;
  let wrong: Record<string, string>;
  const typed = canary('typed');
  const attempt = (...args: string[]) => chatelaine(args, wrong);

  beforeAll(async () => {
    test = await createTestHost();
    await writeFile(join(test.folder, 'elsewhere', 'wrong'), typed, { mode: 0o600 });
    wrong = { ...test.environment, CHATELAINE_PASSPHRASE_FILE: join(test.folder, 'elsewhere', 'wrong') };
    await test.start();
    await test.add('acme-prod');
    await test.register('agent');
  });
  afterAll(() => test.close());

  it('exports nothing and runs nothing: exit 5, and a growing pause from the third on', async () => {
    const exported = await attempt('export', 'acme-prod', '--edgerc', '--yes');
    expectFailure(exported, 5, 'Wrong passphrase. Nothing was done.', 'Try again');
    expect(exported.stdout).toBe('');
    const run = await attempt('exec', 'akamai/acme-prod', '--', 'echo', 'it ran');
    expectFailure(run, 5, 'Wrong passphrase. Nothing was done.', 'Try again');
    expect(run.stdout).toBe('');
    await attempt('export', 'acme-prod', '--edgerc', '--yes');
    expectFailure(
      await attempt('export', 'acme-prod', '--edgerc', '--yes'),
      5,
      'Too many wrong passphrases',
      /Wait \d+ s/,
    );
  });

  it('holds the right one up too while it pauses, and no longer', async () => {
    await expect
      .poll(async () => (await test.run('export', 'acme-prod', '--edgerc', '--yes')).code, { timeout: 10_000 })
      .toBe(0);
  });

  it('does not loosen a grant', async () => {
    expectFailure(await attempt('grant', 'agent', 'akamai', '--write', 'allow'), 5, 'Wrong passphrase', 'Try again');
    expect(await test.json('grants')).toMatchObject([{ effects: { write: 'ask' } }]);
  });

  it('does not unlock, and guessing is slowed in the same way', async () => {
    await test.run('unlock');
    await test.run('lock');
    const answers = [];
    for (let guess = 0; guess < 4; guess++) answers.push(await attempt('unlock'));
    expect(answers.map(({ code }) => code)).toEqual([5, 5, 5, 5]);
    expect(answers.at(-1)?.stderr).toMatch(/Too many wrong passphrases[^]*Wait \d+ s/);
    expect(await test.json('status')).toMatchObject({ locked: true });
    await expect.poll(async () => (await test.run('unlock')).code, { timeout: 20_000 }).toBe(0);
  });

  it('leaves a line each time, without what was typed', async () => {
    const { stdout } = await test.run('activity', '--json');
    const kinds = (JSON.parse(stdout) as { kind: string }[]).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'proof-refused').length).toBeGreaterThanOrEqual(6);
    expect(kinds).toEqual(expect.arrayContaining(['unlock-failed', 'locked', 'unlocked']));
    expect(stdout).not.toContain(typed);
    expect(await test.json('activity', '--verify')).toMatchObject({ ok: true });
  });

  it('does not open an existing vault file at start', async () => {
    await test.run('stop');
    const start = startProgram(['serve'], wrong);
    await expect(start).rejects.toThrow(/ended with 5: Wrong passphrase\. Nothing was changed\./);
    await test.start();
    expect(await test.names()).toEqual(['acme-prod']);
  });

  it('file that is missing is named', async () => {
    const environment = { ...test.environment, CHATELAINE_PASSPHRASE_FILE: join(test.folder, 'none') };
    const ran = await chatelaine(['export', 'acme-prod', '--edgerc', '--yes'], environment);
    expectFailure(
      ran,
      2,
      /The passphrase file cannot be read: .*none\. Nothing was done/,
      'CHATELAINE_PASSPHRASE_FILE',
    );
  });
});

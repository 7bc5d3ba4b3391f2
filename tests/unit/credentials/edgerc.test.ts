import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { writeEdgerc } from '../../../electron/core/credentials/edgerc-export.ts';
import { readEdgercFile, removeEdgercFile } from '../../../electron/core/credentials/edgerc-file.ts';
import { importSections, previewImport } from '../../../electron/core/credentials/edgerc-import.ts';
import { parseEdgerc } from '../../../electron/core/credentials/edgerc-parse.ts';
import { Secret } from '../../../electron/core/credentials/secret.ts';
import { createVault, type Vault } from '../../../electron/core/credentials/vault.ts';
import { createMemoryStore } from '../../../electron/platform/memory-store.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createMemoryFiles } from '../../support/memory-files.ts';
import { createQuietLog } from '../../support/quiet-log.ts';
import { temporaryFolder } from '../../support/temp-folder.ts';

const section = (name: string, extra = ''): string =>
  `[${name}]\nclient_secret = CANARY-secret=\nhost = https://akab-x.luna.akamaiapis.net/\naccess_token = CANARY-access\nclient_token = CANARY-client\n${extra}`;

const only = (text: string) => {
  const { sections } = parseEdgerc(text);
  expect(sections).toHaveLength(1);
  const [found] = sections;
  if (found === undefined) throw new Error('no section');
  return found;
};

describe('an .edgerc file', () => {
  it('is read as Akamai writes it', () => {
    const { draft, problems, line } = only(`; made by hand\n\n${section('acme', 'max-body = 131072\n')}`);
    expect({ problems, line }).toEqual({ problems: [], line: 3 });
    expect(draft).toMatchObject({
      name: 'acme',
      fields: { host: 'akab-x.luna.akamaiapis.net' },
      secrets: { clientSecret: 'CANARY-secret=', accessToken: 'CANARY-access', clientToken: 'CANARY-client' },
    });
  });

  it.each([
    ['a byte order mark', (text: string) => `\ufeff${text}`],
    ['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
    ['CR alone', (text: string) => text.replaceAll('\n', '\r')],
    ['tabs', (text: string) => text.replaceAll(' = ', '\t=\t').replaceAll('\nh', '\n\th')],
    ['no spaces', (text: string) => text.replaceAll(' = ', '=')],
    ['colons', (text: string) => text.replaceAll(' = ', ': ')],
    ['capitals', (text: string) => text.replaceAll('client_', 'Client_')],
    ['hyphens', (text: string) => text.replaceAll('client_', 'client-')],
    ['double quotes', (text: string) => text.replace(/= (.*)/g, '= "$1"')],
    ['single quotes and a comment', (text: string) => text.replace(/= (.*)/g, "= '$1' ; comment")],
    ['comments after values', (text: string) => text.replace(/= (.*)/g, '= $1 # x = y')],
    [
      'comment lines that look like keys',
      (text: string) => text.replaceAll('\nhost', '\n# host = evil.example\n;a=b\nhost'),
    ],
    ['no header', (text: string) => text.replace('[acme]\n', '')],
    ['a comment after the header', (text: string) => text.replace(']', '] # production')],
  ])('may have %s', (_what, change) => {
    const { draft, problems } = only(change(section('acme')));
    expect(problems).toEqual([]);
    expect(draft?.secrets).toEqual(only(section('acme')).draft?.secrets);
  });

  it('keeps # and ; inside a value', () => {
    const { draft } = only(section('acme').replace('CANARY-secret=', 'a#b;c/'));
    expect(draft?.secrets).toMatchObject({ clientSecret: 'a#b;c/' });
  });

  it.each(['account_key', 'account-key', 'account_switch_key'])('knows %s', (key) => {
    expect(only(section('acme', `${key} = 1-ABCD:Z-XYZ`)).draft?.fields).toMatchObject({
      accountSwitchKey: '1-ABCD:Z-XYZ',
    });
  });

  it('says what it ignores', () => {
    const { notes, draft } = only(section('acme', 'max_body = 1\nfavourite = x\nCANARY1 = y\n'));
    expect(draft).not.toBeNull();
    expect(notes.slice(0, 3)).toEqual([
      'max_body (line 6) is not used.',
      'favourite (line 7) is not used.',
      'a key (line 8) is not used.',
    ]);
  });

  it.each([
    ['a missing field', section('acme').replace(/host.*\n/, ''), 'host is missing'],
    ['an empty field', section('acme').replace(/host.*\n/, 'host =\n'), 'host is missing'],
    [
      'a repeated key',
      section('acme', 'host = akab-y.luna.akamaiapis.net'),
      'host stands in line 3 and again in line 6',
    ],
    ['two spellings of one key', section('acme', 'account_key = 1-A\naccount-switch-key = 1-B'), 'again in line 7'],
    ['a line that is no pair', section('acme', 'CANARY'), 'line 6 is neither'],
    ['a hostile host', section('acme').replace('akab-x', 'x@evil.example/'), 'host must be a name under'],
    ['a host by http', section('acme').replace('https', 'http'), 'host must be a name under'],
    ['a slash in its name', section('a/b'), 'slash'],
    ['an empty name', section(''), 'name must not be empty'],
    ['NUL', section('acme').replace('secret=', '\0'), 'clientSecret must not contain'],
    ['a value with spaces', section('acme').replace('CANARY-client', 'CANARY client'), 'clientToken must not contain'],
  ])('is refused with %s, without quoting values', (_what, text, problem) => {
    const { draft, problems } = only(text);
    expect(draft).toBeNull();
    expect(problems.join()).toContain(problem);
    expect(problems.join()).not.toContain('CANARY');
  });

  it('refuses both of two sections with one name, whatever the case', () => {
    const { sections } = parseEdgerc(section('acme') + section('ACME') + section('globex'));
    expect(sections.map(({ draft }) => draft !== null)).toEqual([false, false, true]);
    expect(sections[0]?.problems.join()).toContain('line 1 and again in line 6');
  });

  it('shows a refused name without what would drive a terminal', () => {
    const { name, problems } = only(section('a\u001b[2Jb\u202ec\u200b'.replaceAll(']', '')));
    expect(name).toBe('a\ufffd[2Jb\ufffdc\ufffd');
    expect(problems).not.toEqual([]);
  });

  it('leaves out what follows a broken header', () => {
    const { sections, warnings } = parseEdgerc(`${section('acme')}[broken\nhost = x\n${section('globex')}`);
    expect(sections.map(({ name, draft }) => [name, draft !== null])).toEqual([
      ['acme', true],
      ['globex', true],
    ]);
    expect(warnings).toEqual(['Line 6 is not a section header; what follows it was left out.']);
  });

  it('has limits', () => {
    expect(() => parseEdgerc('x'.repeat(64 * 1024 + 1))).toThrow(expect.objectContaining({ code: 'too-large' }));
    expect(() => parseEdgerc('[a]\n'.repeat(1001))).toThrow(expect.objectContaining({ code: 'too-large' }));
    expect(parseEdgerc('').sections).toEqual([]);
  });

  it('never throws, whatever is in it', () => {
    const pieces = [
      '[',
      ']',
      '=',
      ':',
      '"',
      "'",
      "\\'",
      '#',
      ';',
      ' ',
      '\t',
      '\n',
      '\r\n',
      'host',
      'client_token',
      'client_secret',
      'access_token',
      'a.akamaiapis.net',
      '\ufeff',
      '\0',
      '__proto__',
      'constructor',
      '%',
      '\ud800',
      'é',
    ];
    const text = fc.array(
      fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...pieces) }, fc.string({ maxLength: 4, unit: 'binary' })),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(text, (parts) => {
        for (const { draft, problems } of parseEdgerc(parts.join('')).sections) {
          if ((draft === null) !== problems.length > 0) throw new Error('neither a draft nor a problem');
        }
      }),
      { numRuns: Number(process.env.CHATELAINE_FUZZ_EDGERC ?? 1_000_000) },
    );
  }, 600_000);

  it.each([
    ['quotes', (size: number) => `[a]\nhost = '${"\\'".repeat(size / 2)}`],
    ['open brackets', (size: number) => '['.repeat(size)],
    ['equals signs', (size: number) => `[a]\n${'='.repeat(size)}`],
    ['spaces before a hash', (size: number) => `[a]\nhost = x${' '.repeat(size)}x`],
    ['keys', (size: number) => `[a]\n${'host=x\n'.repeat(size / 7)}`],
    ['line ends', (size: number) => '\r'.repeat(size)],
    ['an old trap of 73 bytes', () => `[default]\nhost = '${"\\'".repeat(27)}\n`],
  ])('takes no longer than linear time over many %s', (_what, make) => {
    const timed = (size: number): number => {
      const text = make(size);
      const start = performance.now();
      for (let round = 0; round < 5; round += 1) parseEdgerc(text);
      return performance.now() - start;
    };
    timed(8000);
    // Quadratic would be 64 times as long; the margin is for busy machines.
    expect(timed(64_000)).toBeLessThan(Math.max(250, 40 * timed(8000)));
  });
});

describe('an exported section', () => {
  const printable = fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 60,
  });
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });

  it('is read back as it was', () => {
    let count = 0;
    fc.assert(
      fc.property(
        name,
        printable,
        printable,
        printable,
        fc.option(printable),
        (given, clientToken, clientSecret, accessToken, key) => {
          const record = {
            name: given,
            fields: { host: 'akab-x.luna.akamaiapis.net', ...(key === null ? {} : { accountSwitchKey: key }) },
          };
          const secrets = {
            clientToken: new Secret(clientToken),
            clientSecret: new Secret(clientSecret),
            accessToken: new Secret(accessToken),
          };
          if (given.includes(']')) {
            expect(() => writeEdgerc(record, secrets)).toThrow('cannot have a ]');
            return;
          }
          const { draft, problems } = only(writeEdgerc(record, secrets));
          // Names that no credential can have are refused on the way back, by their own test.
          if (problems.some((problem) => problem.includes('name '))) return;
          count += 1;
          expect(draft).toMatchObject({ fields: record.fields, secrets: { clientToken, clientSecret, accessToken } });
          expect(draft?.name).toBe(given.normalize('NFC').trim());
        },
      ),
      { numRuns: Number(process.env.CHATELAINE_FUZZ_EDGERC_EXPORT ?? 20_000) },
    );
    expect(count).toBeGreaterThan(1000);
  }, 120_000);
});

describe('importing an .edgerc file', () => {
  const vaultOf = async (): Promise<Vault> => {
    const store = createMemoryStore({ isOpen: true });
    const vault = createVault({
      home: '/home',
      store,
      files: createMemoryFiles(),
      clock: createFakeClock(),
      log: createQuietLog(),
    });
    await vault.load();
    return vault;
  };

  it('says for each section what it would do, and never a value', async () => {
    const vault = await vaultOf();
    await importSections(parseEdgerc(section('same') + section('other', 'account_key = 1-A')), vault, 'all');
    const file = parseEdgerc(
      section('same') + section('Other').replace('CANARY-client', 'CANARY-next') + section('fresh') + section('a/b'),
    );
    const previews = await previewImport(file, vault);
    expect(previews.map((preview) => [preview.section, preview.status, preview.changes])).toEqual([
      ['same', 'identical', []],
      ['Other', 'changed', ['clientToken']],
      ['fresh', 'new', []],
      ['a/b', 'refused', []],
    ]);
    expect(JSON.stringify(previews)).not.toContain('CANARY');
  });

  it('stores what was chosen and keeps what the file does not say', async () => {
    const vault = await vaultOf();
    await importSections(parseEdgerc(section('acme', 'account_key = 1-A')), vault, ['ACME']);
    await vault.edit('acme', { notes: 'kept', tags: ['kept'] });
    const file = parseEdgerc(section('acme').replace('CANARY-client', 'CANARY-next') + section('globex'));
    const result = await importSections(file, vault, ['acme']);
    expect(result.stored.map(({ name }) => name)).toEqual(['acme']);
    const record = vault.byName('acme');
    expect(record).toMatchObject({ notes: 'kept', tags: ['kept'], fields: { accountSwitchKey: '1-A' } });
    expect((await vault.secretsOf(record.id)).clientToken?.reveal()).toBe('CANARY-next');
    expect(vault.list()).toHaveLength(1);
  });

  it('stores nothing when a section asked for is not there', async () => {
    const vault = await vaultOf();
    const asked = importSections(parseEdgerc(section('acme')), vault, ['acme', 'acne']);
    await expect(asked).rejects.toMatchObject({ code: 'not-found', hint: 'Did you mean “acme”?' });
    expect(vault.list()).toEqual([]);
  });
});

describe('the clear-text file', () => {
  const write = (text: string, mode = 0o600): string => {
    const path = join(temporaryFolder(), '.edgerc');
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  };

  it('is warned about when others may open it', async () => {
    expect((await readEdgercFile(write('x', 0o600))).warnings).toEqual([]);
    expect((await readEdgercFile(write('x', 0o644))).warnings.join()).toContain('mode 644');
    expect((await readEdgercFile(write('x', 0o620))).warnings.join()).toContain('mode 620');
  });

  it('is not read when it is large, absent, or no file', async () => {
    await expect(readEdgercFile(write('x'.repeat(64 * 1024 + 1)))).rejects.toMatchObject({ code: 'too-large' });
    await expect(readEdgercFile(join(temporaryFolder(), 'none'))).rejects.toMatchObject({ code: 'not-found' });
    const folder = join(temporaryFolder(), 'folder');
    mkdirSync(folder);
    await expect(readEdgercFile(folder)).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(readEdgercFile('/dev/zero')).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('is deleted only while it is what was imported', async () => {
    const path = write('one');
    const { sha256 } = await readEdgercFile(path);
    writeFileSync(path, 'two');
    await expect(removeEdgercFile(path, sha256)).rejects.toMatchObject({ code: 'changed' });
    writeFileSync(path, 'one');
    const link = join(temporaryFolder(), 'link');
    symlinkSync(path, link);
    await removeEdgercFile(link, sha256);
    expect(existsSync(path)).toBe(false);
  });
});

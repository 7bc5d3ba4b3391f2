import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { Secret } from '../../../electron/core/credentials/secret.ts';
import { parseAkamaiHost } from '../../../electron/core/providers/akamai-host.ts';
import { akamai } from '../../../electron/core/providers/akamai.ts';
import { providerOf, providers } from '../../../electron/core/providers/index.ts';
import { akamaiCanaries } from '../../support/canaries.ts';

const good = 'akab-h05tnam3wl42son7nktnlnnx-kbob3i3v.luna.akamaiapis.net';

describe('an Akamai host', () => {
  it.each([
    [good, good],
    [`https://${good}`, good],
    [`https://${good}/`, good],
    [` HTTPS://${good.toUpperCase()}/ `, good],
    ['akab-x.purge.akamaiapis.net', 'akab-x.purge.akamaiapis.net'],
    ['127.0.0.1', '127.0.0.1'],
    ['http://127.0.0.1:9080/', '127.0.0.1:9080'],
    ['127.8.9.10:1', '127.8.9.10:1'],
    ['localhost:65535', '127.0.0.1:65535'],
    ['http://[::1]:8080', '[::1]:8080'],
  ])('is taken: %s', (text, host) => {
    expect(parseAkamaiHost(text)).toEqual({ host, emulator: !host.endsWith('.akamaiapis.net') });
  });

  it.each([
    '',
    ' ',
    'akamaiapis.net',
    '.akamaiapis.net',
    'https://',
    `http://${good}`,
    `${good}.`,
    `${good}:443`,
    `${good}:8443`,
    `${good}/papi/v1`,
    `${good}?x`,
    `${good}#x`,
    `${good}//`,
    `user@${good}`,
    `${good}@evil.example`,
    `https://${good}@evil.example/`,
    `evil.example/${good}`,
    `evil.example?.akamaiapis.net`,
    `evil.example#.akamaiapis.net`,
    `evil.example\\.akamaiapis.net`,
    'evilakamaiapis.net',
    'x.akamaiapis.net.evil.example',
    'x.akamaiapis.com',
    '169.254.169.254',
    '10.0.0.1',
    '0.0.0.0',
    '127.1',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '127.0.0.010',
    '127.0.0.256',
    '2130706433',
    '[::ffff:127.0.0.1]',
    '[::1%25lo]',
    'http://127.0.0.1:9/?https://',
    '127.0.0.1:0',
    '127.0.0.1:65536',
    '127.0.0.1:080',
    'https://127.0.0.1:9080',
    'localhost.evil.example',
    'a..akamaiapis.net',
    '-a.akamaiapis.net',
    'a-.akamaiapis.net',
    'a_b.akamaiapis.net',
    `${'a'.repeat(64)}.akamaiapis.net`,
    `${'a.'.repeat(130)}akamaiapis.net`,
    'x\u0000.akamaiapis.net',
    'x\r\nHost: evil.example.akamaiapis.net',
    'ａ.akamaiapis.net',
    'x.akamaiapis。net',
    'x.\u200bakamaiapis.net',
    'https://https://x.akamaiapis.net',
    'file:///x.akamaiapis.net',
    '%61.akamaiapis.net',
  ])('is refused: %j', (text) => {
    expect(parseAkamaiHost(text)).toBeNull();
  });

  it('is under the suffix or loopback for a URL parser too, whatever was typed', () => {
    const pieces = [
      'akab-x',
      '.akamaiapis.net',
      '127.0.0.1',
      'localhost',
      '[::1]',
      ':80',
      '@',
      '/',
      '\\',
      '#',
      '?',
      '.',
      '-',
      'https://',
      'http://',
      'evil.example',
      '%2e',
      '\t',
      '\u3002',
      ' ',
    ];
    const text = fc.oneof(
      fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((parts) => parts.join('')),
      fc
        .tuple(fc.string({ unit: 'binary', maxLength: 3 }), fc.nat(60))
        .map(([extra, at]) => good.slice(0, at) + extra + good.slice(at)),
      fc.tuple(fc.string({ maxLength: 20 }), fc.constantFrom(...pieces)).map(([before, after]) => before + after),
    );
    let accepted = 0;
    fc.assert(
      fc.property(text, (typed) => {
        const parsed = parseAkamaiHost(typed);
        if (parsed === null) return;
        accepted += 1;
        const url = new URL(`${parsed.emulator ? 'http' : 'https'}://${parsed.host}`);
        expect([url.pathname, url.search, url.hash, url.username, url.password]).toEqual(['/', '', '', '', '']);
        if (parsed.emulator) expect(url.hostname).toMatch(/^(\[::1\]|127(\.\d+){3})$/);
        else
          expect([url.hostname, url.hostname.endsWith('.akamaiapis.net'), url.port]).toEqual([parsed.host, true, '']);
        expect(parseAkamaiHost(parsed.host)).toEqual(parsed);
      }),
      { numRuns: Number(process.env.CHATELAINE_FUZZ_HOSTS ?? 200_000) },
    );
    expect(accepted).toBeGreaterThan(100);
  }, 60_000);
});

describe('the Akamai provider', () => {
  const entry = akamaiCanaries('acme');

  it('is found by its id, and an unknown one is told which there are', () => {
    expect(providerOf('akamai')).toBe(akamai);
    expect(providers).toContain(akamai);
    expect(() => providerOf('azure')).toThrow(
      expect.objectContaining({ code: 'not-found', hint: expect.stringContaining('akamai') }),
    );
  });

  it('takes secrets apart from the fields that may be shown', () => {
    const draft = akamai.parse({ ...entry, accountSwitchKey: ' 1-ABCD:Z-XYZ ' });
    expect(draft.fields).toEqual({ host: entry.host, accountSwitchKey: '1-ABCD:Z-XYZ' });
    expect(draft.secrets).toEqual({
      clientToken: entry.clientToken,
      clientSecret: entry.clientSecret,
      accessToken: entry.accessToken,
    });
    expect(JSON.stringify({ ...draft, secrets: null })).not.toContain('CANARY');
  });

  it('warns of tokens that look odd, without their values, and says nothing about those that do not', () => {
    const warnings = akamai.parse({ ...entry, accessToken: entry.clientToken }).warnings;
    expect(warnings).toHaveLength(4);
    expect(warnings.join()).not.toContain('CANARY');
    const usual = {
      clientToken: 'akab-c113ntt0k3n4qtari252bfxxbsl-yvsdj',
      clientSecret: 'C113nt53KR3TN6N90yVuAgICxIRwsObLi0E67/N8eRN=',
      accessToken: 'akab-acc35t0k3nodujqunph3w7hzp7-gtm6ij',
    };
    expect(akamai.parse({ ...entry, ...usual }).warnings).toEqual([]);
    expect(akamai.parse({ ...entry, host: '127.0.0.1:9080' })).toMatchObject({ warnings: [], emulator: true });
  });

  it.each(['name', 'host', 'clientToken', 'clientSecret', 'accessToken', 'accountSwitchKey', 'notes'] as const)(
    'refuses NUL in %s and never quotes a value',
    (key) => {
      try {
        akamai.parse({ ...entry, notes: 'CANARY', [key]: `CANARY\u0000x` });
        expect.unreachable();
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid-input' });
        expect(String(error)).toContain(key);
        expect(String(error)).not.toContain('CANARY');
      }
    },
  );

  it.each([
    ['a header break', { clientToken: 'a\r\nX: y' }],
    ['an empty secret', { clientSecret: ' ' }],
    ['a missing token', { accessToken: undefined }],
    ['an unknown field', { client_token: 'x' }],
    ['a fraction of a day', { rotateEveryDays: 1.5 }],
    ['no days', { rotateEveryDays: 0 }],
    ['a tag that is no text', { tags: [1] }],
  ])('refuses %s', (_what, change) => {
    expect(() => akamai.parse({ ...entry, ...change })).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });

  it.each([
    '',
    '   ',
    'a/b',
    'a\nb',
    'a\u202eb',
    'a\u200bb',
    'a\ufeffb',
    'a\u0000',
    'a\u{e0041}b',
    'a\ud800',
    'x'.repeat(65),
  ])('refuses the name %j', (name) => {
    expect(() => akamai.parse({ ...entry, name })).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });

  it('normalises a name', () => {
    expect(akamai.parse({ ...entry, name: '  Cafe\u0301 ' }).name).toBe('Café');
    expect(akamai.parse({ ...entry, name: '😀'.repeat(64) }).name).toHaveLength(128);
  });

  it('gives exec the variables that Akamai’s own tools read', () => {
    const secrets = Object.fromEntries(
      ['clientToken', 'clientSecret', 'accessToken'].map((key) => [key, new Secret(key)]),
    );
    expect(akamai.environment({ host: 'h', accountSwitchKey: '1-A' }, secrets)).toEqual({
      AKAMAI_HOST: 'h',
      AKAMAI_CLIENT_TOKEN: 'clientToken',
      AKAMAI_CLIENT_SECRET: 'clientSecret',
      AKAMAI_ACCESS_TOKEN: 'accessToken',
      AKAMAI_ACCOUNT_KEY: '1-A',
    });
    expect(akamai.environment({ host: 'h' }, secrets)).not.toHaveProperty('AKAMAI_ACCOUNT_KEY');
  });
});

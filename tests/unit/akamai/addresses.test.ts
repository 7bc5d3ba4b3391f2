import type { lookup } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../../electron/servers/akamai/api/address.ts';
import { isPrivateAddress, publicLookup } from '../../../electron/servers/akamai/api/private-addresses.ts';

describe('the host of a section', () => {
  it.each([
    ['akab-x.luna.akamaiapis.net', 'https://akab-x.luna.akamaiapis.net', false],
    ['https://AKAB-x.purge.akamaiapis.net/', 'https://akab-x.purge.akamaiapis.net', false],
    ['http://127.0.0.1:4711', 'http://127.0.0.1:4711', true],
    ['[::1]:80', 'http://[::1]', true],
  ])('%s is %s', (host, origin, isEmulator) => expect(parseAddress(host)).toEqual({ origin, isEmulator }));

  it.each([
    'evil.example',
    'akamaiapis.net',
    'evil-akamaiapis.net',
    'a.akamaiapis.net.evil.example',
    'a.akamaiapis.net:8443',
    'a@b.akamaiapis.net',
    'http://a.luna.akamaiapis.net',
    'https://127.0.0.1:1',
    '127.0.0.256',
    '127.0.0.1:0',
    '127.0.0.1:70000',
    '0.0.0.0:80',
    '10.0.0.1:80',
    '169.254.169.254',
    'localhost:80',
    '2130706433:80',
    'http://127.0.0.1:9/?https://',
    'a..akamaiapis.net',
    '-a.akamaiapis.net',
    'ａ.akamaiapis.net',
    'a.akamaiapis.net\\x',
    'a.akamaiapis.net#',
    'a b.akamaiapis.net',
    '',
  ])('%j is refused', (host) => expect(() => parseAddress(host)).toThrow('not a name under akamaiapis.net'));
});

describe('a name that leads inside', () => {
  it.each([
    '10.1.2.3',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
  ])('%s is private', (address) => expect(isPrivateAddress(address)).toBe(true));
  it.each(['23.1.2.3', '8.8.8.8', '2600:1400::1', '172.32.0.1'])('%s is public', (address) =>
    expect(isPrivateAddress(address)).toBe(false),
  );

  it.each([
    [['23.1.2.3'], null],
    [['23.1.2.3', '10.0.0.1'], 'PRIVATE_ADDRESS'],
    [['::1'], 'PRIVATE_ADDRESS'],
  ])('an answer of %j ends with %s', async (addresses, code) => {
    const resolve = ((_name: string, _options: object, done: (error: null, list: object[]) => void) =>
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )) as unknown as typeof lookup;
    const result = await new Promise((settle) =>
      publicLookup(resolve)('x.akamaiapis.net', {}, (error) => settle(error && 'code' in error ? error.code : null)),
    );
    expect(result).toBe(code);
  });
});

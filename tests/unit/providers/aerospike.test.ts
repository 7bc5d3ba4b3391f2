import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redirectsSecrets } from '../../../electron/core/credentials/redirection.ts';
import { Secret } from '../../../electron/core/credentials/secret.ts';
import { parseSeed, seedText } from '../../../electron/core/providers/aerospike-host.ts';
import { aerospike } from '../../../electron/core/providers/aerospike.ts';
import type { JsonObject } from '../../../electron/core/workers/protocol.ts';

const plain = { name: 'orders', hosts: ['db1.example.com:3000'] };
const pem = (label: string): string => `-----BEGIN ${label}-----\nAAAA\n-----END ${label}-----`;
const problemOf = (draft: object): string => {
  try {
    aerospike.parse({ ...plain, ...draft });
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : '?';
  }
};

describe('a seed host', () => {
  it.each([
    ['db1:3000', 'db1:3000'],
    ['db1', 'db1:3000'],
    [' db1.example.com:4333 ', 'db1.example.com:4333'],
    ['db1:cluster.example.com:4333', 'db1:cluster.example.com:4333'],
    ['10.0.0.1:tls-1:3000', '10.0.0.1:tls-1:3000'],
    ['[::1]:3000', '[::1]:3000'],
    ['[fe80::1]:tlsname:3000', '[fe80::1]:tlsname:3000'],
    ['[::1]', '[::1]:3000'],
  ])('is taken: %s', (text, stored) => {
    const seed = parseSeed(text);
    expect(seed && seedText(seed)).toBe(stored);
  });

  it.each([
    '',
    ':3000',
    'db1:0',
    'db1:65536',
    'db1:a:b:3000',
    'db 1:3000',
    'db1;x:3000',
    'db1\n:3000',
    '-x:3000',
    '::1:3000',
  ])('is refused: %j', (text) => expect(parseSeed(text)).toBeNull());

  it('is stored in one spelling that reads as itself', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const seed = parseSeed(text);
        if (seed) expect(parseSeed(seedText(seed))).toEqual(seed);
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('an Aerospike profile', () => {
  it('takes a list as a form types it, and starts at the least role', () => {
    const { fields, secrets } = aerospike.parse({
      ...plain,
      hosts: 'db1:3000, db2:tls:3010\n db3',
      namespaces: 'orders, sessions',
      timeoutMs: '2500',
      alternateAddresses: 'yes',
      tls: { ca: '', cert: '', name: '' },
    });
    expect(fields).toEqual({
      hosts: ['db1:3000', 'db2:tls:3010', 'db3:3000'],
      role: 'read-only',
      namespaces: ['orders', 'sessions'],
      timeoutMs: 2500,
      alternateAddresses: true,
    });
    expect(secrets).toEqual({});
  });

  it('keeps password, key and passphrase apart from what is stored in clear', () => {
    const { fields, secrets } = aerospike.parse({
      ...plain,
      user: 'app',
      password: 'CANARY-password',
      tls: {
        ca: pem('CERTIFICATE'),
        cert: pem('CERTIFICATE'),
        key: pem('ENCRYPTED PRIVATE KEY'),
        keyPassphrase: 'CANARY-k',
      },
    });
    expect(Object.keys(secrets).sort()).toEqual(['password', 'tls.key', 'tls.keyPassphrase']);
    expect(JSON.stringify(fields)).not.toMatch(/CANARY|PRIVATE/);
  });

  it.each<[string, object, RegExp]>([
    ['no host', { hosts: [] }, /hosts is required/],
    ['a host that is none', { hosts: ['db1:3000', 'db;1'] }, /hosts must be host:port/],
    ['a user without password', { user: 'app' }, /password is missing/],
    ['a password without user', { password: 'x' }, /user is missing/],
    ['a certificate without key', { tls: { cert: pem('CERTIFICATE') } }, /tls\.key is missing/],
    ['a key without certificate', { tls: { key: pem('PRIVATE KEY') } }, /tls\.cert is missing/],
    ['a login by certificate without one', { authMode: 'pki' }, /tls\.cert is required/],
    ['LDAP in clear', { user: 'a', password: 'b', authMode: 'external' }, /needs TLS/],
    ['a role that there is not', { role: 'root' }, /role must be one of/],
    ['a namespace with a separator', { namespaces: ['a;b'] }, /namespaces/],
    ['a key where a certificate goes', { tls: { ca: pem('PRIVATE KEY') } }, /tls\.ca must be PEM/],
    ['a member that is not known', { tls: { caFile: '/etc/ca' } }, /tls/],
    ['a field that is not known', { port: 3000 }, /port/],
    ['a time limit of an hour', { timeoutMs: 3_600_000 }, /timeoutMs must be at most/],
  ])('is refused with %s, by name and without its values', (_, draft, problem) => {
    expect(problemOf(draft)).toMatch(problem);
  });

  it('throws nothing but its own failure, whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (hosts, tls, namespaces) => {
        expect(problemOf({ hosts, tls, namespaces })).toMatch(/^$|Nothing was stored/);
      }),
      { numRuns: 5_000 },
    );
  });

  it('is given to one command by variables, and refused where a client key would have to be', () => {
    const password = new Secret('CANARY-password');
    const { fields } = aerospike.parse({ ...plain, hosts: 'a:3000,b:3000', user: 'app', password: 'x' });
    expect(aerospike.environment(fields, { password })).toEqual({
      AEROSPIKE_HOSTS: 'a:3000,b:3000',
      AEROSPIKE_USER: 'app',
      AEROSPIKE_PASSWORD: 'CANARY-password',
    });
    expect(() => aerospike.environment(fields, { 'tls.key': password })).toThrow(/client key/);
  });
});

describe('the ceiling of a profile', () => {
  const fields = (members: JsonObject): JsonObject => ({ hosts: ['a:3000'], role: 'read-only', ...members });
  const tool = (role: string | null) => ({ role });

  it.each<[string, string | null, boolean]>([
    ['read-only', null, true],
    ['read-only', 'read-only', true],
    ['read-only', 'read-write', false],
    ['read-only', 'admin', false],
    ['read-write', 'read-write', true],
    ['read-write', 'admin', false],
    ['admin', 'admin', true],
    ['superuser', 'read-write', false],
    ['admin', 'superuser', false],
  ])('of %s lets a tool of role %s through: %s', (role, needed, isLet) => {
    expect(aerospike.refusalOf(fields({ role }), tool(needed), {}) === null).toBe(isLet);
  });

  it('holds every namespace that the arguments name, and looks at no bin', () => {
    const of = (args: JsonObject) => aerospike.refusalOf(fields({ namespaces: ['a', 'b'] }), tool(null), args);
    expect(of({ namespace: 'a' })).toBeNull();
    expect(of({ bins: { namespace: 'c' } })).toBeNull();
    expect(of({ namespace: 'c' })?.message).toContain('a, b');
    expect(of({ namespace: 'a', keys: [{ key: 1 }, { namespace: 'c', key: 2 }] })).not.toBeNull();
    expect(of({ operations: [{ namespace: 'c' }] })).not.toBeNull();
    expect(aerospike.refusalOf(fields({}), tool(null), { namespace: 'c' })).toBeNull();
  });

  it.each<[string, JsonObject, object, boolean]>([
    ['a higher role', {}, { role: 'admin' }, true],
    ['the same role', {}, { role: 'read-only' }, false],
    ['a lower role', { role: 'admin' }, { role: 'read-write' }, false],
    ['one more namespace', { namespaces: ['a'] }, { namespaces: 'a, b' }, true],
    ['all namespaces', { namespaces: ['a'] }, { namespaces: '' }, true],
    ['no list at all', { namespaces: ['a'] }, { namespaces: null }, true],
    ['one namespace less', { namespaces: ['a', 'b'] }, { namespaces: ['a'] }, false],
    ['a first list', {}, { namespaces: ['a'] }, false],
    ['another note', { namespaces: ['a'] }, { notes: 'x' }, false],
  ])('is raised by a person alone: %s', (_, before, changes, isRaised) => {
    expect(aerospike.loosens(fields(before), { ...changes })).toBe(isRaised);
    const record = { fields: fields(before), secretKeys: [] };
    // Only fields and keys of a record count here.
    expect(redirectsSecrets(aerospike, record as never, { ...changes })).toBe(isRaised);
  });
});

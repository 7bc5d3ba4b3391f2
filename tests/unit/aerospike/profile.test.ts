import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../electron/core/workers/protocol.ts';
import { createAuthority } from '../../../electron/emulators/aerospike/x509.ts';
import { readHost, readProfile, takeSecrets } from '../../../electron/servers/aerospike/profile.ts';
import { assertRole } from '../../../electron/servers/aerospike/services.ts';
import { ToolError } from '../../../electron/servers/kit/tool-error.ts';

describe('a seed host', () => {
  it.each([
    ['db.example.com:3000', { host: 'db.example.com', port: 3000, tlsName: null }],
    ['db.example.com:cluster:4333', { host: 'db.example.com', port: 4333, tlsName: 'cluster' }],
    ['10.0.0.1', { host: '10.0.0.1', port: 3000, tlsName: null }],
    ['[::1]:3000', { host: '::1', port: 3000, tlsName: null }],
    ['[2001:db8::7]:cluster:4333', { host: '2001:db8::7', port: 4333, tlsName: 'cluster' }],
    [' db:3000 ', { host: 'db', port: 3000, tlsName: null }],
  ])('written as %s is read', (text, expected) => {
    expect(readHost(text, null)).toEqual(expected);
  });

  it.each(['', ':3000', 'a:b', 'a:0', 'a:65536', 'a::3000', 'a:b:c:3000', '::1:3000', 'a b:3000', '[::1', 'a:30 00'])(
    'written as %j is refused',
    (text) => {
      expect(() => readHost(text, null)).toThrow(ToolError);
    },
  );

  it('has the profile’s TLS name unless it has its own', () => {
    expect(readHost('a:3000', 'cluster').tlsName).toBe('cluster');
    expect(readHost('a:own:3000', 'cluster').tlsName).toBe('own');
  });
});

const authority = createAuthority('Cluster CA');

describe('a profile', () => {
  it('has the narrowest role and a bound for everything unless it says more', () => {
    expect(readProfile({ hosts: ['a:3000'] })).toEqual({
      seeds: [{ host: 'a', port: 3000, tlsName: null }],
      user: null,
      authMode: 'internal',
      tls: null,
      role: 'read-only',
      namespaces: null,
      timeoutMs: 5_000,
      alternateAddresses: false,
      rackId: null,
      requestsPerSecond: 2_000,
      burst: 20_000,
    });
  });

  it.each(['ca', 'cert'])('with a certificate that cannot be read says so of tls.%s', (name) => {
    const broken = authority.ca.replace(/M[A-Za-z0-9]{20}/, 'AAAA');
    for (const pem of ['PEM', 'CANARY', broken, `${authority.ca}\n${broken}`])
      expect(() => readProfile({ hosts: ['a:3000'], tls: { [name]: pem } })).toThrow(
        expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining(`tls.${name}`) }),
      );
    const chain = `# the cluster\n${authority.ca}\n${createAuthority('Older CA').ca}`;
    expect(readProfile({ hosts: ['a:3000'], tls: { [name]: chain } }).tls).toMatchObject({ [name]: chain });
  });

  it('uses TLS as soon as anything of it is given, nested or flat', () => {
    for (const more of [{ tls: {} }, { tls: { name: 'x' } }, { 'tls.ca': authority.ca }, { hosts: ['a:name:3000'] }])
      expect(readProfile({ hosts: ['a:3000'], ...more }).tls).not.toBeNull();
  });

  it('of any shape is read or refused without quoting a value', () => {
    const field = fc.oneof(fc.jsonValue(), fc.constantFrom('CANARY-1', ['CANARY-2'], { ca: 'CANARY-3', name: 5 }));
    const names = ['hosts', 'user', 'authMode', 'tls', 'role', 'namespaces', 'timeoutMs', 'rackId', 'burst'] as const;
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), field), (fields) => {
        try {
          readProfile(fields as Record<string, JsonValue>);
        } catch (error) {
          if (!(error instanceof ToolError)) throw error;
          expect(error.code).toBe('invalid-input');
          expect(`${error.message} ${error.hint}`).not.toContain('CANARY');
        }
      }),
      { numRuns: 10_000 },
    );
  });

  it('keeps its own copy of the secrets, and wipes it', () => {
    const given = { password: Buffer.from('CANARY'), 'tls.key': Buffer.from('KEY') };
    const secrets = takeSecrets({ secrets: given });
    for (const bytes of Object.values(given)) bytes.fill(0);
    expect(secrets.password?.toString()).toBe('CANARY');
    expect(secrets.keyPassphrase).toBeNull();
    secrets.wipe();
    expect(secrets.password?.toString()).toBe('\0'.repeat(6));
  });

  it.each<[JsonObject, string]>([
    [{ hosts: [] }, 'hosts'],
    [{ hosts: ['a:3000'], role: 'superuser' }, 'role'],
    [{ hosts: ['a:3000'], namespaces: ['a;b'] }, 'namespaces'],
    [{ hosts: ['a:3000'], timeoutMs: 100 }, 'timeoutMs'],
  ])('like %j is refused and the field named', (fields, name) => {
    expect(() => readProfile(fields)).toThrow(name);
  });
});

describe('a role', () => {
  it('may do what is its own or less, and nothing that nobody knows', () => {
    const may = (role: 'read-only' | 'read-write' | 'admin', needed: string | null): boolean => {
      try {
        assertRole(role, needed);
        return true;
      } catch (error) {
        expect(error).toMatchObject({ code: 'refused', message: expect.stringContaining(role) });
        return false;
      }
    };
    expect([may('read-only', null), may('read-only', 'read-write'), may('read-only', 'admin')]).toEqual([
      true,
      false,
      false,
    ]);
    expect([may('read-write', null), may('read-write', 'read-write'), may('read-write', 'admin')]).toEqual([
      true,
      true,
      false,
    ]);
    expect([may('admin', 'admin'), may('admin', 'root')]).toEqual([true, false]);
  });
});

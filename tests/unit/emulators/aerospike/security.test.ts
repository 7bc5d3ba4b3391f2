import { X509Certificate } from 'node:crypto';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { demoProfiles, demoTls, demoUsers } from '../../../../electron/emulators/aerospike/demo-credentials.ts';
import { startAerospikeEmulator, type AerospikeEmulator } from '../../../../electron/emulators/aerospike/emulator.ts';
import { createAuthority } from '../../../../electron/emulators/aerospike/x509.ts';
import { startRemoteClient, type RemoteClient } from './remote.ts';
import { openWire, overSocket } from './wire.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(options: Parameters<typeof startAerospikeEmulator>[0]): Promise<AerospikeEmulator> {
  const emulator = await startAerospikeEmulator({ nodes: 1, ...options });
  ends.push(() => emulator.close());
  return emulator;
}

function remote(): RemoteClient {
  const client = startRemoteClient();
  ends.push(() => client.end());
  return client;
}

const auth = [
  { name: 'admin', password: 'secret', roles: ['superuser'] },
  { name: 'ldap', password: 'directory', isExternal: true, roles: ['read'] },
];
const asAdmin = { user: 'admin', password: 'secret' };

it('refuses whoever has not logged in, to every kind of request', async () => {
  const { hosts } = await start({ auth });
  const wire = await openWire(hosts[0] ?? '');
  expect(await wire.info('build', 'namespaces')).toBe('ERROR:80:not authenticated\n');
  wire.socket.destroy();
  expect(await remote().do('connect', { hosts: hosts[0] })).toBe('error 80');
});

it.each([
  [{ user: 'admin', password: 'secret' }, 1],
  [{ user: 'admin', password: 'wrong' }, 'error 62'],
  [{ user: 'nobody', password: 'x' }, 'error 60'],
  [{ user: 'ldap', password: 'directory', authMode: 2 }, 1],
  [{ user: 'ldap', password: 'wrong', authMode: 2 }, 'error 62'],
])('answers the login of %o with %s', async (login, outcome) => {
  const { hosts } = await start({ auth });
  expect(await remote().do('connect', { hosts: hosts[0], ...login })).toBe(outcome);
});

it('has no security as a community server', async () => {
  const { hosts } = await start({});
  expect(await remote().do('connect', { hosts: hosts[0], ...asAdmin })).toBe('error 51');
});

it('lets a user do what its roles allow, from the moment they change', async () => {
  const { hosts } = await start({ auth });
  const [admin, bob] = [remote(), remote()];
  await admin.do('connect', { hosts: hosts[0], ...asAdmin });
  expect(await admin.do('createUser', 'bob', 'pw', ['read'])).toBeNull();
  expect(await admin.do('createUser', 'bob', 'pw', ['read'])).toBe('error 61');
  expect(await admin.do('createUser', 'eve', 'pw', ['no such role'])).toBe('error 70');
  expect(await admin.do('queryUsers')).toContainEqual(['bob', ['read']]);
  expect(await bob.do('connect', { hosts: hosts[0], user: 'bob', password: 'pw' })).toBe(1);
  expect(await bob.do('read', 'test', 's', ['x'])).toEqual({ 2: 1 });
  expect(await bob.do('put', 'test', 's', 'x', { a: 1 })).toBe('error 81');
  expect(await bob.do('info', 'set-config:context=service;ticker-interval=5')).toBe('error 81');
  expect(await bob.do('queryUsers')).toBe('error 81');
  await admin.do('grantRoles', 'bob', ['write']);
  expect(await bob.do('put', 'test', 's', 'x', { a: 1 })).toBe('done');
  await admin.do('revokeRoles', 'bob', ['write']);
  expect(await bob.do('put', 'test', 's', 'x', { a: 1 })).toBe('error 81');
});

it('holds a role to its namespace and set, and a whitelist to its addresses', async () => {
  const { hosts } = await start({ auth });
  const [admin, bob] = [remote(), remote()];
  await admin.do('connect', { hosts: hosts[0], ...asAdmin });
  await admin.do('createRole', 'events', [['READ_WRITE', { namespace: 'bar', set: 'events' }]], []);
  await admin.do('createUser', 'bob', 'pw', ['events']);
  await bob.do('connect', { hosts: hosts[0], user: 'bob', password: 'pw' });
  expect(await bob.do('put', 'bar', 'events', 'x', { a: 1 })).toBe('done');
  expect(await bob.do('put', 'bar', 'others', 'x', { a: 1 })).toBe('error 81');
  expect(await bob.do('put', 'test', 'events', 'x', { a: 1 })).toBe('error 81');
  await admin.do('createRole', 'elsewhere', [['READ', { namespace: 'bar' }]], ['10.0.0.1']);
  for (const network of ['bad', '10.0.0.0/33', 'fd00::/129', '10.0'])
    expect(await admin.do('createRole', 'nowhere', [['READ', {}]], [network]), network).toBe('error 73');
  expect(await admin.do('createRole', 'near', [['READ', {}]], ['10.0.0.0/8', 'fd00::/8'])).toBeNull();
  await admin.do('createUser', 'eve', 'pw', ['elsewhere']);
  expect(await remote().do('connect', { hosts: hosts[0], user: 'eve', password: 'pw' })).toBe('error 82');
});

it('takes a new password at once, and the old one no longer', async () => {
  const { hosts } = await start({ auth });
  const admin = remote();
  await admin.do('connect', { hosts: hosts[0], ...asAdmin });
  expect(await admin.do('changePassword', 'admin', 'second')).toBeNull();
  const login = (password: string): Promise<unknown> =>
    remote().do('connect', { hosts: hosts[0], user: 'admin', password });
  expect([await login('secret'), await login('second')]).toEqual(['error 62', 1]);
  await admin.do('createUser', 'bob', 'pw', ['read']);
  expect(await admin.do('setPassword', 'bob', 'other')).toBeNull();
  const bob = (password: string): Promise<unknown> =>
    remote().do('connect', { hosts: hosts[0], user: 'bob', password });
  expect([await bob('pw'), await bob('other')]).toEqual(['error 62', 1]);
  await admin.do('dropUser', 'bob');
  expect(await bob('other')).toBe('error 60');
});

it('lets the official client in with each of the demo profiles, over mutual TLS', async () => {
  const tls = demoTls();
  const { hosts } = await start({ tls: tls.server, auth: demoUsers, nodes: 2 });
  const folder = mkdtempSync(join(tmpdir(), 'emulator-tls-'));
  ends.push(() => rmSync(folder, { recursive: true }));
  const modes = { internal: 0, external: 1, externalInsecure: 2, pki: 3 };
  for (const profile of demoProfiles(hosts, true, tls)) {
    for (const part of ['ca', 'cert', 'key'] as const) writeFileSync(join(folder, part), profile.tls?.[part] ?? '');
    const outcome = await remote().do('connect', {
      hosts: profile.hosts.join(','),
      user: profile.user,
      password: profile.password,
      authMode: modes[profile.authMode ?? 'internal'],
      tls: {
        enable: true,
        cafile: join(folder, 'ca'),
        certfile: join(folder, 'cert'),
        keyfile: join(folder, 'key'),
        keyfilePassword: profile.tls?.keyPassphrase,
      },
    });
    expect(outcome, profile.name).toBe(2);
  }
});

/** Connects with Node's own TLS; answers the server's status, or the error's code. */
async function overTls(host: string, options: ConnectionOptions): Promise<string> {
  const socket = connectTls({ host: '127.0.0.1', port: Number(host.split(':')[1]), ...options });
  const problem = new Promise<string>((resolve) =>
    socket.once('error', (error) => resolve(String((error as NodeJS.ErrnoException).code))),
  );
  const wire = overSocket(socket);
  const answer = await Promise.race([wire.info('status'), problem]);
  socket.destroy();
  return answer;
}

it('is what its certificate says: another name, an unknown authority and a past date are all seen', async () => {
  const authority = createAuthority('test');
  const { ca } = authority;
  const named = { ca, servername: 'cluster.test' };
  const good = authority.issue({ name: 'cluster.test', altNames: ['cluster.test'] });
  const { hosts } = await start({ tls: good });
  const [host = ''] = hosts;
  expect(await overTls(host, named)).toBe('status\tok\n');
  expect(await overTls(host, { ...named, servername: 'other.test' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  expect(await overTls(host, { ...named, ca: createAuthority('other').ca })).toMatch(
    /UNABLE_TO_VERIFY|SELF_SIGNED|SIGNATURE/,
  );
  const past = authority.issue({
    name: 'cluster.test',
    altNames: ['cluster.test'],
    validMs: [Date.UTC(2020, 0, 1), Date.UTC(2021, 0, 1)],
  });
  const expired = await start({ tls: past });
  expect(await overTls(expired.hosts[0] ?? '', named)).toBe('CERT_HAS_EXPIRED');
});

it('writes certificates that can be read, whatever the length of their signature', () => {
  for (let round = 0; round < 40; round += 1) {
    const authority = createAuthority('x'.repeat(round));
    const { cert } = authority.issue({ name: 'y'.repeat(round), altNames: ['z.test'] });
    expect(new X509Certificate(cert).verify(new X509Certificate(authority.ca).publicKey)).toBe(true);
    expect(cert).not.toContain('\n\n');
  }
});

it('asks for a client certificate where it should, and takes a key under its passphrase', async () => {
  const { server, client } = demoTls();
  const { hosts } = await start({ tls: server });
  const named = { ca: client.ca, servername: server.name ?? '' };
  expect(client.key).toContain('ENCRYPTED PRIVATE KEY');
  const { cert, key, keyPassphrase: passphrase } = client;
  expect(await overTls(hosts[0] ?? '', { ...named, cert, key, passphrase })).toBe('status\tok\n');
  expect(await overTls(hosts[0] ?? '', named)).not.toBe('status\tok\n');
});

import { describe, expect, it } from 'vitest';
import type { AerospikeEmulator } from '../../electron/emulators/aerospike/emulator.ts';
import type { LoginSeen } from '../../electron/emulators/aerospike/cluster.ts';
import { createAuthority } from '../../electron/emulators/aerospike/x509.ts';
import type { UserPlan } from '../../electron/emulators/aerospike/users.ts';
import { useAerospikeSuite } from '../support/aerospike-suite.ts';
import type { AerospikeWorker, ProfileFields } from '../support/aerospike-worker.ts';

const { start, emulate } = useAerospikeSuite();
const name = 'cluster.example.com';
const authority = createAuthority('Cluster CA');
const server = authority.issue({ name });
const own = 'CANARY-own-password';
const directory = 'CANARY-directory-password';
const users: UserPlan[] = [
  { name: 'own', password: own, roles: ['read-write'] },
  { name: 'directory', password: directory, isExternal: true, roles: ['read'] },
  { name: 'machine', roles: ['read-write'] },
];
const told = /The user or the password is wrong/;
const key = { namespace: 'test', set: 's', key: 'a' };

interface Secured extends AerospikeEmulator {
  logins: LoginSeen[];
}

/** Two nodes with users; `asks` for a client certificate, `takes` none, or speaks no TLS at all. */
async function secured(certificates: 'asks' | 'takes none' | 'no TLS'): Promise<Secured> {
  const logins: LoginSeen[] = [];
  const tls = {
    key: server.key,
    cert: server.cert,
    ca: authority.ca,
    requireClientCert: certificates === 'asks',
    name,
  };
  const emulator = await emulate({
    nodes: 2,
    auth: users,
    onLogin: (seen) => logins.push(seen),
    ...(certificates === 'no TLS' ? {} : { tls }),
  });
  return { ...emulator, logins };
}

const overTls = { tls: { ca: authority.ca, name } };

/** Signs in by password. */
const login = (hosts: string[], authMode: string, user: string, password: string, more = {}): ProfileFields => ({
  fields: { hosts, authMode, user, role: 'read-write', timeoutMs: 3_000, ...more },
  secrets: { password },
});

/** Signs in by a certificate with this common name. */
const certified = (hosts: string[], commonName: string, by = authority): ProfileFields => {
  const client = by.issue({ name: commonName });
  return {
    fields: { hosts, authMode: 'pki', role: 'read-write', tls: { ca: authority.ca, cert: client.cert, name } },
    secrets: { 'tls.key': client.key },
  };
};

/** What its nodes were shown. */
function seenBy({ logins }: Secured): readonly LoginSeen[] {
  expect(logins.length).toBeGreaterThan(0);
  return logins;
}

const everythingFrom = (worker: AerospikeWorker): string => JSON.stringify(worker.messages) + worker.printed();

describe('a login of a directory’s user (external)', () => {
  it('goes over TLS to every node with the password itself, and reads', async () => {
    const cluster = await secured('takes none');
    const worker = await start(login(cluster.hosts.slice(0, 1), 'external', 'directory', directory, overTls));
    expect(await worker.answer('aerospike_test_credential', {})).toMatchObject({
      nodes: 2,
      user: 'directory',
      roles: ['read'],
      isEncrypted: true,
      security: 'on',
    });
    expect(await worker.answer('aerospike_get_record', key)).toEqual({ found: false });
    expect(await worker.run('aerospike_put_record', { ...key, bins: { n: 1 } })).toMatchObject({
      ok: false,
      error: { code: 'refused', message: expect.stringMatching(/roles do not allow/) },
    });
    for (const seen of seenBy(cluster)) expect(seen).toMatchObject({ user: 'directory', clearPassword: directory });
    expect(everythingFrom(worker)).not.toContain('CANARY');
  });

  it('with a wrong password is told, and quotes none', async () => {
    const cluster = await secured('takes none');
    const worker = await start(login(cluster.hosts, 'external', 'directory', 'CANARY-wrong', overTls));
    for (const tool of ['aerospike_test_credential', 'aerospike_get_record'])
      expect(await worker.call(tool, tool.includes('get') ? key : {})).toMatchObject({
        ok: false,
        error: { code: 'refused', message: expect.stringMatching(told) },
      });
    expect(everythingFrom(worker)).not.toContain('CANARY');
  });

  it('is refused in words without TLS, before anything is sent', async () => {
    const cluster = await secured('no TLS');
    const worker = await start(login(cluster.hosts, 'external', 'directory', directory));
    for (const tool of ['aerospike_test_credential', 'aerospike_get_record'])
      expect(await worker.call(tool, tool.includes('get') ? key : {})).toMatchObject({
        ok: false,
        error: {
          code: 'invalid-input',
          message: expect.stringMatching(/sends the password itself, so it needs TLS/),
          hint: expect.stringMatching(/externalInsecure/),
        },
      });
    expect(cluster.logins).toEqual([]);
    expect(cluster.cluster.nodes.map(({ counters }) => counters.opened)).toEqual([0, 0]);
  });

  it('sends no password in clear to a port that speaks no TLS', async () => {
    const cluster = await secured('no TLS');
    const worker = await start(login(cluster.hosts, 'external', 'directory', directory, overTls));
    expect(await worker.call('aerospike_get_record', key)).toMatchObject({ ok: false, error: { code: 'unreachable' } });
    expect(cluster.logins).toEqual([]);
  });

  it('may go without TLS as externalInsecure, of which a test warns', async () => {
    const cluster = await secured('no TLS');
    const worker = await start(login(cluster.hosts.slice(0, 1), 'externalInsecure', 'directory', directory));
    const answer = await worker.answer('aerospike_test_credential', {});
    expect(answer).toMatchObject({ nodes: 2, user: 'directory', roles: ['read'], isEncrypted: false });
    expect(JSON.stringify(answer.warnings)).toMatch(/not encrypted/);
    expect(await worker.answer('aerospike_get_record', key)).toEqual({ found: false });
    for (const seen of seenBy(cluster)) expect(seen.clearPassword).toBe(directory);
  });

  it('is known by its own way to sign in alone, and the other way is named', async () => {
    const cluster = await secured('no TLS');
    const worker = await start(login(cluster.hosts, 'internal', 'directory', directory));
    expect(await worker.call('aerospike_get_record', key)).toMatchObject({
      ok: false,
      error: { code: 'refused', message: expect.stringMatching(told), hint: expect.stringMatching(/LDAP.*external/) },
    });
    for (const seen of seenBy(cluster)) expect(seen.clearPassword).toBeNull();
  });
});

describe('a login of the cluster’s own user (internal)', () => {
  it('sends the hash of the password, never the password', async () => {
    const cluster = await secured('no TLS');
    const worker = await start(login(cluster.hosts.slice(0, 1), 'internal', 'own', own));
    expect(await worker.answer('aerospike_test_credential', {})).toMatchObject({ nodes: 2, user: 'own' });
    for (const seen of seenBy(cluster))
      expect(seen).toMatchObject({ user: 'own', hash: expect.stringMatching(/^\$2a\$10\$/), clearPassword: null });
    expect(JSON.stringify(cluster.logins) + everythingFrom(worker)).not.toContain('CANARY');
  });

  it('does not let in who is known by a certificate alone', async () => {
    const cluster = await secured('takes none');
    const worker = await start(login(cluster.hosts, 'internal', 'machine', own, overTls));
    expect(await worker.call('aerospike_get_record', key)).toMatchObject({
      ok: false,
      error: { code: 'refused', message: expect.stringMatching(told) },
    });
  });
});

describe('a login by certificate (pki)', () => {
  it('needs neither user nor password, reads and writes on every node, and is who the certificate says', async () => {
    const cluster = await secured('asks');
    const worker = await start(certified(cluster.hosts.slice(0, 1), 'machine'));
    expect(await worker.answer('aerospike_test_credential', {})).toMatchObject({
      nodes: 2,
      user: 'machine',
      roles: ['read-write'],
      isEncrypted: true,
      security: 'on',
      warnings: [],
    });
    await worker.answer('aerospike_put_record', { ...key, bins: { n: 1 } });
    expect(await worker.answer('aerospike_get_record', key)).toMatchObject({ found: true, bins: { n: 1 } });
    for (const seen of seenBy(cluster))
      expect(seen).toEqual({ user: null, hash: null, clearPassword: null, certificateName: 'machine' });
  });

  it('of a user who may do more than the profile’s role is warned of', async () => {
    const { hosts } = await secured('asks');
    const { fields, secrets = {} } = certified(hosts, 'machine');
    const worker = await start({ fields: { ...fields, role: 'read-only' }, secrets });
    const { warnings } = await worker.answer('aerospike_test_credential', {});
    expect(JSON.stringify(warnings)).toMatch(/may do more \(write\)/);
  });

  it('does not care for a user and a password that are left from another login, and sends neither', async () => {
    const cluster = await secured('asks');
    const { fields, secrets } = certified(cluster.hosts, 'machine');
    const worker = await start({ fields: { ...fields, user: 'own' }, secrets: { ...secrets, password: own } });
    expect(await worker.answer('aerospike_test_credential', {})).toMatchObject({ user: 'machine' });
    for (const seen of seenBy(cluster)) expect(seen).toMatchObject({ user: null, hash: null, clearPassword: null });
  });

  it.each([
    ['a name that is no user', 'asks', 'stranger'],
    ['a cluster that asks for no certificate', 'takes none', 'machine'],
  ] as const)('with %s is told as that, and no password spoken of', async (_what, certificates, commonName) => {
    const { hosts } = await secured(certificates);
    const worker = await start(certified(hosts, commonName));
    for (const tool of ['aerospike_test_credential', 'aerospike_get_record']) {
      const outcome = await worker.call(tool, tool.includes('get') ? key : {});
      expect(outcome).toMatchObject({
        ok: false,
        error: {
          code: 'refused',
          message: expect.stringMatching(/client certificate is no login here/),
          hint: expect.stringMatching(/must be a user of the cluster/),
        },
      });
      expect(JSON.stringify(outcome)).not.toMatch(/password/);
    }
  });

  it('without a certificate says that it has none', async () => {
    const { hosts } = await secured('asks');
    const worker = await start({ fields: { hosts, authMode: 'pki', ...overTls } });
    expect(await worker.call('aerospike_get_record', key)).toMatchObject({
      ok: false,
      error: { code: 'invalid-input', message: expect.stringMatching(/by certificate \(pki\), and has none/) },
    });
  });

  it('with a certificate whose key is missing says that the cluster wants one', async () => {
    const { hosts } = await secured('asks');
    const { fields } = certified(hosts, 'machine');
    const worker = await start({ fields });
    expect(await worker.call('aerospike_test_credential', {})).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/wants a client certificate/) },
    });
  });
});

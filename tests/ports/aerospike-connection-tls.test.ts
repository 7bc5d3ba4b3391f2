import { createPrivateKey } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import type { AerospikeEmulator } from '../../electron/emulators/aerospike/emulator.ts';
import { createAuthority } from '../../electron/emulators/aerospike/x509.ts';
import { useAerospikeSuite } from '../support/aerospike-suite.ts';
import type { ProfileFields } from '../support/aerospike-worker.ts';

const { start, emulate, scratch } = useAerospikeSuite();
const name = 'cluster.example.com';
const authority = createAuthority('Cluster CA');
const server = authority.issue({ name });
const client = authority.issue({ name: 'app' });
const passphrase = 'CANARY-passphrase';
const sealedKey = createPrivateKey(client.key)
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase })
  .toString();

/** Two nodes behind TLS. */
const secured = (): Promise<AerospikeEmulator> =>
  emulate({ nodes: 2, tls: { key: server.key, cert: server.cert, ca: authority.ca, requireClientCert: true, name } });

const mutual = (hosts: string[]): ProfileFields => ({
  fields: { hosts, tls: { ca: authority.ca, cert: client.cert, name } },
  secrets: { 'tls.key': sealedKey, 'tls.keyPassphrase': passphrase },
});

/** Every file below the folder that the worker may write to. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe('a TLS connection', () => {
  it('with a client certificate and a sealed key works, on every node, and leaves no file', async () => {
    const emulator = await secured();
    const worker = await start(mutual(emulator.hosts.slice(0, 1)));
    expect(await worker.answer('aerospike_test_credential', {})).toMatchObject({ nodes: 2, isEncrypted: true });
    // A node that comes later is spoken to with the same key, which is no longer on the disk.
    expect(filesIn(scratch())).toEqual([]);
    await emulator.stopNode(1);
    await emulator.startNode(1);
    await expect
      .poll(async () => (await worker.answer('aerospike_test_credential', {})).nodes, {
        timeout: 15_000,
        interval: 300,
      })
      .toBe(2);
    expect(filesIn(scratch())).toEqual([]);
    expect(worker.printed()).toBe('');
    expect(JSON.stringify(worker.messages)).not.toContain(passphrase);
  });

  it.each<[string, (hosts: string[]) => ProfileFields, RegExp]>([
    [
      'another name',
      (hosts) => ({ ...mutual(hosts), fields: { hosts, tls: { ca: authority.ca, name: 'x.example' } } }),
      /another name/,
    ],
    [
      'another authority',
      (hosts) => ({ fields: { hosts, tls: { ca: createAuthority('Other').ca, name } } }),
      /trusted authority/,
    ],
    [
      'no client certificate',
      (hosts) => ({ fields: { hosts, tls: { ca: authority.ca, name } } }),
      /client certificate/,
    ],
    ['no TLS', (hosts) => ({ fields: { hosts, timeoutMs: 1_000 } }), /no Aerospike server|expects TLS|did not answer/],
  ])('with %s is told apart', async (_what, profileOf, says) => {
    const emulator = await secured();
    const worker = await start(profileOf(emulator.hosts));
    const outcome = await worker.call('aerospike_test_credential', {});
    expect(outcome).toMatchObject({ ok: false, error: { message: expect.stringMatching(says) } });
  });

  it('to a port that does not speak TLS is said to be that', async () => {
    const emulator = await emulate();
    const worker = await start(mutual(emulator.hosts));
    expect(await worker.call('aerospike_test_credential', {})).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/answers without TLS.*4333/) },
    });
  });

  it.each<Record<string, string>>([{ 'tls.keyPassphrase': 'CANARY-other' }, {}])(
    'with a key that its passphrase does not open says so, and quotes neither',
    async (wrong) => {
      const emulator = await secured();
      const { fields } = mutual(emulator.hosts);
      const worker = await start({ fields, secrets: { 'tls.key': sealedKey, ...wrong } });
      for (const [tool, args] of [
        ['aerospike_test_credential', {}],
        ['aerospike_get_record', { namespace: 'test', key: 'a' }],
      ] as const)
        expect(await worker.call(tool, args)).toMatchObject({
          error: {
            message: expect.stringMatching(/TLS key cannot be read/),
            hint: expect.stringMatching(/passphrase/),
          },
        });
      expect(JSON.stringify(worker.messages)).not.toMatch(/CANARY|BEGIN/);
    },
  );

  it.each<[string, string[], string, boolean]>([
    ['*.example.com', ['other.example.org'], 'a.example.com', true],
    ['*.example.com', [], 'a.b.example.com', false],
    ['other', ['c*.example.com'], 'cc.example.com', false],
    ['other', ['*.Example.com'], 'A.example.COM', true],
  ])(
    'with a certificate for %s, %j by the name %s is what the client makes of it',
    async (subject, altNames, given, isGood) => {
      const emulator = await emulate({
        nodes: 1,
        tls: { ...authority.issue({ name: subject, altNames }), name: given },
      });
      const worker = await start({ fields: { hosts: emulator.hosts, tls: { ca: authority.ca, name: given } } });
      const outcome = await worker.call('aerospike_test_credential', {});
      const another = { ok: false, error: { message: expect.stringMatching(/certificate is for another name/) } };
      expect(outcome).toMatchObject(isGood ? { ok: true } : another);
    },
  );

  it('that is not asked for minds no key that is left over', async () => {
    const emulator = await emulate({ nodes: 1 });
    const worker = await start({ fields: { hosts: emulator.hosts }, secrets: { 'tls.key': 'none' } });
    expect(await worker.call('aerospike_test_credential', {})).toMatchObject({ ok: true });
  });

  it('to an address for which a certificate has no name says what to give, since the client looks at names alone', async () => {
    const own = authority.issue({ name, altNames: [name, '127.0.0.1'] });
    const emulator = await emulate({ nodes: 1, tls: { ...own, name } });
    const at = (tlsName: object) => ({ fields: { hosts: emulator.hosts, tls: { ca: authority.ca, ...tlsName } } });
    const nameless = await start(at({}));
    expect(await nameless.call('aerospike_test_credential', {})).toMatchObject({
      error: { message: expect.stringMatching(/certificate is for another name\. Give the name .*host:tlsName:port/) },
    });
    const named = await start(at({ name }));
    expect(await named.answer('aerospike_test_credential', {})).toMatchObject({ isEncrypted: true });
  });

  it('leaves nothing that opens anything when the worker is killed while it connects', async () => {
    const stalling = await stallAfterProbe();
    const worker = await start(mutual([`127.0.0.1:${(stalling.address() as AddressInfo).port}`]));
    // Killed before it can answer.
    worker.call('aerospike_get_record', { namespace: 'test', key: 'a' }).catch(() => undefined);
    await expect.poll(() => filesIn(scratch()).length, { timeout: 10_000, interval: 10 }).toBe(3);
    const paths = filesIn(scratch());
    worker.child.kill('SIGKILL');
    await worker.exit;
    for (const path of paths) {
      expect(statSync(path).mode & 0o077).toBe(0);
      const text = readFileSync(path, 'utf8');
      expect(text).not.toMatch(/BEGIN (EC |RSA )?PRIVATE KEY/);
      if (!text.includes('PRIVATE KEY')) continue;
      expect(text).toContain('BEGIN ENCRYPTED PRIVATE KEY');
      for (const known of ['', passphrase]) expect(() => createPrivateKey({ key: text, passphrase: known })).toThrow();
    }
    // The next one sweeps what is left.
    const next = await start({ fields: { hosts: ['127.0.0.1:1'] } });
    await next.call('aerospike_get_record', { namespace: 'test', key: 'a' });
    expect(filesIn(scratch())).toEqual([]);
    stalling.close();
  });
});

/** Answers the first connection as a node would and lets every later one hang, in the middle of the client's connect. */
async function stallAfterProbe(): Promise<Server> {
  let connections = 0;
  const answer = Buffer.from('build\t8.1.2.0\n');
  const header = Buffer.alloc(8);
  header.writeUInt8(2, 0);
  header.writeUInt8(1, 1);
  header.writeUIntBE(answer.length, 2, 6);
  const stalling = createServer({ key: server.key, cert: server.cert, ca: authority.ca, requestCert: true });
  stalling.on('secureConnection', (socket: TLSSocket) => {
    connections += 1;
    socket.on('error', () => undefined);
    if (connections === 1) socket.on('data', () => socket.write(Buffer.concat([header, answer])));
  });
  await new Promise<void>((resolve) => stalling.listen(0, '127.0.0.1', resolve));
  return stalling;
}

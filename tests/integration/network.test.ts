import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findHost, type Host } from '../../electron/platform/control-client.ts';
import { Secret } from '../../electron/core/credentials/secret.ts';
import { akamaiCanaries } from '../support/canaries.ts';
import { privateAuthority } from '../support/certificates.ts';
import { startConnectProxy, startTlsIssuer } from '../support/issuer.ts';
import { createTestHost, passphrase, type TestHost } from '../support/test-host.ts';

const { host: issuerName } = akamaiCanaries('acme');
const self = {
  clientName: 'Behind a proxy',
  clientType: 'CLIENT',
  isLocked: false,
  allowAccountSwitch: false,
  canAutoCreateCredential: false,
  activeCredentialCount: 1,
};

interface Tested {
  ok: boolean;
  message: string;
  facts: { clientName?: string };
}

/** The built host and its real workers, under their permission model, behind a real proxy. */
describe('the network of the settings', () => {
  let host: TestHost;
  let asking: Host;
  const authority = privateAuthority(issuerName);
  let issuer: Awaited<ReturnType<typeof startTlsIssuer>>;
  let proxy: Awaited<ReturnType<typeof startConnectProxy>>;

  beforeAll(async () => {
    issuer = await startTlsIssuer(authority, self);
    proxy = await startConnectProxy(issuer.port);
    host = await createTestHost();
    await host.start();
    await host.add('acme');
    const found = await findHost(host.home);
    if (!found) throw new Error('no host');
    asking = found;
  });
  afterAll(async () => {
    asking.close();
    await host.close();
    issuer.close();
    proxy.close();
  });

  const test = async () => JSON.parse((await host.run('test', 'acme', '--json')).stdout) as Tested;
  const workers = async () => (await host.json<{ workers: { pid: number; restarts: number }[] }>('status')).workers;

  it('needs a person, reaches a worker that runs already, and is taken back', async () => {
    expect(await test()).toMatchObject({ ok: false });
    expect(issuer.asked).toEqual([]);
    const [before] = await workers();

    const network = { proxy: proxy.proxy, ca: authority.ca };
    await expect(asking.ask('settings.set', { network })).rejects.toMatchObject({ code: 'refused' });
    expect((await asking.ask('settings.get', {})).network).toEqual({ proxy: null, ca: null });
    await asking.ask('settings.set', { network }, new Secret(passphrase));
    expect(await test()).toMatchObject({ ok: true, facts: { clientName: 'Behind a proxy' } });
    expect(proxy.ways).toEqual([`${issuerName}:443`]);
    expect(issuer.asked[0]).toMatch(new RegExp(`^${issuerName} /identity-management/`));
    expect(await workers()).toMatchObject([{ pid: before?.pid, restarts: 0 }]);

    await asking.ask('settings.set', { network: { proxy: 'http://127.0.0.1:1' } }, new Secret(passphrase));
    expect(await test()).toMatchObject({ ok: false, message: expect.stringMatching(/^The proxy in the settings/) });

    const lines = await host.json<{ kind: string; names?: string[] }[]>('activity');
    expect(lines.filter(({ kind }) => kind === 'settings-changed').map(({ names }) => names)).toEqual([
      ['network.proxy', 'network.ca'],
      ['network.proxy'],
    ]);
  });

  it('is there again after a restart', async () => {
    const path = join(host.home, 'settings.json');
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ network: { ca: authority.ca } });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await asking.ask('settings.set', { network: { proxy: proxy.proxy } }, new Secret(passphrase));
    await host.kill();
    await host.start();
    expect(await test()).toMatchObject({ ok: true });
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { akamaiCanaries } from '../../support/canaries.ts';
import { privateAuthority } from '../../support/certificates.ts';
import { startConnectProxy, startTlsIssuer } from '../../support/issuer.ts';
import { customerOf, emulated, messageFor } from '../../support/akamai-section.ts';
import { assertProxySupport, createTransport } from '../../../electron/servers/akamai/api/transport.ts';
import { connectAkamai } from '../../../electron/servers/akamai/services.ts';

const host = 'akab-test.luna.akamaiapis.net';
const authority = privateAuthority(host, '127.0.0.1');
let open: { close(): void }[] = [];
afterEach(() => {
  for (const server of open) server.close();
  open = [];
});
const startIssuer = async () => {
  const issuer = await startTlsIssuer(authority);
  open.push(issuer);
  return issuer;
};
const startProxy = async (issuerPort: number, refuseWith?: number) => {
  const proxy = await startConnectProxy(issuerPort, refuseWith);
  open.push(proxy);
  return proxy;
};

const askThrough = (network: { proxy: string | null; ca: string | null }) => {
  const services = connectAkamai({ ...messageFor({ ...akamaiCanaries('x'), host }), network }, { retryBaseMs: 1 });
  return services.api
    .getRaw({ path: '/papi/v1/contracts' }, { signal: new AbortController().signal, progress: () => undefined })
    .finally(() => services.close());
};

describe('calls to an issuer', () => {
  it('go through the proxy of the settings, unread by it, when its authority is one of the settings', async () => {
    const issuer = await startIssuer();
    const { proxy, ways, bytes } = await startProxy(issuer.port);
    const answer = await askThrough({ proxy, ca: authority.ca });
    expect(answer.status).toBe(200);
    expect(ways).toEqual([`${host}:443`]);
    expect(issuer.asked).toEqual([`${host} /papi/v1/contracts`]);
    expect(Buffer.concat(bytes).includes('papi')).toBe(false);
  });

  it('are not made when nobody vouches for the issuer', async () => {
    const issuer = await startIssuer();
    const { proxy } = await startProxy(issuer.port);
    const other = privateAuthority('other');
    for (const ca of [null, other.ca]) {
      await expect(askThrough({ proxy, ca })).rejects.toMatchObject({
        code: 'unreachable',
        message: expect.stringContaining('certificate'),
        hint: expect.stringContaining('settings of Chatelaine'),
      });
    }
    expect(issuer.asked).toEqual([]);
  });

  it('trust the authority of the settings without a proxy too', async () => {
    const issuer = await startIssuer();
    const url = new URL(`https://127.0.0.1:${issuer.port}/papi/v1/contracts`);
    const send = (ca: string | null) => {
      const transport = createTransport({ origin: url.origin, isEmulator: false }, { proxy: null, ca });
      const request = { method: 'GET', url, headers: {}, signal: AbortSignal.timeout(5000), maxBytes: 1000 };
      return Promise.all([
        transport.send({ ...request, isOnce: false }),
        transport.send({ ...request, isOnce: true }),
      ]).finally(() => transport.close());
    };
    expect((await send(authority.ca)).map(({ status }) => status)).toEqual([200, 200]);
    await expect(send(null)).rejects.toMatchObject({ code: expect.stringMatching(/UNABLE_TO|SELF_SIGNED/) });
  });

  it.each([
    [407, /user name and a password \(407\)/],
    [403, /did not let.*\(403\)/],
    [502, /did not let.*\(502\)/],
  ])('say so when the proxy answers %s', async (status, message) => {
    const { proxy } = await startProxy(1, status);
    await expect(askThrough({ proxy, ca: null })).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(message),
      hint: expect.not.stringMatching(/^$/),
    });
  });

  it('say so when there is no proxy where the settings have one', async () => {
    await expect(askThrough({ proxy: 'http://127.0.0.1:1', ca: null })).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/The proxy.*was not reached, so nothing was sent/),
    });
  });

  it('to an emulator on this machine never take the proxy', async () => {
    const world = await emulated();
    try {
      const [{ section }] = world.customers;
      const { proxy, ways } = await startProxy(1, 502);
      const customer = customerOf(section, { retryBaseMs: 1 }, { proxy, ca: authority.ca });
      expect(await customer.call('akamai_list_contracts')).toMatchObject({ ok: true });
      expect(ways).toEqual([]);
      customer.services.close();
    } finally {
      await world.close();
    }
  });

  it('are refused, not sent another way, by a runtime that knows no proxies', () => {
    for (const version of ['24.5.0', '24.21.0', '25.0.0']) expect(() => assertProxySupport(version)).not.toThrow();
    for (const version of ['24.0.0', '24.4.9', '22.21.0'])
      expect(() => assertProxySupport(version)).toThrow(/cannot use a proxy. Nothing was sent/);
  });
});

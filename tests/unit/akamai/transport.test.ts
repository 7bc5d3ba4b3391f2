import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../../electron/emulators/akamai/faults.ts';
import type { ToolOutcome } from '../../../electron/core/workers/protocol.ts';
import { demoSeed } from '../../../electron/emulators/akamai/seed.ts';
import { networkError } from '../../../electron/servers/akamai/api/network-error.ts';
import { withinDeadline } from '../../../electron/servers/kit/call-deadline.ts';
import { contextWith, emulated } from '../../support/akamai-section.ts';

let world: Awaited<ReturnType<typeof emulated>>;
beforeEach(async () => {
  world = await emulated({ tuning: { retryBaseMs: 1, deadlineMs: 3000, maxBytes: 256 * 1024 } });
});
afterEach(() => world.close());

const groups = (faults: Fault[]): Promise<ToolOutcome> => {
  world.emulator.faults.add(...faults);
  return world.customers[0].call('akamai_list_groups');
};
const errorOf = (outcome: ToolOutcome) =>
  outcome.ok ? { code: 'none', message: outcome.text, hint: '' } : outcome.error;
const always = { count: null };

describe('a failing edge', () => {
  it.each<[string, Fault, string, RegExp, number]>([
    ['a clock ahead', { kind: 'clock-skew', seconds: -95, ...always }, 'clock-skew', /9[4-6] s ahead of Akamai's/, 1],
    ['a clock behind', { kind: 'clock-skew', seconds: 400, ...always }, 'clock-skew', /(399|400|401) s behind/, 1],
    [
      '401',
      { kind: 'status', status: 401, detail: 'The signature does not match' },
      'upstream',
      /\(401\).*does not match/,
      1,
    ],
    [
      '401 inactive',
      { kind: 'status', status: 401, detail: 'Inactive client token' },
      'upstream',
      /expired, deactivated/,
      1,
    ],
    ['403', { kind: 'status', status: 403 }, 'upstream', /does not allow this \(403\)/, 1],
    ['404', { kind: 'status', status: 404 }, 'not-found', /no such thing \(404\)/, 1],
    ['409', { kind: 'status', status: 409 }, 'changed', /busy/, 1],
    [
      'a quota',
      { kind: 'quota', ...always },
      'rate-limited',
      /used up.*PROPERTIES_PER_CONTRACT.*of 500.*remaining 0/,
      1,
    ],
    ['a rate that stays', { kind: 'rate', retryAfterSeconds: 0, ...always }, 'rate-limited', /fewer requests/, 3],
    ['500', { kind: 'status', status: 500, ...always }, 'upstream', /problem of its own \(500\)/, 1],
    ['502', { kind: 'status', status: 502, ...always }, 'upstream', /\(502\)/, 3],
    ['503', { kind: 'status', status: 503, ...always }, 'upstream', /\(503\)/, 3],
    ['half a JSON', { kind: 'garbage' }, 'upstream', /could not be read/, 1],
    ['HTML', { kind: 'garbage', form: 'html' }, 'upstream', /could not be read/, 1],
    ['an endless body', { kind: 'huge', bytes: 50_000_000 }, 'too-large', /larger than 256 kB/, 1],
    ['a gzip bomb', { kind: 'gzip-bomb', bytes: 200_000_000 }, 'too-large', /larger than 256 kB/, 1],
    ['resets', { kind: 'reset', ...always }, 'unreachable', /connection to Akamai broke/, 3],
    ['silence', { kind: 'slow', delayMs: 20_000 }, 'timed-out', /within 3 s/, 1],
    [
      'a redirect to elsewhere',
      { kind: 'redirect', location: 'https://evil.example/papi/v1/groups' },
      'upstream',
      /not followed/,
      1,
    ],
    [
      'a redirect to another API',
      { kind: 'redirect', location: '/identity-management/v3/api-clients/self' },
      'upstream',
      /not followed/,
      1,
    ],
    ['a redirect in a circle', { kind: 'redirect', location: '/papi/v1/groups', ...always }, 'upstream', /\(302\)/, 2],
    ['deep nesting', { kind: 'body', body: '['.repeat(500) + ']'.repeat(500) }, 'upstream', /could not be read/, 1],
    [
      'another form',
      { kind: 'body', body: '{"groups":{"items":[{"groupId":1}]}}' },
      'upstream',
      /could not be read/,
      1,
    ],
  ])('%s', async (_name, fault, code, message, requests) => {
    const error = errorOf(await groups([fault]));
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(error.hint).not.toBe('');
    expect(world.emulator.requests).toHaveLength(requests);
  });

  it('asks again after a passing fault, with a new nonce and the wait told as progress', async () => {
    for (const fault of [
      { kind: 'status', status: 503 },
      { kind: 'rate', retryAfterSeconds: 0 },
      { kind: 'reset' },
    ] satisfies Fault[]) {
      const outcome = await groups([fault]);
      expect(outcome.ok, fault.kind).toBe(true);
      // The groups are kept for a while, so the next round asks for another customer's.
      world.customers.reverse();
    }
    expect(world.customers.flatMap(({ shown }) => shown).join()).toContain('Asking Akamai again');
  });

  it('passes on what Akamai says, and none of the members that name hosts and addresses', async () => {
    const { message } = errorOf(await groups([{ kind: 'status', status: 403, detail: 'Not \u202eyour\u0007 group' }]));
    expect(message).toContain('Akamai says: "Forbidden: Not \\u{202e}your\\u{7} group"');
    for (const dropped of ['instance-host', '203.0.113.7', '198.51.100.9']) expect(message).not.toContain(dropped);
  });

  it('takes its own tokens out of an error that quotes them', async () => {
    const { clientToken, accessToken } = world.customers[0].section;
    const detail = `bad header client_token=${clientToken};access_token=${accessToken}`;
    const { message } = errorOf(await groups([{ kind: 'status', status: 401, detail }]));
    expect(message).toContain('client_token=[removed];access_token=[removed]');
  });

  it('cancels within the wait, within the request and in the queue, and closes the socket', async () => {
    for (const fault of [
      { kind: 'rate', retryAfterSeconds: 2 },
      { kind: 'slow', delayMs: 20_000 },
    ] satisfies Fault[]) {
      world.emulator.faults.add(fault);
      const abort = new AbortController();
      setTimeout(() => abort.abort(), 60);
      const startedMs = performance.now();
      const outcome = await world.customers[0].call('akamai_list_contracts', {}, { signal: abort.signal });
      expect(errorOf(outcome).code).toBe('cancelled');
      expect(performance.now() - startedMs).toBeLessThan(1000);
    }
  });

  it('never repeats a purge, whose fate after a broken connection is unknown', async () => {
    world.emulator.faults.add({ kind: 'reset', count: null });
    const [customer] = world.customers;
    const args = { urls: ['https://www.example.com/a'], network: 'staging' };
    const outcome = await customer.call('akamai_purge_urls', args, {
      plan: await customer.plan('akamai_purge_urls', args),
    });
    expect(errorOf(outcome).code).toBe('unreachable');
    expect(world.emulator.requests).toHaveLength(1);
  });

  it('has at most four requests in flight for one credential', async () => {
    world.emulator.faults.add({ kind: 'slow', delayMs: 100, count: null });
    const startedMs = performance.now();
    const calls = Array.from({ length: 12 }, () =>
      world.customers[0].call('akamai_get', { path: '/papi/v1/contracts' }),
    );
    expect((await Promise.all(calls)).every(({ ok }) => ok)).toBe(true);
    expect(performance.now() - startedMs).toBeGreaterThan(290);
  });
});

describe('a listing of many groups', () => {
  let crowd: typeof world;
  const list = () => crowd.customers[1]?.call('akamai_list_properties', { limit: 1 });
  beforeEach(async () => {
    crowd = await emulated({ seed: demoSeed(), tuning: { retryBaseMs: 1, deadlineMs: 1200 } });
  });
  afterEach(() => crowd.close());

  it('may take longer than one request, since waiting for its turn is not a request under way', async () => {
    // 17 pairs of group and contract, four at a time: five rounds of 400 ms.
    crowd.emulator.faults.add({ kind: 'slow', delayMs: 400, count: null });
    expect(await list()).toMatchObject({ ok: true, structured: { total: 230 } });
    expect(crowd.customers[1]?.shown.join()).toContain('Read 17 of 17 groups');
  });

  it('ends with its first failure, and asks nothing more', async () => {
    crowd.emulator.faults.add({ kind: 'status', status: 500, path: '/papi/v1/properties' });
    expect(await list()).toMatchObject({ ok: false, error: { code: 'upstream' } });
    const asked = crowd.emulator.requests.length;
    expect(asked).toBeLessThan(1 + 17);
    expect(await list()).toMatchObject({ ok: true });
  });
});

it('ends a call that takes too long as a whole, in words', async () => {
  world.emulator.faults.add({ kind: 'slow', delayMs: 20_000 });
  const { services } = world.customers[0];
  const ended = withinDeadline(contextWith(), { deadlineMs: 300, isRead: true }, (context) =>
    services.directory.groups(context),
  );
  await expect(ended).rejects.toMatchObject({ code: 'timed-out', hint: expect.stringContaining('Ask for less') });
});

it('says when the credential was switched off at the issuer', async () => {
  const issued = world.emulator.clients[0]?.credentials.find(({ status }) => status === 'ACTIVE');
  if (issued) issued.status = 'INACTIVE';
  const outcome = await world.customers[0].call('akamai_test_credential');
  expect(errorOf(outcome).message).toContain('expired, deactivated or deleted');
});

it('says what can be done where the certificate is not trusted', () => {
  const error = networkError(Object.assign(new Error('self-signed'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' }));
  expect(error).toMatchObject({
    code: 'unreachable',
    hint: expect.stringContaining('certificate store of this computer'),
  });
});

it('reads packed answers (the emulator packs them as the real edge does)', async () => {
  const outcome = await world.customers[0].call('akamai_list_record_sets', { zone: 'customer-001.example' });
  expect(outcome.ok && outcome.structured.total).toBe(64);
});

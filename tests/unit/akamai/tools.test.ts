import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../electron/core/workers/protocol.ts';
import { crowdSeed, demoSeed } from '../../../electron/emulators/akamai/seed.ts';
import { akamaiTools } from '../../../electron/servers/akamai/tools/index.ts';
import { loadOperations, operationFor, requiredMembers } from '../../support/akamai-oracle.ts';
import { emulated, type Customer } from '../../support/akamai-section.ts';

let world: Awaited<ReturnType<typeof emulated>>;
beforeAll(async () => {
  world = await emulated({ seed: [...demoSeed(), ...crowdSeed(2)] });
});
afterAll(() => world.close());

const named = (name: string): Customer => {
  const customer = world.customers.find(({ section }) => section.name === name);
  if (!customer) throw new Error(name);
  return customer;
};
const structured = async (customer: Customer, tool: string, args: JsonObject = {}) => {
  const outcome = await customer.call(tool, args);
  if (!outcome.ok) throw new Error(outcome.error.message);
  return outcome.structured;
};

/** Arguments for every tool, by what a customer owns. */
const argumentsFor = (slug: string, index: number): Record<string, JsonObject> => {
  const propertyId = `prp_${1_000_000 + index * 1000}`;
  return {
    akamai_list_contracts: {},
    akamai_list_groups: {},
    akamai_search_properties: { by: 'hostname', value: `www0.${slug}.example` },
    akamai_list_properties: {},
    akamai_get_property: { propertyId },
    akamai_list_property_versions: { propertyId },
    akamai_get_property_rules: { propertyId },
    akamai_list_property_activations: { propertyId },
    akamai_list_zones: {},
    akamai_list_record_sets: { zone: `${slug}.example` },
    akamai_get: { path: `/papi/v1/properties/${propertyId}/versions/latest` },
    akamai_purge_urls: { urls: [`https://www0.${slug}.example/a`], network: 'staging' },
    akamai_test_credential: {},
  };
};

async function callEach(customer: Customer, slug: string, index: number): Promise<string[]> {
  const calls = argumentsFor(slug, index);
  expect(Object.keys(calls).sort()).toEqual(akamaiTools.map(({ name }) => name).sort());
  const texts: string[] = [];
  for (const [tool, args] of Object.entries(calls)) {
    const plan = tool === 'akamai_purge_urls' ? await customer.plan(tool, args) : null;
    const outcome = await customer.call(tool, args, { plan });
    expect(outcome, tool).toMatchObject({ ok: true });
    texts.push(JSON.stringify(outcome));
  }
  return texts;
}

describe('every tool', () => {
  it('answers each customer with its own data, whoever asked before (A, B, A)', async () => {
    for (const [slug, other, index] of [
      ['customer-001', 'customer-002', 10],
      ['customer-002', 'customer-001', 11],
      ['customer-001', 'customer-002', 10],
    ] as const) {
      const before = world.emulator.requests.length;
      const texts = await callEach(named(slug), slug, index);
      expect(texts.join()).toContain(slug);
      expect(texts.join()).not.toContain(other);
      const made = world.emulator.requests.slice(before);
      expect(
        made.every(({ isVerified, clientToken }) => isVerified && clientToken === named(slug).section.clientToken),
      ).toBe(true);
    }
  });

  it('sends only what the public descriptions have, with what they require', async ({ skip }) => {
    const operations = loadOperations();
    if (!operations) return skip('the API descriptions are not on this machine');
    await callEach(named('acme-prod'), 'acme-prod', 0);
    expect(world.emulator.requests.length).toBeGreaterThan(15);
    for (const { method, path, status, body } of world.emulator.requests) {
      const { pathname, searchParams } = new URL(path, 'http://emulator');
      const operation = operationFor(operations, method, pathname);
      expect(operation, `${method} ${pathname}`).toBeDefined();
      for (const name of operation?.requiredQuery ?? [])
        expect(searchParams.has(name), `${name} of ${path}`).toBe(true);
      const known = new Set([
        ...(operation?.requiredQuery ?? []),
        ...(operation?.optionalQuery ?? []),
        'accountSwitchKey',
      ]);
      expect(
        [...searchParams.keys()].filter((name) => !known.has(name)),
        path,
      ).toEqual([]);
      expect(body === '' || method === 'POST').toBe(true);
      expect(status).toBeLessThan(400);
    }
  });

  it("is tested against answers that have what Akamai's own have to have", async ({ skip }) => {
    const operations = loadOperations();
    if (!operations) return skip('the API descriptions are not on this machine');
    const acme = named('acme-prod');
    for (const path of [
      '/papi/v1/contracts',
      '/config-dns/v2/zones',
      '/config-dns/v2/zones/acme-prod.example/recordsets',
      '/identity-management/v3/api-clients/self',
    ]) {
      const operation = operationFor(operations, 'GET', path);
      const answer = await acme.services.api.getRaw(
        { path, headers: { 'PAPI-Use-Prefixes': 'true' } },
        { signal: new AbortController().signal, progress: () => undefined },
      );
      const members = Object.keys(JSON.parse(answer.body.toString('utf8')) as object);
      expect(members).toEqual(
        expect.arrayContaining(operation ? requiredMembers(operation, 200) : ['no such operation']),
      );
    }
  });

  it('names the account that a switch key leads to, and asks there', async () => {
    const agency = named('agency');
    const outcome = await agency.call('akamai_list_groups');
    expect(outcome).toMatchObject({ ok: true, account: '1-UMBR:Z-ELLA' });
    expect(JSON.stringify(outcome)).toContain('umbrella');
    expect(world.emulator.requests.at(-1)?.path).toContain('accountSwitchKey=1-UMBR%3AZ-ELLA');
    const latest = await structured(agency, 'akamai_get', { path: '/papi/v1/properties/prp_1004000/versions/latest' });
    expect(JSON.stringify(latest)).toContain('umbrella');
    const about = await structured(agency, 'akamai_test_credential');
    expect(about).toMatchObject({ isDescribed: true, clientName: 'agency', allowAccountSwitch: true });
    expect(world.emulator.requests.at(-1)?.path).not.toContain('accountSwitchKey');
    expect(await agency.call('akamai_get', { path: '/siem/v1/configs/1' })).toMatchObject({
      error: { code: 'refused' },
    });
  });
});

describe('listings', () => {
  it('page through every row once, within the size of an answer', async () => {
    const globex = named('globex');
    for (const [tool, member, count] of [
      ['akamai_list_properties', 'properties', 230],
      ['akamai_list_zones', 'zones', 70],
    ] as const) {
      const seen: unknown[] = [];
      let cursor: string | undefined;
      do {
        const page = await structured(globex, tool, cursor === undefined ? {} : { cursor });
        const rows = page[member] as JsonObject[];
        expect(rows.length).toBeLessThanOrEqual(50);
        expect(page.total).toBe(count);
        seen.push(...rows.map((row) => row.propertyId ?? row.zone));
        cursor = page.next as string | undefined;
      } while (cursor !== undefined);
      expect(new Set(seen).size).toBe(count);
      expect(seen).toHaveLength(count);
    }
  });

  it('refuse a cursor of another listing', async () => {
    const globex = named('globex');
    const { next } = await structured(globex, 'akamai_list_properties');
    const outcome = await globex.call('akamai_list_groups', { cursor: next as string });
    expect(outcome).toMatchObject({ ok: false, error: { code: 'invalid-input' } });
  });
});

describe('rules', () => {
  it('come as an outline, and in full by path; a part that is too large as an outline again', async () => {
    const initech = named('initech');
    const propertyId = 'prp_1002000';
    const outline = await structured(initech, 'akamai_get_property_rules', { propertyId, limit: 3 });
    expect(outline).toMatchObject({
      total: 265,
      outline: [{ path: '/rules', behaviors: 'origin cpCode' }, { path: '/rules/children/0' }, {}],
    });
    const part = await structured(initech, 'akamai_get_property_rules', { propertyId, path: '/rules/children/7' });
    expect(part.part).toMatchObject({ name: 'Rule 7' });
    const large = await structured(initech, 'akamai_get_property_rules', { propertyId, path: '/rules/children' });
    expect(large.note).toContain('too large');
    const missing = await initech.call('akamai_get_property_rules', { propertyId, path: '/rules/childen' });
    expect(missing).toMatchObject({ error: { code: 'not-found', hint: expect.stringContaining('children') } });
  });
});

describe('purging', () => {
  it('plans a write on staging and a destroy on production, in one sentence with the URLs', async () => {
    const urls = ['https://a.example/1', 'https://a.example/2', 'https://a.example/1', 'https://a.example/ü'];
    expect(await named('globex').plan('akamai_purge_urls', { urls, network: 'staging' })).toEqual({
      effect: 'write',
      sentence: 'Purge 3 URLs on STAGING',
      network: 'staging',
      preview: { network: 'staging', method: 'invalidate', urls: [urls[0], urls[1], urls[3]] },
    });
    const plan = await named('globex').plan('akamai_purge_urls', { urls: urls.slice(0, 1), network: 'production' });
    expect(plan).toMatchObject({ effect: 'destroy', sentence: 'Purge 1 URL on PRODUCTION' });
  });

  it('does nothing without a plan, and refuses odd URLs and more than a purge takes', async () => {
    const globex = named('globex');
    const args = { urls: ['https://a.example/1'], network: 'production' };
    expect(await globex.call('akamai_purge_urls', args)).toMatchObject({ error: { code: 'refused' } });
    for (const url of ['ftp://a/b', 'https://u:p@a/b', 'https://a/b#c', 'a/b', 'https://a/\\b', '']) {
      await expect(globex.plan('akamai_purge_urls', { ...args, urls: [url] })).rejects.toMatchObject({
        code: 'invalid-input',
      });
    }
    const many = Array.from({ length: 60 }, (_, at) => `https://a.example/${at}/${'x'.repeat(1000)}`);
    await expect(globex.plan('akamai_purge_urls', { ...args, urls: many })).rejects.toMatchObject({
      code: 'too-large',
    });
  });
});

import { describe, expect, it } from 'vitest';
import { createOffers } from '../../../electron/core/gateway/offers.ts';
import { effectivePolicy } from '../../../electron/core/consent/policy.ts';
import { createGateway, toolOf } from '../../support/gateway.ts';

const roles: Record<string, object> = {
  reader: { role: 'read-only', namespaces: ['orders'] },
  writer: { role: 'read-write' },
  boss: { role: 'admin' },
};

/** A server with profiles of different ceilings, and something to read, ask and complete. */
async function setUp(names: readonly string[]) {
  const gateway = await createGateway(names, undefined, {
    provider: 'aerospike',
    selector: { argument: 'profile', listTool: 'aerospike_list_profiles' },
    draftOf: (name) => ({ name, hosts: ['127.0.0.1:3000'], ...roles[name] }),
    offers: {
      instructions: '',
      tools: [
        toolOf('sets', 'read', 'namespaces', false, 'read-only'),
        toolOf('put', 'write', 'records', false, 'read-write'),
        toolOf('udfs', 'read', 'udfs', false, 'admin'),
        toolOf('set_password', 'write', 'admin', false, 'admin'),
        toolOf('aerospike_complete', 'read', 'namespaces', true),
      ],
      resources: [
        { uriTemplate: 'aerospike://{profile}/sets', name: 'sets', title: 'Sets', description: '', tool: 'sets' },
        {
          uriTemplate: 'aerospike://{profile}/sets/{namespace}',
          name: 'ns',
          title: 'Ns',
          description: '',
          tool: 'sets',
        },
        { uriTemplate: 'aerospike://{profile}/udfs', name: 'udfs', title: 'UDFs', description: '', tool: 'udfs' },
      ],
      prompts: [
        {
          name: 'why',
          title: 'Why',
          description: 'd',
          arguments: [
            { name: 'profile', description: '', required: true },
            { name: 'namespace', description: '', required: false },
          ],
          text: 'Why does {namespace} of {profile} fill? {unknown}',
        },
      ],
      completions: {
        tool: 'aerospike_complete',
        context: ['set'],
        kinds: [{ argument: 'namespace', kind: 'namespace' }],
      },
    },
  });
  const offers = createOffers({
    session: gateway.session,
    calls: gateway.calls,
    policyOf: () => effectivePolicy(gateway.policy.current(), 'r1', 'aerospike', null),
  });
  const listed = (): string[] => gateway.calls.usableTools(gateway.session).map(({ name }) => name);
  return { ...gateway, offers, listed };
}

const signal = new AbortController().signal;

describe('one endpoint with many profiles', () => {
  it('lists what at least one of them may do, and nothing internal', async () => {
    expect((await setUp([])).listed()).toEqual(['sets']);
    expect((await setUp(['reader'])).listed()).toEqual(['sets']);
    expect((await setUp(['reader', 'writer'])).listed()).toEqual(['sets', 'put']);
    expect((await setUp(['reader', 'boss'])).listed()).toEqual(['sets', 'put', 'udfs', 'set_password']);
  });

  it('refuses by the profile that is named, and says which role stands in the way', async () => {
    const { call, made } = await setUp(['reader', 'boss']);
    expect(await call('put', { profile: 'reader' })).toMatchObject({
      ok: false,
      code: 'refused',
      text: expect.stringContaining('reader: This profile has the role read-only; the tool needs read-write.'),
    });
    expect(await call('sets', { profile: 'reader', namespace: 'sessions' })).toMatchObject({
      code: 'refused',
      text: expect.stringContaining('the namespaces orders only'),
    });
    expect(await call('udfs', { profile: 'reader' })).toMatchObject({ code: 'refused' });
    expect(made).toEqual([]);
    expect(await call('udfs', { profile: 'boss' })).toMatchObject({ ok: true });
  });

  it('refuses in the middle of a question when the ceiling was lowered meanwhile', async () => {
    const { call, approvals, vault, settle, made } = await setUp(['boss']);
    const answer = call('put', { profile: 'boss' });
    await settle();
    await vault.edit('boss', { role: 'read-only' });
    approvals.approve(approvals.pending()[0]?.id ?? '', 'once');
    expect(await answer).toMatchObject({ ok: false, code: 'refused' });
    expect(made).toEqual([]);
  });
});

describe('resources', () => {
  it('are listed for what this client could call, without asking a worker', async () => {
    const { offers, children } = await setUp(['reader']);
    expect(offers.templates().resourceTemplates.map(({ name }) => name)).toEqual(['sets', 'ns']);
    expect(offers.resources().resources.map(({ uri }) => uri)).toEqual(['aerospike://reader/sets']);
    expect(children).toHaveLength(0);
  });

  it('are read by a tool call like any other: granted, bounded and recorded', async () => {
    const { offers, made, lines } = await setUp(['reader', 'boss']);
    const { contents } = await offers.read('aerospike://reader/sets/orders', { signal });
    expect(contents).toMatchObject([{ uri: 'aerospike://reader/sets/orders', text: '{"namespace":"orders"}' }]);
    expect(made).toMatchObject([{ tool: 'sets', args: { namespace: 'orders' } }]);
    expect(lines).toMatchObject([{ kind: 'call-finished', tool: 'sets', credential: 'reader', outcome: 'ok' }]);
    await expect(offers.read('aerospike://reader/udfs', { signal })).rejects.toThrow(/role read-only/);
    await expect(offers.read('aerospike://reader/sets/sessions', { signal })).rejects.toThrow(/orders only/);
    await expect(offers.read('aerospike://nobody/sets', { signal })).rejects.toThrow(/no profile of that name/);
    await expect(offers.read('file:///etc/passwd', { signal })).rejects.toThrow(/no resource/);
    expect(made).toHaveLength(1);
  });
});

describe('prompts and completion', () => {
  it('fill arguments in once, so that a value with braces stays what it is', async () => {
    const { offers } = await setUp(['reader']);
    const { messages } = offers.prompt('why', { profile: '{namespace}', namespace: '' });
    expect(messages[0]?.content.text).toBe('Why does (not given) of {namespace} fill? {unknown}');
    expect(() => offers.prompt('why', {})).toThrow(/needs: profile/);
    expect(() => offers.prompt('toString', {})).toThrow(/no prompt/);
  });

  it('complete names of granted profiles here, and the rest by the profile that is named', async () => {
    const { offers, made } = await setUp(['reader', 'writer']);
    expect(await offers.complete({ name: 'profile', value: 'rea' }, {}, { signal })).toMatchObject({
      values: ['reader'],
    });
    expect(made).toEqual([]);
    await offers.complete({ name: 'namespace', value: 'o' }, { profile: 'writer', query: 'x' }, { signal });
    expect(made).toMatchObject([{ tool: 'aerospike_complete', args: { kind: 'namespace', prefix: 'o' } }]);
    // Nobody is named, nothing is known: an empty list, never an error.
    expect(await offers.complete({ name: 'namespace', value: '' }, {}, { signal })).toMatchObject({ values: [] });
    expect(await offers.complete({ name: 'colour', value: '' }, {}, { signal })).toEqual({ values: [] });
  });

  it('keep internal tools from a client that names them', async () => {
    const { call } = await setUp(['boss']);
    expect(await call('aerospike_complete', { profile: 'boss' })).toMatchObject({ ok: false, code: 'not-found' });
  });
});

describe('what a person types along with a yes', () => {
  const args = { profile: 'boss', asks: 'New password of app' };
  const canary = 'CANARY-typed-password';

  it('reaches the worker of this one call, and neither the client nor the record', async () => {
    const { call, approvals, settle, made, lines } = await setUp(['boss']);
    const answer = call('set_password', args);
    await settle();
    const id = approvals.pending()[0]?.id ?? '';
    expect(() => approvals.approve(id, 'once')).toThrow(/is typed along/);
    expect(() => approvals.approve(id, '15m', canary)).toThrow(/this one call/);
    approvals.approve(id, 'once', canary);
    const reply = await answer;
    expect(reply).toMatchObject({ ok: true });
    expect(made).toMatchObject([{ tool: 'set_password', typed: canary }]);
    expect(JSON.stringify([reply, lines, approvals.pending()])).not.toContain(canary);
  });

  it('is asked for even where the client may do the rest without a question', async () => {
    const { call, approvals, policy, settle, made } = await setUp(['boss']);
    const effects = { write: 'allow' as const };
    await policy.change((now) => ({
      ...now,
      grants: [{ registrationId: 'r1', provider: 'aerospike', credentialId: null, effects }],
    }));
    const answer = call('set_password', args);
    await settle();
    expect(made).toEqual([]);
    approvals.deny(approvals.pending()[0]?.id ?? '');
    expect(await answer).toMatchObject({ code: 'refused' });
  });
});

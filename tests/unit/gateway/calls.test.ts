import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approvalTimeLimitMs } from '../../../electron/core/consent/approvals.ts';
import type { Decision, Policy } from '../../../electron/core/consent/policy.ts';
import type { Effect, JsonObject } from '../../../electron/core/workers/protocol.ts';
import { createGateway, type Gateway } from '../../support/gateway.ts';

const grant = (gateway: Gateway, effects: Partial<Record<Effect, Decision>>, toolsets?: string[]): Promise<void> =>
  gateway.policy.change((policy) => ({
    ...policy,
    grants: [{ registrationId: 'r1', provider: 'akamai', credentialId: null, effects, ...(toolsets && { toolsets }) }],
  }));
const change = { customer: 'acme', effect: 'write' };
const waitingId = (gateway: Gateway): string => gateway.approvals.pending()[0]?.id ?? '';

describe('choosing the credential of a call', () => {
  it('takes the only one when none is named, and the one that is named among several', async () => {
    const one = await createGateway(['acme']);
    expect(await one.call('look')).toMatchObject({ ok: true, receipt: { credential: 'acme' } });
    const two = await createGateway(['acme', 'globex']);
    expect(await two.call('look', { customer: 'globex', group: 7 })).toMatchObject({ ok: true });
    expect(two.made).toEqual([{ credential: 'globex', tool: 'look', args: { group: 7 } }]);
  });

  it('asks which one among several, and names those that are near', async () => {
    const gateway = await createGateway(['acme-prod', 'globex']);
    expect(await gateway.call('look')).toMatchObject({
      code: 'invalid-input',
      text: '`customer` is missing. Pass one of: acme-prod, globex.',
    });
    expect(await gateway.call('look', { customer: 'acme-prd' })).toMatchObject({
      code: 'not-found',
      text: expect.stringContaining('Did you mean acme-prod?'),
    });
    for (const customer of [7, null, ['globex'], { name: 'globex' }, '', '__proto__'])
      expect(await gateway.call('look', { customer })).toMatchObject({ ok: false, code: 'not-found' });
    expect(gateway.made).toEqual([]);
  });

  it('knows only those that this client was granted, not even by name', async () => {
    const gateway = await createGateway(['acme', 'globex']);
    const id = gateway.vault.byName('acme').id;
    await gateway.policy.change((policy) => ({
      ...policy,
      registrations: policy.registrations.map((entry) => ({ ...entry, credentials: [id] })),
    }));
    const refused = await gateway.call('look', { customer: 'globex' });
    expect(refused).toMatchObject({ ok: false, code: 'not-found' });
    expect(JSON.stringify(refused)).not.toContain('globex');
    expect(await gateway.call('akamai_list_customers')).toMatchObject({ ok: true, text: 'acme' });
    await gateway.policy.change(() => ({ registrations: [], grants: [] }));
    expect(await gateway.call('look')).toMatchObject({
      text: expect.stringContaining('No customer is granted to this client.'),
    });
  });
});

describe('a call', () => {
  it('with arguments that no reader of messages would survive is refused before a worker has them', async () => {
    const gateway = await createGateway(['acme']);
    const nested = (levels: number): JsonObject => {
      let value: JsonObject = {};
      for (let level = 0; level < levels; level++) value = { in: value };
      return value;
    };
    expect(await gateway.call('look', nested(100_000))).toMatchObject({ code: 'invalid-input' });
    expect(gateway.made).toEqual([]);
    expect(await gateway.call('look', nested(200))).toMatchObject({ ok: true });
  });

  it('that only reads runs at once and answers with its receipt and a line in the record', async () => {
    const gateway = await createGateway(['acme']);
    expect(await gateway.call('look', { a: 1 })).toMatchObject({
      ok: true,
      text: 'acme · account ACC · STAGING\ndone',
      structured: { a: 1 },
      receipt: { credential: 'acme', account: 'ACC', network: 'staging', effect: 'read', activityId: 1 },
    });
    expect(gateway.lines).toMatchObject([{ kind: 'call-finished', tool: 'look', outcome: 'ok', approvalId: null }]);
    expect(JSON.stringify(gateway.lines)).not.toContain('"a":1');
  });

  it.each(['akamai_test_credential', 'nothing', '__proto__', 'constructor', ''])(
    'of %j is not known, whether it is internal or not there at all',
    async (name) => {
      const gateway = await createGateway(['acme']);
      expect(await gateway.call(name)).toMatchObject({
        ok: false,
        code: 'not-found',
        text: expect.stringContaining('There is no tool of that name.'),
      });
      expect(gateway.children).toEqual([]);
    },
  );

  it('that is denied does not even reach a worker to be planned', async () => {
    const gateway = await createGateway(['acme']);
    await grant(gateway, { read: 'deny', write: 'deny', destroy: 'deny' });
    for (const tool of ['look', 'change', 'wipe'])
      expect(await gateway.call(tool, change)).toMatchObject({ ok: false, code: 'refused' });
    expect(gateway.children).toEqual([]);
  });

  it('whose plan has a denied effect is refused on the plan', async () => {
    const gateway = await createGateway(['acme']);
    await grant(gateway, { write: 'allow', destroy: 'deny' });
    expect(await gateway.call('change', { ...change, effect: 'destroy' })).toMatchObject({
      code: 'refused',
    });
    expect(gateway.made).toEqual([]);
    expect(await gateway.call('change', change)).toMatchObject({ ok: true });
  });

  it('of a toolset that is not granted is refused by its name', async () => {
    const gateway = await createGateway(['acme']);
    await grant(gateway, {}, ['reading']);
    expect(await gateway.call('change', change)).toMatchObject({
      code: 'refused',
      text: expect.stringContaining('The toolset "changing" is not granted to this client for acme.'),
    });
    expect(gateway.children).toEqual([]);
  });

  it('is refused while Chatelaine is locked', async () => {
    const gateway = await createGateway(['acme']);
    gateway.setLocked(true);
    expect(await gateway.call('look')).toMatchObject({ ok: false, code: 'locked' });
    expect(gateway.children).toEqual([]);
  });

  it('that fails in an unforeseen way says a log id and nothing else', async () => {
    const gateway = await createGateway(['acme']);
    gateway.vault.list = () => {
      throw new Error(`broken at ${gateway.secrets[0] ?? ''}`);
    };
    const reply = await gateway.call('look');
    expect(reply).toMatchObject({
      code: 'internal',
      text: expect.stringContaining('Its log has the details under log-id.'),
    });
    expect(JSON.stringify(reply)).not.toContain('CANARY');
  });
});

describe('a call that asks a person', () => {
  async function asked(names = ['acme']) {
    const gateway = await createGateway(names);
    const cancel = new AbortController();
    const reply = gateway.call('change', change, cancel.signal);
    await gateway.settle();
    expect(gateway.made).toEqual([]);
    expect(gateway.approvals.pending()).toMatchObject([{ client: 'agent', credential: 'acme', tool: 'change' }]);
    return { gateway, reply, cancel };
  }

  it('runs once when the answer is yes, with what was approved in the record before it', async () => {
    const { gateway, reply } = await asked();
    const id = waitingId(gateway);
    gateway.approvals.approve(id, 'once');
    expect(await reply).toMatchObject({ ok: true, receipt: { effect: 'write' } });
    expect(gateway.made).toHaveLength(1);
    expect(gateway.lines).toMatchObject([
      { kind: 'call-started', approvalId: id },
      { kind: 'call-finished', approvalId: id, outcome: 'ok' },
    ]);
  });

  it.each<[string, (of: Awaited<ReturnType<typeof asked>>) => unknown, RegExp]>([
    ['is no', ({ gateway }) => gateway.approvals.deny(waitingId(gateway)), /The person denied this call/],
    ['does not come in time', ({ gateway }) => gateway.clock.advance(approvalTimeLimitMs), /Nobody answered/],
    ['is not waited for', ({ cancel }) => cancel.abort(), /gave up waiting/],
    ['ends with the session', ({ gateway }) => gateway.approvals.endSession('s1'), /gave up waiting/],
    ['ends with a lock', ({ gateway }) => gateway.approvals.clear(), /denied/],
  ])('is not made when the answer %s', async (_, answer, said) => {
    const of = await asked();
    answer(of);
    const reply = await of.reply;
    expect(reply.ok ? '' : reply.text).toMatch(said);
    expect(of.gateway.made).toEqual([]);
    expect(of.gateway.approvals.pending()).toEqual([]);
  });

  it.each<[string, (gateway: Gateway) => unknown]>([
    ['its grant was tightened', (gateway) => grant(gateway, { write: 'deny' })],
    ['its toolset was taken away', (gateway) => grant(gateway, {}, ['reading'])],
    ['its registration was removed', (gateway) => gateway.policy.change(() => ({ registrations: [], grants: [] }))],
    ['its credential was removed', (gateway) => gateway.vault.remove('acme')],
    ['Chatelaine was locked', (gateway) => gateway.setLocked(true)],
  ])('is not made when %s while the person decided, although the answer is yes', async (_, act) => {
    const { gateway, reply } = await asked(['acme', 'globex']);
    await act(gateway);
    gateway.approvals.approve(waitingId(gateway), 'once');
    expect(await reply).toMatchObject({ ok: false });
    expect(gateway.made).toEqual([]);
  });

  it('is not made when its plan is no longer the one that was shown', async () => {
    const { gateway, reply } = await asked();
    const [shown] = gateway.approvals.pending();
    gateway.approvals.approve(waitingId(gateway), 'once');
    if (shown) shown.plan.preview.more = true;
    expect(await reply).toMatchObject({ text: expect.stringContaining('not the one that was approved') });
    expect(gateway.made).toEqual([]);
  });

  it('is not made when every yes was forgotten before it was sent', async () => {
    const { gateway, reply } = await asked();
    gateway.approvals.approve(waitingId(gateway), 'once');
    gateway.approvals.clear();
    expect(await reply).toMatchObject({ code: 'refused' });
    expect(gateway.made).toEqual([]);
  });

  it('asks again for another call, and again after it was used', async () => {
    const { gateway, reply } = await asked();
    gateway.approvals.approve(waitingId(gateway), 'once');
    await reply;
    for (const args of [change, { ...change, more: true }]) {
      const again = gateway.call('change', args);
      await gateway.settle();
      gateway.approvals.deny(waitingId(gateway));
      expect(await again).toMatchObject({ ok: false });
    }
    expect(gateway.made).toHaveLength(1);
  });
});

describe('no sequence of calls, answers, grants and locks', () => {
  const names = ['acme', 'globex'];
  const tools = { look: 'reading', change: 'changing', wipe: 'changing' } as const;
  type Tool = keyof typeof tools;

  /** Written on its own: what a person would say may pass at this moment. */
  interface Model {
    locked: boolean;
    reach: Set<string>;
    effects: Record<Effect, Decision>;
    toolsets: 'all' | string[];
    /** Yeses given and not used, by the words of the call. */
    yes: Map<string, number>;
  }
  const wordsOf = (credential: string, tool: string, effect: unknown): string =>
    `${credential} ${tool} ${String(effect)}`;

  const decision = fc.constantFrom<Decision>('allow', 'ask', 'deny');
  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('call' as const),
        customer: fc.constantFrom(...names),
        tool: fc.constantFrom<Tool>('look', 'change', 'wipe'),
        effect: fc.constantFrom<Effect>('read', 'write', 'destroy'),
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('answer' as const), yes: fc.boolean(), index: fc.nat(3) }) },
    fc.record({
      kind: fc.constant('grant' as const),
      effects: fc.record({ read: decision, write: decision, destroy: decision }),
      toolsets: fc.constantFrom<'all' | string[]>('all', ['reading'], ['changing'], []),
    }),
    fc.record({ kind: fc.constant('reach' as const), names: fc.subarray(names) }),
    fc.record({ kind: fc.constant('lock' as const), locked: fc.boolean() }),
    fc.record({ kind: fc.constant('settle' as const) }),
  );

  it('lets a call through that was not allowed at the moment it was made', async () => {
    let made = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const model: Model = {
          locked: false,
          reach: new Set(names),
          effects: { read: 'allow', write: 'ask', destroy: 'ask' },
          toolsets: 'all',
          yes: new Map(),
        };
        const wrong: string[] = [];
        const gateway = await createGateway(names, ({ credential, tool, args }) => {
          made += 1;
          const effect = tool === 'look' ? 'read' : (args.effect as Effect);
          const words = wordsOf(credential, tool, args.effect);
          const toolset = tools[tool as Tool];
          const left = model.yes.get(words) ?? 0;
          const isAllowed = model.effects[effect] === 'allow' || (model.effects[effect] === 'ask' && left > 0);
          if (model.effects[effect] !== 'allow') model.yes.set(words, left - 1);
          if (model.locked) wrong.push(`${words}: locked`);
          if (!model.reach.has(credential)) wrong.push(`${words}: out of reach`);
          if (model.toolsets !== 'all' && !model.toolsets.includes(toolset)) wrong.push(`${words}: toolset`);
          if (!isAllowed) wrong.push(`${words}: neither allowed nor approved`);
        });
        const policyOf = (): Policy => ({
          registrations: [
            {
              ...gateway.session.registration,
              credentials: [...model.reach].map((name) => gateway.vault.byName(name).id),
            },
          ],
          grants: [
            {
              registrationId: 'r1',
              provider: 'akamai',
              credentialId: null,
              effects: model.effects,
              toolsets: model.toolsets,
            },
          ],
        });
        const replies: Promise<unknown>[] = [];
        for (const next of steps) {
          switch (next.kind) {
            case 'call':
              replies.push(gateway.call(next.tool, { customer: next.customer, effect: next.effect }));
              break;
            case 'answer': {
              const waiting = gateway.approvals.pending();
              const question = waiting[next.index % Math.max(1, waiting.length)];
              if (!question) break;
              if (!next.yes) gateway.approvals.deny(question.id);
              else {
                const words = wordsOf(question.credential, question.tool, question.args.effect);
                model.yes.set(words, (model.yes.get(words) ?? 0) + 1);
                gateway.approvals.approve(question.id, 'once');
              }
              break;
            }
            case 'grant':
              await gateway.settle();
              model.effects = next.effects;
              model.toolsets = next.toolsets;
              await gateway.policy.change(policyOf);
              break;
            case 'reach':
              await gateway.settle();
              model.reach = new Set(next.names);
              await gateway.policy.change(policyOf);
              break;
            case 'lock':
              await gateway.settle();
              model.locked = next.locked;
              gateway.setLocked(next.locked);
              if (next.locked) {
                gateway.approvals.clear();
                model.yes.clear();
                await gateway.supervisor.stopAll(0);
              }
              break;
            case 'settle':
              await gateway.settle();
          }
        }
        await gateway.settle();
        gateway.approvals.clear();
        await Promise.all(replies);
        expect(wrong).toEqual([]);
      }),
      { numRuns: 300 },
    );
    // It would prove nothing if nothing ever passed.
    expect(made).toBeGreaterThan(100);
  });
});

describe('the end of a call', () => {
  it('names the customer in the first line of a failure too, and leaves a line for a refusal', async () => {
    const gateway = await createGateway(['acme', 'globex']);
    await grant(gateway, { read: 'deny' });
    const refused = await gateway.call('look', { customer: 'acme' });
    expect(refused.text.split('\n')[0]).toBe('acme');
    expect(refused.receipt).toMatchObject({ credential: 'acme', effect: 'read' });
    expect(gateway.lines).toMatchObject([{ kind: 'call-finished', credential: 'acme', outcome: 'refused' }]);
  });

  it('is told as it was even when it cannot be recorded, so that nobody repeats a purge', async () => {
    const gateway = await createGateway(['acme']);
    gateway.failRecord();
    const reply = await gateway.call('look');
    expect(reply).toMatchObject({ ok: true, receipt: { activityId: null } });
  });

  it('lists at most a hundred names, and finds the others by a part of them', async () => {
    const names = Array.from({ length: 130 }, (_, index) => `customer-${index}`);
    const gateway = await createGateway(names);
    const all = await gateway.call('akamai_list_customers');
    expect(all.text).toContain('100 of 130');
    const found = await gateway.call('akamai_list_customers', { search: 'R-129' });
    expect(found.text).toBe('customer-129');
  });
});

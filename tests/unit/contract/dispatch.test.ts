import { describe, expect, it } from 'vitest';
import { createDispatch, type Handlers } from '../../../electron/core/contract/dispatch.ts';
import { procedures } from '../../../electron/core/contract/procedures.ts';
import { Secret } from '../../../electron/core/credentials/secret.ts';
import { Failure } from '../../../electron/core/failure.ts';
import { canary } from '../../support/canaries.ts';
import { createQuietLog } from '../../support/quiet-log.ts';

const requester = { transport: 'control' as const, proof: null };
const secret = canary('secret');

function setUp(handlers: Partial<Handlers> = {}) {
  const log = createQuietLog();
  const asked: string[] = [];
  const others = Object.fromEntries(
    Object.keys(procedures).map((name) => [name, async () => (asked.push(name), {})]),
  ) as unknown as Handlers;
  return { log, asked, dispatch: createDispatch({ ...others, ...handlers }, log) };
}

describe('the contract', () => {
  it.each(['host.nothing', '', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'x'.repeat(10_000)])(
    'knows no procedure called %.20j and runs none',
    async (name) => {
      const { dispatch, asked } = setUp();
      const answer = await dispatch(name, {}, requester);
      expect(answer).toMatchObject({ ok: false, error: { code: 'invalid-input' } });
      expect(JSON.stringify(answer).length).toBeLessThan(400);
      expect(asked).toEqual([]);
    },
  );

  it.each<[string, unknown, string]>([
    ['credentials.show', {}, '`name`'],
    ['credentials.show', { name: [secret] }, '`name`'],
    ['credentials.show', { name: '' }, '`name`'],
    ['credentials.add', { provider: 'akamai', draft: secret }, '`draft`'],
    ['credentials.add', { provider: { [secret]: 1 }, draft: {} }, '`provider`'],
    [
      'grants.set',
      { client: 'a', provider: 'akamai', credential: null, effects: { write: secret } },
      '`effects.write`',
    ],
    ['approvals.approve', { id: 'a', scope: secret }, '`scope`'],
    ['activity.list', { limit: secret }, '`limit`'],
    ['host.setPassphrase', { next: { secret } }, '`next`'],
    ['host.status', secret, 'The input'],
    ['host.status', null, 'The input'],
    ['host.status', undefined, 'The input'],
  ])('of %s refuses %j, naming the field and never the value', async (name, input, field) => {
    const { dispatch, asked, log } = setUp();
    const answer = await dispatch(name, input, requester);
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'invalid-input', message: expect.stringContaining(`${field} is not valid`) },
    });
    expect(JSON.stringify([answer, log.lines])).not.toContain('CANARY');
    expect(asked).toEqual([]);
  });

  it('drops what an answer does not name, so that a handler that says too much leaks nothing', async () => {
    const { dispatch } = setUp({
      'clients.unregister': async () => ({ name: 'agent', changed: [], warnings: [], key: secret, nested: { secret } }),
    });
    expect(await dispatch('clients.unregister', { client: 'agent' }, requester)).toEqual({
      ok: true,
      output: { name: 'agent', changed: [], warnings: [] },
    });
  });

  it('does not hand a handler more than it asked for', async () => {
    let handed: unknown;
    const { dispatch } = setUp({
      async 'clients.unregister'(input) {
        handed = input;
        return { name: 'agent', changed: [], warnings: [] };
      },
    });
    await dispatch('clients.unregister', { client: 'agent', extra: 1 }, requester);
    expect(handed).toEqual({ client: 'agent' });
  });

  it.each([
    ['credentials.reveal', ['http', 'ipc']],
    ['credentials.copy', ['ipc']],
    ['credentials.export', ['control']],
    ['credentials.environment', ['control']],
    ['host.openPage', ['control']],
  ] as const)('answers %s by %j alone, whatever comes with it', async (name, allowed) => {
    const { dispatch, asked } = setUp();
    for (const transport of ['control', 'http', 'ipc'] as const) {
      if (allowed.some((other) => other === transport)) continue;
      const answer = await dispatch(name, {}, { transport, proof: new Secret('right') });
      expect(answer).toMatchObject({ ok: false, error: { code: 'refused' } });
    }
    expect(asked).toEqual([]);
  });

  it('passes a known failure on as it is, and nothing of its cause', async () => {
    const { dispatch } = setUp({
      async 'host.lock'() {
        throw new Failure('disk-full', 'The disk is full.', 'Free some space.', { cause: new Error(secret) });
      },
    });
    expect(await dispatch('host.lock', {}, requester)).toEqual({
      ok: false,
      error: { code: 'disk-full', message: 'The disk is full.', hint: 'Free some space.' },
    });
  });

  it.each<[string, Handlers['host.lock']]>([
    ['throws what nobody foresaw', () => Promise.reject(new Error(`broken with ${secret}`))],
    ['answers what it should not', async () => ({ pid: secret }) as never],
  ])('gives a log id when a handler %s', async (_, handle) => {
    const { dispatch, log } = setUp({ 'host.lock': handle });
    const answer = await dispatch('host.lock', {}, requester);
    expect(answer).toEqual({
      ok: false,
      error: {
        code: 'internal',
        message: 'Something went wrong in Chatelaine.',
        hint: 'Its log has the details under log-id.',
      },
    });
    expect(log.lines[0]).toContain('procedure.failed');
  });

  it('keeps the proof out of input and log', async () => {
    const { dispatch, log } = setUp({
      async 'host.unlock'(input, { proof }) {
        expect(input).toEqual({});
        expect(proof?.reveal()).toBe(secret);
        throw new Error('after all');
      },
    });
    await dispatch('host.unlock', {}, { transport: 'control', proof: new Secret(secret) });
    expect(log.lines.join()).not.toContain('CANARY');
  });
});

import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { defaultEffects } from '../../../electron/core/consent/policy.ts';
import type { Calls } from '../../../electron/core/gateway/calls.ts';
import { nothingOffered } from '../../../electron/core/gateway/catalogue.ts';
import { openMcpSession } from '../../../electron/core/gateway/mcp-session.ts';
import { createQuietLog } from '../../support/quiet-log.ts';
import { selector, toolOf } from '../../support/gateway.ts';
import { socketPair } from '../../support/socket-pair.ts';

interface Answer {
  id: number;
  result?: { isError?: boolean; content?: { text: string }[] };
}

/** A client's end of a session; calls run until the test lets them end. */
async function setUp() {
  const { near, far } = await socketPair();
  const ends: (() => void)[] = [];
  const calls: Calls = {
    granted: () => [],
    usableTools: () => [],
    call: () =>
      new Promise((resolve) => {
        ends.push(() => resolve({ ok: true, text: 'done', structured: {}, receipt: null }));
      }),
  };
  openMcpSession({
    socket: near,
    session: {
      id: 's1',
      registration: {
        id: 'r1',
        client: 'other',
        name: 'agent',
        providers: ['akamai'],
        credentials: 'all',
        createdAt: '2026-01-01T00:00:00.000Z',
      },
      provider: 'akamai',
      selector,
      offers: {
        ...nothingOffered,
        tools: Array.from({ length: 20 }, (_, index) => toolOf(`look_${index}`, 'read', 'reading')),
      },
    },
    calls,
    policyOf: () => ({ effects: defaultEffects, toolsets: 'all' }),
    version: '1',
    log: createQuietLog(),
    onClient: () => undefined,
  });
  const send = (message: object): void => void far.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const answers = new Map<number, Answer>();
  const read = () =>
    createInterface({ input: far }).on('line', (line) => {
      const answer = JSON.parse(line) as Answer;
      answers.set(answer.id, answer);
    });
  send({
    id: 0,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
  });
  send({ method: 'notifications/initialized' });
  const call = (id: number): void => send({ id, method: 'tools/call', params: { name: 'look_1', arguments: {} } });
  return { near, send, read, call, ends, answers };
}

it('a session runs 64 calls at once, a thousand wait their turn, and the next is told that it was not started', async () => {
  const { read, call, ends, answers } = await setUp();
  read();
  for (let id = 1; id <= 64 + 1_000 + 1; id += 1) call(id);
  await expect.poll(() => answers.has(1_065)).toBe(true);
  expect(answers.get(1_065)?.result).toMatchObject({
    isError: true,
    content: [{ text: expect.stringMatching(/not started/) }],
  });
  expect(ends).toHaveLength(64);
  ends.shift()?.();
  await expect.poll(() => answers.has(1)).toBe(true);
  await expect.poll(() => ends.length).toBe(64);
  const finishing = setInterval(() => ends.splice(0).forEach((end) => end()), 1);
  await expect.poll(() => answers.get(1_064)?.result?.content?.[0]?.text, { timeout: 10_000 }).toBe('done');
  clearInterval(finishing);
});

it('a client that asks and never reads is not read from any more, until it reads', async () => {
  const { near, send, read, answers } = await setUp();
  for (let id = 1; id <= 10_000; id += 1) send({ id, method: 'tools/list' });
  await expect.poll(() => near.isPaused()).toBe(true);
  expect(near.bytesRead).toBeLessThan(300_000);
  read();
  await expect.poll(() => answers.size, { timeout: 30_000 }).toBe(10_001);
}, 40_000);

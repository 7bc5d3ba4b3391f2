import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createClientSide } from '../../../electron/bridge/client-side.ts';
import type { HostSide } from '../../../electron/bridge/host-side.ts';

interface Message {
  id?: string | number | null;
  method?: string;
  result?: { content?: { text: string }[]; isError?: boolean; instructions?: string; resultType?: string };
  error?: { code: number; message: string };
}

/** A client and a host that are both this test; `sent` is what reached the host, `heard` what reached the client. */
function setUp({ isSlow = false } = {}) {
  const input = new PassThrough();
  const output = new PassThrough();
  const sent: Message[] = [];
  const seen = { ended: 0, wakes: 0, hostPauses: 0, hostResumes: 0 };
  let heardText = '';
  output.on('data', (chunk: Buffer) => (heardText += chunk.toString('utf8')));
  const host: HostSide = {
    wake: () => void (seen.wakes += 1),
    send(line) {
      sent.push(JSON.parse(line) as Message);
      return !isSlow;
    },
    pause: () => void (seen.hostPauses += 1),
    resume: () => void (seen.hostResumes += 1),
  };
  const client = createClientSide({
    provider: 'akamai',
    version: '1.2.3',
    input,
    output,
    onEnd: () => void (seen.ended += 1),
  });
  client.relayTo(host);
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  return {
    client,
    input,
    output,
    sent,
    seen,
    settle,
    say: async (...messages: object[]) => {
      for (const message of messages) input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
      await settle();
    },
    answer: (id: string | number, result: object = {}) => client.onLine(JSON.stringify({ jsonrpc: '2.0', id, result })),
    heard: () =>
      heardText
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Message),
  };
}

const initialize = { id: 0, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {} } };
const initialized = { method: 'notifications/initialized' };
const call = (id: number, meta: object = {}) => ({
  id,
  method: 'tools/call',
  params: { name: 'akamai_purge_urls', arguments: {}, ...meta },
});
const methods = (messages: Message[]) => messages.map(({ id, method }) => `${method ?? ''}#${id ?? '-'}`);

describe('a client whose host is there', () => {
  it('is relayed line by line, as it wrote and as it was answered', async () => {
    const { client, say, sent, answer, heard } = setUp();
    client.onAttached();
    await say(initialize, initialized, call(1));
    answer(0, { protocolVersion: '2025-06-18' });
    answer(1, { content: [] });
    expect(methods(sent)).toEqual(['initialize#0', 'notifications/initialized#-', 'tools/call#1']);
    expect(heard().map(({ id }) => id)).toEqual([0, 1]);
  });

  it('may cut its bytes anywhere, also within a character', async () => {
    const { client, input, sent, settle } = setUp();
    client.onAttached();
    const bytes = Buffer.from(`${JSON.stringify({ id: 1, method: 'tools/list', params: { ähm: '🗝️漢字' } })}\n`);
    for (const byte of bytes) input.write(Buffer.from([byte]));
    await settle();
    expect(sent).toEqual([{ id: 1, method: 'tools/list', params: { ähm: '🗝️漢字' } }]);
  });

  it.each(['nonsense', '{"id":1', '[', '5', 'null', '"text"'])('is told that %s is no message', async (junk) => {
    const { client, input, sent, settle, heard } = setUp();
    client.onAttached();
    input.write(`${junk}\n\n   \n`);
    await settle();
    expect(sent).toEqual([]);
    expect(heard()).toMatchObject([{ id: null, error: { code: -32700 } }]);
  });

  it.each([
    ['first', (filler: string) => `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"x":"${filler}"}}`],
    ['last', (filler: string) => `{"method":"tools/call","params":{"id":3,"x":"${filler}"},"jsonrpc":"2.0","id":7}`],
  ])('is answered when a message is too long, with its id %s', async (_, line) => {
    const { client, input, sent, settle, heard, say } = setUp();
    client.onAttached();
    input.write(`${line('x'.repeat(1 << 20))}\n`);
    await settle();
    await say({ id: 8, method: 'ping' });
    expect(heard()).toMatchObject([{ id: 7, error: { code: -32600, message: expect.stringContaining('1 MiB') } }]);
    expect(methods(sent)).toEqual(['ping#8']);
  });

  it('passes on a message of exactly the longest kind', async () => {
    const { client, input, sent, settle } = setUp();
    client.onAttached();
    const frame = '{"id":1,"method":"m","params":{"x":""}}';
    input.write(`${frame.replace('""', `"${'x'.repeat((1 << 20) - frame.length)}"`)}\n`);
    await settle();
    expect(methods(sent)).toEqual(['m#1']);
  });

  it('is stopped while the host reads slowly, and goes on afterwards', async () => {
    const { client, input, say, sent, settle } = setUp({ isSlow: true });
    client.onAttached();
    await say(call(1));
    expect(input.isPaused()).toBe(true);
    input.write(`${JSON.stringify(call(2))}\n`);
    await settle();
    expect(methods(sent)).toEqual(['tools/call#1']);
    client.onDrained();
    await settle();
    expect(methods(sent)).toEqual(['tools/call#1', 'tools/call#2']);
  });

  it('slows the host down while it does not read itself', async () => {
    const { client, output, answer, seen, settle } = setUp();
    output.pause();
    client.onAttached();
    for (let id = 0; seen.hostPauses === 0 && id < 1_000; id++) answer(id, { text: 'x'.repeat(1_000) });
    expect(seen).toMatchObject({ hostPauses: 1, hostResumes: 0 });
    output.resume();
    await settle();
    expect(seen.hostResumes).toBe(1);
  });

  it('hears that an answer was too long, and still gets the next', async () => {
    const { client, say, answer, heard } = setUp();
    client.onAttached();
    await say(call(1), { id: 2, method: 'tools/list' });
    client.onTooLong(1);
    client.onTooLong(null);
    answer(2);
    expect(heard()).toMatchObject([{ id: 1, result: { isError: true } }, { id: 2 }]);
    expect(heard()[0]?.result?.content?.[0]?.text).toContain('8 MiB');
  });

  it('ends the bridge with its end of input', async () => {
    const { input, seen, settle } = setUp();
    input.end();
    await settle();
    expect(seen.ended).toBeGreaterThan(0);
  });
});

describe('a client whose host restarts', () => {
  it('has its opening repeated in the legacy era, and sees no second answer to it', async () => {
    const { client, say, answer, sent, heard } = setUp();
    client.onAttached();
    await say(initialize);
    answer(0);
    await say(initialized);
    sent.length = 0;
    client.onDetached();
    client.onAttached();
    expect(methods(sent)).toEqual(['initialize#chatelaine-bridge-replay', 'notifications/initialized#-']);
    answer('chatelaine-bridge-replay');
    expect(heard().map(({ id }) => id)).toEqual([0]);
  });

  it('has nothing repeated in the modern era', async () => {
    const { client, say, answer, sent } = setUp();
    client.onAttached();
    await say({ id: 1, method: 'server/discover' });
    answer(1);
    sent.length = 0;
    client.onDetached();
    client.onAttached();
    expect(sent).toEqual([]);
  });

  it('is told in words what became of its tool call, and has every other request asked again', async () => {
    const { client, say, sent, heard, seen } = setUp();
    client.onAttached();
    await say(call(1), { id: 2, method: 'tools/list' }, { id: 3, method: 'ping' });
    sent.length = 0;
    client.onDetached();
    expect(seen.wakes).toBeGreaterThan(0);
    const [lost] = heard();
    expect(lost).toMatchObject({ id: 1, result: { isError: true } });
    expect(lost?.result?.content?.[0]?.text).toContain('Whether it took effect is not known');
    client.onAttached();
    expect(methods(sent)).toEqual(['tools/list#2', 'ping#3']);
    expect(heard()).toHaveLength(1);
  });

  it('does not have a finished request asked again', async () => {
    const { client, say, answer, sent } = setUp();
    client.onAttached();
    await say({ id: 2, method: 'tools/list' });
    answer(2);
    sent.length = 0;
    client.onDetached();
    client.onAttached();
    expect(sent).toEqual([]);
  });

  it('may take back a request that waits, and then it is never made', async () => {
    const { client, say, sent } = setUp();
    await say(call(1), call(2), { method: 'notifications/cancelled', params: { requestId: 1 } });
    client.onAttached();
    expect(methods(sent)).toEqual(['tools/call#2']);
  });

  it('may take back a request that runs, and gets no answer to it when the host goes', async () => {
    const { client, say, sent, heard } = setUp();
    client.onAttached();
    await say(call(1), { id: 2, method: 'tools/list' }, { id: 3, method: 'ping' });
    for (const requestId of [1, 2]) await say({ method: 'notifications/cancelled', params: { requestId } });
    expect(methods(sent).slice(-2)).toEqual(['notifications/cancelled#-', 'notifications/cancelled#-']);
    sent.length = 0;
    client.onDetached();
    client.onAttached();
    expect(methods(sent)).toEqual(['ping#3']);
    expect(heard()).toEqual([]);
  });

  it('may open before the host is there, and is then introduced in order', async () => {
    const { client, say, sent } = setUp();
    await say({ id: 5, method: 'ping' }, initialize, initialized, { id: 6, method: 'tools/list' });
    client.onAttached();
    expect(methods(sent)).toEqual(['initialize#0', 'notifications/initialized#-', 'ping#5', 'tools/list#6']);
  });
});

describe('a client whose host cannot be reached', () => {
  const reason = 'Chatelaine is not running.';

  it('is answered in the way each request can be read', async () => {
    const { client, say, heard } = setUp();
    const modern = { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } };
    await say(initialize, call(1), call(2, modern), { id: 3, method: 'tools/list' }, { method: 'notifications/x' });
    client.onAbsent(reason);
    expect(heard()).toMatchObject([
      {
        id: 0,
        result: {
          protocolVersion: '2025-06-18',
          serverInfo: { name: 'chatelaine-akamai', version: '1.2.3' },
          instructions: reason,
        },
      },
      { id: 1, result: { isError: true, content: [{ text: reason }] } },
      { id: 2, result: { isError: true, content: [{ text: reason }], resultType: 'complete' } },
      { id: 3, error: { code: -32000, message: reason } },
    ]);
    expect(heard()[1]?.result?.resultType).toBeUndefined();
  });

  it('hears that the tools are there once the host is, and its session is opened then', async () => {
    const { client, say, sent, heard } = setUp();
    await say(initialize);
    client.onAbsent(reason);
    await say(initialized, { id: 1, method: 'tools/list' });
    client.onAttached();
    expect(methods(sent)).toEqual([
      'initialize#chatelaine-bridge-replay',
      'notifications/initialized#-',
      'tools/list#1',
    ]);
    expect(heard().at(-1)).toMatchObject({ method: 'notifications/tools/list_changed' });
    client.onDetached();
    client.onAttached();
    expect(heard().filter(({ method }) => method !== undefined)).toHaveLength(1);
  });

  it('cannot make the bridge keep ever more', async () => {
    const { client, say, sent, heard } = setUp();
    await say(...Array.from({ length: 1_200 }, (_, id) => ({ id, method: 'tools/list' })));
    expect(heard()).toHaveLength(200);
    expect(heard()[0]?.error?.message).toContain('Too many requests already wait');
    client.onAttached();
    expect(sent).toHaveLength(1_000);
  });
});

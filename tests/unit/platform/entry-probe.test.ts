import { expect, it } from 'vitest';
import { probeEntry } from '../../../electron/platform/entry-probe.ts';

/** An entry whose program answers with `lines` to whatever it is asked. */
const entryThatSays = (...lines: (object | string)[]) => ({
  command: process.execPath,
  args: [
    '-e',
    `process.stdin.once('data', () => process.stdout.write(${JSON.stringify(
      lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
    )}))`,
  ],
  env: {},
});
const opened = { id: 1, result: { protocolVersion: '2025-11-25' } };
const listed = { id: 2, result: { tools: [{}, {}] } };

it('passes over everything that is no answer', async () => {
  const noise = ['Debugger attached.', '{', 'null', '5', '[]', '{"id":"1"}', '{"error":"text"}', '{"id":1,"result":5}'];
  expect(await probeEntry(entryThatSays(...noise, opened, ...noise, listed))).toEqual({
    ok: true,
    message: 'It connects and lists its tools.',
    protocolVersion: '2025-11-25',
    tools: 2,
  });
});

it('says what an entry that fails said itself', async () => {
  expect(await probeEntry(entryThatSays({ id: 1, error: { message: 'no' } }))).toMatchObject({
    ok: false,
    message: 'no',
  });
  const ended = await probeEntry({
    command: process.execPath,
    args: ['-e', 'console.error("why"); process.exit(3)'],
    env: {},
  });
  expect(ended).toMatchObject({ ok: false, message: expect.stringMatching(/code 3.*why/s) });
  expect((await probeEntry({ command: '/nonexistent', args: [], env: {} })).message).toContain('could not be started');
});

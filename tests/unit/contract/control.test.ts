import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { serveControl } from '../../../electron/core/contract/control.ts';
import { socketPair } from '../../support/socket-pair.ts';

interface Line {
  id?: number;
  changed?: string[];
}

it('a stopped command line does not make the host grow, and is told once what changed meanwhile', async () => {
  const { near, far } = await socketPair();
  const tell = serveControl(near, async () => ({ ok: true, output: 'x' }));
  while (!near.writableNeedDrain) tell(['activity']);
  const waiting = near.writableLength;
  for (let turn = 0; turn < 100_000; turn += 1) tell(turn % 2 === 0 ? ['activity'] : ['approvals', 'clients']);
  expect(near.writableLength).toBe(waiting);
  const lines: Line[] = [];
  createInterface({ input: far }).on('line', (line) => lines.push(JSON.parse(line) as Line));
  await expect.poll(() => lines.at(-1)?.changed).toEqual(['activity', 'approvals', 'clients']);
  tell(['host']);
  await expect.poll(() => lines.at(-1)?.changed).toEqual(['host']);
});

it('a command line that asks and never reads is not read from any more', async () => {
  const { near, far } = await socketPair();
  let asked = 0;
  serveControl(near, async () => {
    asked += 1;
    return { ok: true, output: 'x'.repeat(10_000) };
  });
  for (let id = 0; id < 20_000; id += 1) far.write(`${JSON.stringify({ id, name: 'list', input: {} })}\n`);
  await expect.poll(() => near.isPaused()).toBe(true);
  expect(asked).toBeLessThan(10_000);
  let answered = 0;
  createInterface({ input: far }).on('line', () => (answered += 1));
  await expect.poll(() => answered, { timeout: 20_000 }).toBe(20_000);
}, 30_000);

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { isRunning } from '../../../electron/platform/running.ts';

it('this process runs, and one that has ended does not', async () => {
  expect(isRunning(process.pid)).toBe(true);
  const ended = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(ended, 'exit');
  expect(isRunning(ended.pid ?? 0)).toBe(false);
});

it.runIf(process.platform === 'linux')(
  'one that has ended and that its parent takes no note of does not run',
  async () => {
    // Its parent becomes a program that knows of no child.
    const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
      const pid = Number(line);
      expect(isRunning(pid)).toBe(true);
      await expect.poll(() => isRunning(pid)).toBe(false);
      // The system still has it in its list.
      expect(process.kill(pid, 0)).toBe(true);
    } finally {
      parent.kill('SIGKILL');
    }
  },
);

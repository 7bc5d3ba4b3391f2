import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockBeside } from '../../../electron/core/files/advisory-lock.ts';
import { temporaryFolder } from '../../support/temp-folder.ts';

const setUp = () => {
  const folder = temporaryFolder();
  return { folder, path: join(folder, 'config.json'), lock: join(folder, '.config.json.chatelaine-lock') };
};

describe('the lock beside a file', () => {
  it('is held by one at a time, and gone afterwards', async () => {
    const { path, folder } = setUp();
    const order: string[] = [];
    const work = async (name: string): Promise<void> => {
      const release = await lockBeside()(path);
      order.push(`${name} in`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      order.push(`${name} out`);
      await release();
    };
    // Two locks of one process are two hosts only for a process that has died; here one instance serves both.
    const lock = lockBeside();
    const first = await lock(path);
    const second = lock(path);
    order.push('first out');
    await first();
    await (
      await second
    )();
    await work('third');
    expect(order).toEqual(['first out', 'third in', 'third out']);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is waited for, and then refused in words while its holder lives', async () => {
    const { path } = setUp();
    const lock = lockBeside();
    const release = await lock(path);
    await expect(lock(path)).rejects.toMatchObject({
      code: 'changed',
      message: expect.stringMatching(/Another Chatelaine is changing.*Nothing was changed/),
    });
    await release();
  });

  it.each([
    ['a dead process', '4194304 00000000', 0],
    ['an earlier process with our own id', `${process.pid} 00000000`, 0],
    ['a process that was killed before it wrote its name', '', 1000],
    ['nobody for a minute', '1 00000000', 61_000],
  ])('of %s is taken over', async (_, holder, ageMs) => {
    const { path, lock } = setUp();
    writeFileSync(lock, holder);
    const then = new Date(Date.now() - ageMs);
    utimesSync(lock, then, then);
    const release = await lockBeside()(path);
    await release();
    expect(existsSync(lock)).toBe(false);
  });
});

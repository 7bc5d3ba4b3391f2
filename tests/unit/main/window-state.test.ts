import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDurableFiles } from '../../../electron/core/files/durable-file.ts';
import { readWindowState, writeWindowState } from '../../../electron/main/window-state.ts';
import { temporaryFolder } from '../../support/temp-folder.ts';

const screen = { x: 0, y: 0, width: 1920, height: 1080 };
const path = (): string => join(temporaryFolder(), 'window.json');
const saved = async (bounds: object, maximized = false): Promise<string> => {
  const file = path();
  await writeWindowState(
    file,
    { bounds: { x: 10, y: 20, width: 900, height: 700, ...bounds }, maximized },
    createDurableFiles(),
  );
  return file;
};

describe('the window', () => {
  it('opens where it was', async () => {
    expect(readWindowState(await saved({}, true), [screen])).toEqual({
      x: 10,
      y: 20,
      width: 900,
      height: 700,
      maximized: true,
    });
  });

  it('keeps its size and moves to the middle when its screen is gone, or its title bar could not be seen', async () => {
    for (const bounds of [{ x: 2500 }, { y: -300 }, { y: 1070 }, { x: -890 }])
      expect(readWindowState(await saved(bounds), [screen])).toEqual({ width: 900, height: 700, maximized: false });
  });

  it('is never smaller than its content', async () => {
    expect(readWindowState(await saved({ width: 1, height: 1, x: 500 }), [screen])).toMatchObject({
      width: 420,
      height: 480,
    });
  });

  it.each(['', '{', '[]', '{"bounds":{"x":"a"}}', 'null'])('opens as usual over a state of %j', (content) => {
    const file = path();
    writeFileSync(file, content);
    expect(readWindowState(file, [screen])).toEqual({ width: 1120, height: 760, maximized: false });
    expect(readWindowState(`${file}.missing`, [screen])).toMatchObject({ width: 1120 });
  });
});

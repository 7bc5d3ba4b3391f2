import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { DurableFiles } from '../core/files/durable-file.ts';

const Bounds = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
});
const State = z.object({ bounds: Bounds, maximized: z.boolean() });
export type Bounds = z.infer<typeof Bounds>;
export type WindowState = z.infer<typeof State>;

const smallest = { width: 420, height: 480 };
const usual = { width: 1120, height: 760 };

/** Where the window was last, if that is still somewhere on a screen; else the usual size in the middle. */
export function readWindowState(path: string, screens: readonly Bounds[]): Partial<Bounds> & { maximized: boolean } {
  const state = State.safeParse(parse(path));
  if (!state.success) return { ...usual, maximized: false };
  const { bounds, maximized } = state.data;
  const size = {
    width: Math.max(smallest.width, bounds.width),
    height: Math.max(smallest.height, bounds.height),
  };
  return screens.some((screen) => shows(screen, bounds))
    ? { x: bounds.x, y: bounds.y, ...size, maximized }
    : { ...size, maximized };
}

export const writeWindowState = (path: string, state: WindowState, files: DurableFiles): Promise<void> =>
  files.write(path, Buffer.from(JSON.stringify(state)));

/** A screen that was taken away must not keep the window: enough of its title bar has to be seen to be dragged. */
const shows = (screen: Bounds, window: Bounds): boolean =>
  window.x + window.width >= screen.x + 100 &&
  window.x <= screen.x + screen.width - 100 &&
  window.y >= screen.y &&
  window.y <= screen.y + screen.height - 40;

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

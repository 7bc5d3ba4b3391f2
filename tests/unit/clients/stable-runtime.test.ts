import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDurableFiles } from '../../../electron/core/files/durable-file.ts';
import { createStableRuntime } from '../../../electron/platform/stable-runtime.ts';
import { temporaryFolder } from '../../support/temp-folder.ts';

/** Made-up programs in an app folder, and a host of each version on one data folder. */
const setUp = () => {
  const [home, app] = [temporaryFolder(), temporaryFolder()];
  const source = { node: join(app, 'node'), bridge: join(app, 'bridge.cjs') };
  fs.writeFileSync(source.node, 'node 1', { mode: 0o700 });
  const host = (version: string) => {
    fs.writeFileSync(source.bridge, `bridge ${version}`);
    return createStableRuntime({ home, source, files: createDurableFiles() });
  };
  const names = (...path: string[]): string[] => fs.readdirSync(join(home, 'runtime', ...path)).sort();
  return { home, source, host, names };
};

/** As a copy onto another file system would be: no link to the app's own. */
const unlinked = (path: string, content: string): void => {
  fs.rmSync(path, { recursive: true, force: true });
  fs.writeFileSync(path, content, { mode: 0o700 });
};

describe('the copy of the runtime that clients launch', () => {
  it('is a folder per version, and the same one at each start', async () => {
    const { host, names, source } = setUp();
    const one = host('1');
    const hash = await one.ensure();
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    expect(await host('1').ensure()).toBe(hash);
    expect(names()).toEqual([hash]);
    expect(names(hash)).toEqual(['bridge.cjs', 'node']);
    expect(fs.readFileSync(one.pathsOf(hash).bridge, 'utf8')).toBe('bridge 1');
    expect(fs.statSync(one.pathsOf(hash).node).ino).toBe(fs.statSync(source.node).ino);
    expect(await host('2').ensure()).not.toBe(hash);
  });

  it.each<[string, (copy: { node: string; bridge: string }) => void]>([
    ['half a bridge', ({ bridge }) => fs.truncateSync(bridge, 3)],
    ['an altered bridge', ({ bridge }) => fs.writeFileSync(bridge, 'bridge X')],
    ['no bridge', ({ bridge }) => fs.rmSync(bridge)],
    ['half a program', ({ node }) => unlinked(node, 'nod')],
    ['a program of the right size with other bytes', ({ node }) => unlinked(node, 'node X')],
    ['no program', ({ node }) => fs.rmSync(node)],
  ])('is repaired at a start: %s', async (_, damage) => {
    const { host, names } = setUp();
    const before = host('1');
    const hash = await before.ensure();
    damage(before.pathsOf(hash));
    const after = host('1');
    expect(await after.isThere(hash)).toBe(true);
    expect(fs.readFileSync(after.pathsOf(hash).bridge, 'utf8')).toBe('bridge 1');
    expect(fs.readFileSync(after.pathsOf(hash).node, 'utf8')).toBe('node 1');
    expect(names(hash)).toEqual(['bridge.cjs', 'node']);
  });

  it('is left alone where it is whole, link or not', async () => {
    const { host } = setUp();
    const runtime = host('1');
    const { node, bridge } = runtime.pathsOf(await runtime.ensure());
    unlinked(node, 'node 1');
    const before = [fs.statSync(node).ino, fs.statSync(bridge).ino];
    await host('1').ensure();
    expect([fs.statSync(node).ino, fs.statSync(bridge).ino]).toEqual(before);
  });

  it('stays what the running host is, also while an update replaces the app', async () => {
    const { host, source } = setUp();
    const runtime = host('1');
    const hash = await runtime.ensure();
    fs.writeFileSync(source.bridge, 'bridge 2');
    expect(await runtime.ensure()).toBe(hash);
    expect(fs.readFileSync(runtime.pathsOf(hash).bridge, 'utf8')).toBe('bridge 1');
  });

  it('of an older version stays while it is named, and is swept with all litter when it is not', async () => {
    const { home, host, names } = setUp();
    const old = await host('1').ensure();
    const runtime = host('2');
    const hash = await runtime.ensure();
    fs.mkdirSync(join(home, 'runtime', `${hash}.77.making`));
    fs.writeFileSync(join(home, 'runtime', hash, '.node.77.making'), 'nod');
    await runtime.sweep([old]);
    expect(names()).toEqual([hash, old].sort());
    expect(names(hash)).toEqual(['bridge.cjs', 'node']);
    expect(await runtime.isThere(old)).toBe(true);
    await runtime.sweep([]);
    expect(names()).toEqual([hash]);
    expect(await runtime.isThere(old)).toBe(false);
  });
});

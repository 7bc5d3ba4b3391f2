import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createClientWorld, type ClientWorld, type Host } from '../../support/client-world.ts';
import { createFaultyFileSystem } from '../../support/faulty-files.ts';

const original = `{
  "mcpServers": {
    "files": { "command": "npx" }
  },
  "preferences": {}
}
`;

const setUp = async (text: string | null = original) => {
  const world = createClientWorld();
  if (text !== null) world.write(text);
  return { world, host: await world.start() };
};

/** As after any end of a host: the list and the file agree, and what was there is still there. */
async function expectWhole(world: ClientWorld, host: Host, text: string | null, when: string): Promise<void> {
  const isRegistered = (await host.list()).length > 0;
  if (isRegistered) expect(await host.entry(), when).toBe('present');
  else expect(world.read(), when).toBe(text);
  // Copies of the original may be left over, and nothing else; temporary files of a dead process are swept (unit/files).
  for (const name of world.beside().filter((other) => !other.endsWith('.chatelaine-tmp'))) {
    expect(name, when).toMatch(/\.bak$/);
    if (isRegistered) expect(world.read(join(dirname(world.config), name)), when).toBe(text);
  }
}

describe.each([
  ['a file', original],
  ['no file', null],
])('with %s, a kill', (_, text) => {
  it(
    'at any step of registering leaves both or nothing after the next start, and undo the original',
    { timeout: 60_000 },
    async () => {
      const registered: boolean[] = [];
      for (let step = 0; ; step += 1) {
        const world = createClientWorld();
        if (text !== null) world.write(text);
        const fs = createFaultyFileSystem({ failAt: Infinity });
        const plain = await world.start({ fs });
        const before = fs.calls.length;
        plain.registry.stop();
        const dying = await world.start({ fs: createFaultyFileSystem({ failAt: before + step, isDead: true }) });
        const isDone = await dying.register().then(
          () => true,
          () => false,
        );
        dying.registry.stop();
        const host = await world.start();
        await expectWhole(world, host, text, `step ${step}`);
        registered.push((await host.list()).length > 0);
        if ((await host.list()).length > 0) {
          await host.unregister();
          expect(world.read(), `undo after step ${step}`).toBe(text);
        }
        host.registry.stop();
        if (isDone) break;
        expect(step).toBeLessThan(400);
      }
      // Both ends were seen, and what was once begun for good is ended.
      expect(registered[0]).toBe(false);
      expect(registered.at(-1)).toBe(true);
      expect(registered.length).toBeGreaterThan(40);
    },
  );

  it(
    'at any step of unregistering takes the right to connect back for good, and ends by the original',
    { timeout: 60_000 },
    async () => {
      for (let step = 0; ; step += 1) {
        const { world, host: first } = await setUp(text);
        await first.register();
        first.registry.stop();
        const counting = createFaultyFileSystem({});
        (await world.start({ fs: counting })).registry.stop();
        const dying = await world.start({
          fs: createFaultyFileSystem({ failAt: counting.calls.length + step, isDead: true }),
        });
        const isDone = await dying.unregister().then(
          ({ warnings }) => warnings.length === 0,
          () => false,
        );
        dying.registry.stop();
        const host = await world.start();
        await expectWhole(world, host, text, `step ${step}`);
        host.registry.stop();
        if (isDone) break;
        expect(step).toBeLessThan(400);
      }
    },
  );
});

it.each(['ENOSPC', 'EIO', 'EACCES'])(
  '%s at any step of registering changes nothing, or is no obstacle',
  async (code) => {
    for (let step = 0; ; step += 1) {
      const { world, host: plain } = await setUp();
      plain.registry.stop();
      const counting = createFaultyFileSystem({});
      (await world.start({ fs: counting })).registry.stop();
      const host = await world.start({ fs: createFaultyFileSystem({ failAt: counting.calls.length + step, code }) });
      const outcome = await host.register().then(
        () => null,
        (error: unknown) => error,
      );
      const isRegistered = (await host.list()).length > 0;
      if (outcome === null) expect([isRegistered, await host.entry()], `step ${step}`).toEqual([true, 'present']);
      else {
        expect(outcome, `step ${step}`).toMatchObject({ name: 'Failure' });
        expect(world.read(), `step ${step}`).toBe(original);
      }
      host.registry.stop();
      if (outcome === null && step > 60) break;
      expect(step).toBeLessThan(400);
    }
  },
);

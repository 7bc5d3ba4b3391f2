import { rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeFileSystem, type FileSystem } from '../../../electron/core/files/file-system.ts';
import { createClientWorld, type ClientWorld } from '../../support/client-world.ts';
import { configurations } from '../../support/configurations.ts';

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

/** The real file system, and another program that writes at a certain moment of a change of the configuration. */
const racing = (world: ClientWorld, moment: 'before-compare' | 'after-rename', text: string): FileSystem => {
  let isOver = false;
  const strike = (): void => {
    if (!isOver) writeFileSync(world.config, text);
    isOver = true;
  };
  return {
    ...nodeFileSystem,
    async open(path, mode, permissions) {
      if (
        moment === 'before-compare' &&
        path.endsWith('.chatelaine-tmp') &&
        path.includes('claude_desktop_config.json.')
      )
        if (!path.includes('.bak.')) strike();
      return nodeFileSystem.open(path, mode, permissions);
    },
    async rename(from, to) {
      await nodeFileSystem.rename(from, to);
      if (moment === 'after-rename' && to === world.config) strike();
    },
  };
};

describe('another program that writes the file', () => {
  it.each(['before-compare', 'after-rename'] as const)('%s wins, and nothing is registered', async (moment) => {
    const { world, host: first } = await setUp();
    first.registry.stop();
    const theirs = '{"mcpServers":{"files":{"command":"new"}}}';
    const host = await world.start({ fs: racing(world, moment, theirs) });
    await expect(host.register()).rejects.toMatchObject({ code: 'changed', message: /left as it/ });
    expect(world.read()).toBe(theirs);
    expect(await host.list()).toEqual([]);
    await host.register();
    expect(Object.keys(world.servers())).toEqual(['files', 'chatelaine-akamai', 'chatelaine-aerospike']);
  });

  it('after a person looked at the change makes it void', async () => {
    const { world, host } = await setUp();
    const { prepared } = await host.prepare();
    const theirs = original.replace('npx', 'uvx');
    world.write(theirs);
    await expect(host.register(prepared)).rejects.toMatchObject({ code: 'changed', hint: 'Look at the change again.' });
    expect([world.read(), world.beside(), await host.list()]).toEqual([theirs, [], []]);
    expect(world.lines).toEqual([]);
  });

  it('loses nothing of its own when we are undone later', async () => {
    const { world, host } = await setUp();
    await host.register();
    const now = JSON.parse(world.read() ?? '') as { mcpServers: Record<string, unknown>; preferences: unknown };
    const theirs = { preferences: { dark: true }, mcpServers: { ...now.mcpServers, 'claude-made': { command: 'x' } } };
    world.write(JSON.stringify(theirs));
    expect((await host.unregister()).changed).toEqual([world.config]);
    expect(JSON.parse(world.read() ?? '')).toEqual({
      preferences: { dark: true },
      mcpServers: { files: { command: 'npx' }, 'claude-made': { command: 'x' } },
    });
  });
});

describe('a change that was shown', () => {
  it('can be written once, for 10 minutes', async () => {
    const { world, host } = await setUp();
    const { prepared } = await host.prepare();
    await host.register(prepared);
    await host.unregister();
    await expect(host.register(prepared)).rejects.toMatchObject({ code: 'changed' });
    const late = await host.prepare();
    world.clock.advance(10 * 60_000 + 1);
    await expect(host.register(late.prepared)).rejects.toMatchObject({ code: 'changed', message: /10 minutes/ });
    expect(world.read()).toBe(original);
  });

  it('is refused beside a registration that is there already', async () => {
    const { host } = await setUp();
    await host.register();
    await expect(host.register()).rejects.toMatchObject({ code: 'already-exists' });
    await expect(host.prepare({ name: 'second' })).rejects.toMatchObject({
      code: 'already-exists',
      message: /Claude Desktop is registered already, as claude-desktop/,
    });
  });
});

describe('an entry that its client has dropped', () => {
  it('is noticed within a minute, told, and repaired', async () => {
    const { world, host } = await setUp();
    await host.register();
    world.clock.advance(60_000);
    await expect.poll(() => host.entry()).toBe('present');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = world.changes.count;
    world.write('{"preferences":{}}');
    world.clock.advance(60_000);
    await expect.poll(() => world.changes.count).toBe(before + 1);
    expect(await host.entry()).toBe('missing');
    const { changed } = await host.repair();
    expect(changed).toMatchObject([{ path: world.config, backup: expect.any(String) }]);
    expect(await host.entry()).toBe('present');
    expect((await host.repair()).changed).toEqual([]);
    await host.unregister();
    expect(world.read()).toBe('{"preferences":{}}');
    host.registry.stop();
  });

  it.each([
    ['changed', (text: string) => text.replace('--disable-sigusr1', '--inspect')],
    ['missing', (text: string) => text.replace('chatelaine-akamai', 'renamed')],
    ['unreadable', (text: string) => text.slice(0, -10)],
    ['present', (text: string) => text.replace('"command": "/', '"disabled": false,\n      "command": "/')],
  ])('is told to be %s', async (state, harm) => {
    const { world, host } = await setUp();
    await host.register();
    world.write(harm(world.read() ?? ''));
    expect(await host.entry()).toBe(state);
  });
});

describe('undoing', () => {
  it('works without the copy, and without the file', async () => {
    const { world, host } = await setUp();
    const { changed } = await host.register();
    unlinkSync(changed[0]?.backup ?? '');
    await host.unregister();
    expect(world.read()).toBe(original);

    const again = await setUp();
    await again.host.register();
    rmSync(again.world.config);
    expect(await again.host.unregister()).toMatchObject({ changed: [], warnings: [] });
    expect(again.world.read()).toBeNull();
  });

  it('of a file that cannot be read ends the registration all the same, and the file when it can', async () => {
    const { world, host } = await setUp();
    await host.register();
    const broken = `${world.read() ?? ''}}`;
    world.write(broken);
    const { changed, warnings } = await host.unregister();
    expect([changed, warnings]).toEqual([[], [expect.stringMatching(/line \d+.*Take chatelaine-akamai.* out of it/)]]);
    expect([world.read(), await host.list()]).toEqual([broken, []]);
    host.registry.stop();

    world.write(`${broken.slice(0, -1)} `);
    const next = await world.start();
    expect(Object.keys(world.servers())).toEqual(['files']);
    next.registry.stop();
  });

  it('leaves alone what somebody else put in our place', async () => {
    const { world, host } = await setUp();
    await host.register();
    const theirs = '{"mcpServers":{"chatelaine-akamai":{"command":"theirs"}}}';
    world.write(theirs);
    await host.unregister();
    expect(world.read()).toBe(theirs);
  });

  it('is done by the file alone when what was written is forgotten', async () => {
    const { world, host } = await setUp();
    await host.register();
    host.registry.stop();
    writeFileSync(join(world.home, 'client-files.json'), '{"schema":1');
    const next = await world.start();
    expect(await next.entry()).toBe('present');
    await next.unregister();
    expect(world.read()).toBe(original);
    next.registry.stop();
  });
});

it('keeps no secret of another server outside the client’s own folder', async () => {
  const { world, host } = await setUp('{"mcpServers":{"x":{"env":{"TOKEN":"CANARY-theirs"}}}}');
  await host.prepare();
  await host.register();
  const kept = ['client-files.json', 'grants.json'].map((name) => world.read(join(world.home, name)) ?? '');
  expect([...kept, ...host.log.lines, JSON.stringify(world.lines)].join()).not.toContain('CANARY');
  for (const name of world.beside()) expect(world.modeOf(join(dirname(world.config), name))).toBe(0o600);
});

it(
  'any configuration has all it had while we are in it, and is the same bytes when we are gone',
  { timeout: 60_000 },
  async () => {
    const { world, host } = await setUp();
    await fc.assert(
      fc.asyncProperty(configurations({ isEmptySpaced: true }), async ({ value, text }) => {
        world.write(text);
        const { changes, prepared } = await host.prepare();
        await host.register(prepared);
        expect(world.read()).toBe(changes[0]?.after);
        const { mcpServers, ...others } = JSON.parse((world.read() ?? '').replace(/^\ufeff/, '')) as Record<
          string,
          object
        >;
        const { mcpServers: known, ...before } = JSON.parse(JSON.stringify(value)) as Record<string, object>;
        const {
          'chatelaine-akamai': one,
          'chatelaine-aerospike': two,
          ...rest
        } = mcpServers as Record<string, unknown>;
        expect([one, two, rest, others]).toEqual([expect.anything(), expect.anything(), known ?? {}, before]);
        await host.unregister();
        expect(world.read()).toBe(text);
        expect(world.beside()).toEqual([]);
      }),
      { numRuns: 150 },
    );
  },
);

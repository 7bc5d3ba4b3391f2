import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createClientWorld, installs, type ClientWorld, type Install } from '../../support/client-world.ts';

const others = { files: { command: 'npx', args: ['-y', '@x/files', '/home/me'], env: { TOKEN: 'theirs' } } };
const real = (indent: number | string): string =>
  JSON.stringify(
    {
      globalShortcut: 'Ctrl+Space',
      mcpServers: others,
      preferences: { menuBarEnabled: false, nested: { deep: [1, { two: null }], ключ: '✓' } },
      isUsingBuiltInNodeForMcp: true,
    },
    null,
    indent,
  );

/** What a configuration may be like, and whether it can be changed. */
const states: Record<string, string | null> = {
  'no file': null,
  'an empty file': '',
  'white space': '\n  \n',
  'an empty object': '{}\n',
  'no servers': '{\n  "preferences": {}\n}\n',
  'other servers': real(2),
  'other servers, four spaces': real(4),
  'other servers, tabs': real('\t'),
  'other servers, one line': real(0),
  'Windows line ends': `${real(2)}\n`.replaceAll('\n', '\r\n'),
  'a byte order mark': `\ufeff${real(2)}`,
  'a megabyte': JSON.stringify({ ...(JSON.parse(real(2)) as object), history: 'x'.repeat(1_000_000) }, null, 2),
  'a server of that name': JSON.stringify({ mcpServers: { 'chatelaine-akamai': { command: 'theirs' } } }, null, 2),
};
const refused: Record<string, [text: string, where: string]> = {
  'a trailing comma': ['{\n  "mcpServers": {},\n}', 'line 3, column 1'],
  comments: ['{\n  // note\n  "mcpServers": {}\n}', 'line 2, column 3'],
  'a cut-off end': [real(2).slice(0, -40), 'line'],
  'a list': ['[]', 'line 1, column 1'],
  'servers twice': ['{\n"mcpServers": {},\n"mcpServers": {}\n}', 'line 3, column 1'],
  'a list of servers': ['{"mcpServers": []}', 'line 1, column 16'],
};

const matrix = Object.keys(installs).flatMap((install) =>
  Object.entries(states).map(([state, text]) => [install as Install, state, text] as const),
);

describe.each(matrix)('Claude Desktop on %s with %s', (install, _, text) => {
  it('is registered, shown to the byte, and undone to the byte', async () => {
    const world = createClientWorld(install);
    if (text !== null) world.write(text);
    const host = await world.start();
    const { prepared, changes, warnings } = await host.prepare();
    expect(changes.map(({ path, before }) => [path, before])).toEqual([[world.config, text]]);
    expect([world.read(), world.beside(), await host.list()]).toEqual([text, [], []]);

    const { changed, name, entries } = await host.register(prepared);
    expect(name).toBe('claude-desktop');
    expect(world.read()).toBe(changes[0]?.after);
    expect(changed).toEqual([{ path: world.config, backup: text === null ? null : expect.any(String) }]);
    if (text !== null) expect(world.read(changed[0]?.backup ?? '')).toBe(text);
    if (text === null) expect(world.modeOf()).toBe(0o600);
    const [own] = Object.entries(world.servers())
      .filter(([key]) => key.startsWith('chatelaine-akamai'))
      .slice(-1);
    const { provider, ...entry } = entries[0] ?? { provider: '' };
    expect([provider, own?.[1]]).toEqual(['akamai', entry]);
    expect(entry).toMatchObject({ env: { CHATELAINE_HOME: world.home } });
    if (text?.includes('"theirs"') && text.includes('chatelaine-')) {
      expect([own?.[0], warnings.join()]).toEqual(['chatelaine-akamai-2', expect.stringContaining('not ours')]);
      expect(world.servers()['chatelaine-akamai']).toEqual({ command: 'theirs' });
    } else if (text?.includes('files')) expect(world.servers()).toMatchObject(others);
    expect(await host.entry()).toBe('present');

    expect((await host.prepareUndo()).changes).toEqual([{ path: world.config, before: world.read(), after: text }]);
    expect(await host.unregister()).toEqual({ name: 'claude-desktop', changed: [world.config], warnings: [] });
    expect([world.read(), world.beside(), await host.list()]).toEqual([text, [], []]);
  });
});

describe.each(Object.keys(installs) as Install[])('Claude Desktop on %s', (install) => {
  it.each(Object.entries(refused))('with %s is refused, with the place named', async (_, [text, where]) => {
    const world = createClientWorld(install);
    world.write(text);
    const host = await world.start();
    await expect(host.register()).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringMatching(new RegExp(`claude_desktop_config.json .*${where}.*It was not changed`)),
      hint: expect.stringContaining('try again'),
    });
    expect([world.read(), world.beside(), await host.list()]).toEqual([text, [], []]);
    expect((await host.known())?.locations).toMatchObject([
      { path: world.config, state: 'unreadable', problem: expect.stringContaining(where) },
    ]);
  });

  it('that is not there is said to be missing, with where it would be', async () => {
    const world = createClientWorld(install);
    rmSync(dirname(world.config), { recursive: true });
    const host = await world.start();
    expect(await host.known()).toMatchObject({ installed: false, locations: [] });
    await expect(host.prepare()).rejects.toMatchObject({ code: 'not-found', hint: expect.stringContaining('Claude') });
    expect(await host.list()).toEqual([]);
  });
});

describe('on Windows', () => {
  const classicOf = ({ person }: ClientWorld): string => join(person, 'AppData', 'Roaming', 'Claude');

  it('a folder left over beside the package is not taken for an installation', async () => {
    const world = createClientWorld('Windows package');
    mkdirSync(classicOf(world), { recursive: true, mode: 0o700 });
    const host = await world.start();
    expect((await host.prepare()).changes.map(({ path }) => path)).toEqual([world.config]);
    expect((await host.known())?.locations).toMatchObject([{ install: 'Windows package', state: 'missing' }]);
  });

  it('two real installations are both given the entry, and the person is told', async () => {
    const world = createClientWorld('Windows package');
    const classic = join(classicOf(world), 'claude_desktop_config.json');
    mkdirSync(dirname(classic), { recursive: true, mode: 0o700 });
    mkdirSync(join(world.person, 'AppData', 'Local', 'AnthropicClaude'));
    world.write(real(2));
    world.write('{oops', classic);
    const host = await world.start();
    // One that cannot be changed does not stop the other.
    const { prepared, changes, warnings } = await host.prepare();
    expect(changes.map(({ path }) => path)).toEqual([world.config]);
    expect(warnings.join(' ')).toMatch(/installed 2 times.*not as its client needs it, line 1/);
    await host.register(prepared);
    expect(await host.entry()).toBe('unreadable');

    world.write('{}', classic);
    expect(await host.entry()).toBe('missing');
    expect((await host.repair()).changed.map(({ path }) => path)).toEqual([classic]);
    expect(await host.entry()).toBe('present');
    await host.unregister();
    expect([world.read(), world.read(classic)]).toEqual([real(2), '{}']);
  });
});

describe('what a person is told', () => {
  it.each([
    ['macOS', '/Applications/Claude.app/Contents/MacOS/Claude', true],
    ['macOS', '/opt/homebrew/bin/claude --resume', false],
    ['Linux', '/usr/lib/claude-desktop/claude-desktop --type=zygote', true],
    ['Linux', '/home/me/.local/bin/claude', false],
    ['Linux', 'vim /home/me/claude-desktop/notes', false],
    ['Windows classic', 'C:\\Users\\me\\AppData\\Local\\AnthropicClaude\\app-1.2\\claude.exe', true],
    ['Windows package', 'C:\\Program Files\\WindowsApps\\Claude_1.2_x64__pzs8sxrjxfjjc\\app\\Claude.exe', true],
    ['Windows package', 'C:\\Users\\me\\.local\\bin\\claude.exe', false],
  ] as const)('on %s with %s', async (install, program, isRunning) => {
    const world = createClientWorld(install);
    world.runs([program]);
    const host = await world.start();
    expect((await host.known())?.running).toBe(isRunning);
    const { warnings } = await host.prepare();
    expect(warnings.join(' ')).toMatch(isRunning ? /is running. Quit Claude Desktop fully/ : /^$/);
    world.runs(null);
    expect((await host.known())?.running).toBeNull();
  });

  it.each([
    ['macOS', '/Library/Managed Preferences/com.anthropic.claudefordesktop.plist'],
    ['macOS', '/Library/Managed Preferences/me/com.anthropic.claudefordesktop.plist'],
    ['Windows classic', 'HKCU\\SOFTWARE\\Policies\\Claude'],
    ['Windows package', 'HKLM\\SOFTWARE\\Policies\\Claude'],
  ] as const)('on %s that is managed by %s', async (install, policy) => {
    const world = createClientWorld(install);
    const host = await world.start();
    expect((await host.known())?.managed).toBeNull();
    world.isManaged.add(policy);
    expect((await host.known())?.managed).toMatch(/administrator manages/);
    expect((await host.prepare()).warnings.join()).toMatch(/can forbid local servers/);
  });
});

describe('a file that is protected', () => {
  it('as read-only is left as it is', async () => {
    const world = createClientWorld();
    world.write(real(2));
    chmodSync(world.config, 0o400);
    const host = await world.start();
    await expect(host.register()).rejects.toMatchObject({ code: 'not-writable', message: /read-only/ });
    expect([world.read(), world.beside(), await host.list()]).toEqual([real(2), [], []]);
  });

  it.each([
    ['others may write to it', () => (world: ClientWorld) => chmodSync(world.config, 0o666)],
    ['others may write to its folder', () => (world: ClientWorld) => chmodSync(dirname(world.config), 0o777)],
  ])('by nobody, since %s, is refused', async (_, harm) => {
    const world = createClientWorld();
    world.write(real(2));
    harm()(world);
    const host = await world.start();
    await expect(host.register()).rejects.toMatchObject({ code: 'refused', hint: expect.stringContaining('chmod') });
    expect([world.read(), world.beside(), await host.list()]).toEqual([real(2), [], []]);
  });

  it('keeps its mode, and a link stays a link', async () => {
    const world = createClientWorld();
    const target = join(world.person, 'dotfiles.json');
    world.write(real(2));
    renameSync(world.config, target);
    chmodSync(target, 0o640);
    symlinkSync(target, world.config);
    const host = await world.start();
    await host.register();
    expect(lstatSync(world.config).isSymbolicLink()).toBe(true);
    expect([world.modeOf(target), world.read(target)]).toEqual([0o640, expect.stringContaining('chatelaine-akamai')]);
    await host.unregister();
    expect([lstatSync(world.config).isSymbolicLink(), world.read(target)]).toEqual([true, real(2)]);
    expect(existsSync(`${world.config}.bak`)).toBe(false);
  });
});

import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createClientRegistry } from '../../electron/core/clients/client-registry.ts';
import { clientHandlers } from '../../electron/core/clients/client-handlers.ts';
import { clients } from '../../electron/core/clients/index.ts';
import type { Machine } from '../../electron/core/clients/machine.ts';
import { registrationHandlers } from '../../electron/core/clients/registration-handlers.ts';
import { createRegistrations } from '../../electron/core/clients/registrations.ts';
import { createPolicyStore } from '../../electron/core/consent/policy-store.ts';
import type { Handlers, Requester } from '../../electron/core/contract/dispatch.ts';
import { lockBeside } from '../../electron/core/files/advisory-lock.ts';
import { createDurableFiles } from '../../electron/core/files/durable-file.ts';
import { nodeFileSystem, type FileSystem } from '../../electron/core/files/file-system.ts';
import { createMemoryStore } from '../../electron/platform/memory-store.ts';
import { createMachine } from '../../electron/platform/machine.ts';
import { createFakeClock } from './fake-clock.ts';
import { createQuietLog } from './quiet-log.ts';
import { temporaryFolder } from './temp-folder.ts';

export const requester: Requester = { transport: 'ipc', proof: null } as never;

/** Where Claude Desktop's folder is, below the person's home, for each system and way of installing. */
export const installs = {
  macOS: ['darwin', 'Library/Application Support/Claude'],
  'Windows classic': ['win32', 'AppData/Roaming/Claude'],
  'Windows package': ['win32', 'AppData/Local/Packages/Claude_pzs8sxrjxfjjc/LocalCache/Roaming/Claude'],
  Linux: ['linux', '.config/Claude'],
  'Linux, XDG': ['linux', 'settings/Claude'],
} as const satisfies Record<string, readonly [NodeJS.Platform, string]>;
export type Install = keyof typeof installs;

const configName = 'claude_desktop_config.json';

/** A person's folder with Claude Desktop in it, and hosts of Chatelaine one after the other. */
export function createClientWorld(install: Install = 'Linux') {
  const folder = temporaryFolder();
  const [platform, place] = installs[install];
  const person = join(folder, 'person');
  const home = join(folder, 'data');
  const config = join(person, place, configName);
  mkdirSync(dirname(config), { recursive: true, mode: 0o700 });
  mkdirSync(join(home, 'registrations'), { recursive: true, mode: 0o700 });
  const store = createMemoryStore({ isOpen: true });
  const clock = createFakeClock();
  const lines: { kind: string }[] = [];
  const changes = { count: 0 };
  const isManaged = new Set<string>();
  let programs: readonly string[] | null = [];

  const variables: Record<string, string | undefined> = {
    APPDATA: join(person, 'AppData', 'Roaming'),
    LOCALAPPDATA: join(person, 'AppData', 'Local'),
    USER: 'me',
    XDG_CONFIG_HOME: install === 'Linux, XDG' ? join(person, 'settings') : undefined,
  };
  const real = createMachine({}, platform);
  const machine: Machine = {
    ...real,
    home: person,
    variable: (name) => variables[name],
    programs: async () => programs,
    hasRegistryKey: async (key) => isManaged.has(key),
    facts: async (path) =>
      isManaged.has(path) ? { isFolder: false, isWritable: true, size: 1, modifiedMs: 0 } : real.facts(path),
  };

  async function start({ fs = nodeFileSystem }: { fs?: FileSystem } = {}) {
    const files = createDurableFiles(fs);
    const log = createQuietLog();
    const policy = createPolicyStore({ home, store, files, log });
    const runtime = 'a'.repeat(16);
    const registrations = createRegistrations({
      home,
      policy,
      files,
      clock,
      stableRuntime: {
        ensure: async () => runtime,
        pathsOf: (hash) => ({ node: `${home}/runtime/${hash}/node`, bridge: `${home}/runtime/${hash}/bridge.cjs` }),
        isThere: async () => true,
        sweep: async () => undefined,
      },
    });
    const registry = createClientRegistry({
      home,
      files,
      clock,
      log,
      machine,
      clients,
      policy,
      registrations,
      onChange: () => (changes.count += 1),
      lock: lockBeside(fs),
    });
    const shared = { clients, registry, registrations, machine };
    const sessions = { lastSeen: () => null, isConnected: () => false, endRegistration: () => undefined } as never;
    const vault = { list: () => [], byName: () => ({ id: 'c' }) } as never;
    const handlers = {
      ...clientHandlers({ ...shared, files, policy, sessions, vault, probe: (async () => null) as never }),
      ...registrationHandlers({
        ...shared,
        sessions,
        vault,
        activity: { append: async (entry: { kind: string }) => void lines.push(entry) } as never,
        lock: { assertUnlocked: () => undefined } as never,
        person: { hasPassphrase: async () => true } as never,
        isDesktop: false,
        clock,
      }),
    };
    await policy.load();
    await registrations.sweepKeys();
    await policy.open();
    await registry.start();
    const wanted = { client: 'claude-desktop', providers: [], credentials: 'all' as const };
    return {
      registry,
      policy,
      registrations,
      log,
      prepare: (more: Partial<Parameters<Handlers['clients.prepare']>[0]> = {}) =>
        handlers['clients.prepare']({ ...wanted, ...more }, requester),
      register: (prepared?: string) =>
        handlers['clients.register']({ ...wanted, ...(prepared !== undefined && { prepared }) }, requester),
      unregister: () => handlers['clients.unregister']({ client: 'claude-desktop' }, requester),
      prepareUndo: () => handlers['clients.prepareUndo']({ client: 'claude-desktop' }, requester),
      repair: () => handlers['clients.repair']({ client: 'claude-desktop' }, requester),
      list: () => handlers['clients.list']({}, requester),
      known: async () => (await handlers['clients.known']({}, requester)).find(({ id }) => id === 'claude-desktop'),
      entry: async () => (await handlers['clients.list']({}, requester))[0]?.entry,
    };
  }

  const read = (path = config): string | null => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return null;
    }
  };
  return {
    person,
    home,
    config,
    clock,
    lines,
    changes,
    machine,
    isManaged,
    variables,
    start,
    read,
    runs: (next: readonly string[] | null) => (programs = next),
    write: (text: string | Buffer, path = config) => writeFileSync(path, text, { mode: 0o600 }),
    modeOf: (path = config) => statSync(path).mode & 0o777,
    /** Names beside the configuration. */
    beside: () => readdirSync(dirname(config)).filter((name) => name !== configName),
    servers: (path = config): Record<string, { env?: Record<string, string> }> =>
      (JSON.parse((read(path) ?? '{}').replace(/^\ufeff/, '')) as { mcpServers?: object }).mcpServers as never,
  };
}

export type ClientWorld = ReturnType<typeof createClientWorld>;
export type Host = Awaited<ReturnType<ClientWorld['start']>>;

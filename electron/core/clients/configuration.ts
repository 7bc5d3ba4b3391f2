import type { Registration } from '../consent/policy.ts';
import type { Entry } from '../contract/views.ts';
import { Failure } from '../failure.ts';
import type { ConfiguredClient, Location } from './client.ts';
import { serversIn, withServers } from './config-document.ts';
import { readable, textOf, type ConfigChange, type ConfigFiles } from './config-file.ts';
import { digestOf, type ConfigJournal, type WrittenFile } from './config-journal.ts';
import type { Machine } from './machine.ts';

/** How one file of a client would be changed so that the client launches us. */
export interface PlannedFile extends ConfigChange {
  after: Buffer;
  keys: Readonly<Record<string, string>>;
  original: WrittenFile['original'];
  madeMember: boolean;
}

export interface Plan {
  files: PlannedFile[];
  warnings: string[];
}

export type Entries = readonly { provider: string; entry: Entry }[];

/** Entries of ours in the files of clients: planned, written, and told from those of others. */
export interface Configuration {
  /** Rejects with `not-found` where the client is not installed, and with why when none of its files can be changed. */
  plan(client: ConfiguredClient, registrationId: string, entries: Entries): Promise<Plan>;
  /** Rejects with `changed` when one of the files is no longer what was planned for. */
  assertCurrent(plan: Plan): Promise<void>;
  /** Notes what is about to be written; the registration itself comes next, then `write`. */
  announce(registrationId: string, plan: Plan): Promise<void>;
  /** Resolves with the files and the copy that was made of each before. */
  write(registrationId: string, plan: Plan): Promise<{ path: string; backup: string | null }[]>;
  /** What has become of the entries in the files that they were written to; the worst of them. */
  stateOf(client: ConfiguredClient, registration: Registration, entries: Entries): Promise<EntryState>;
}

export type EntryState = 'present' | 'missing' | 'changed' | 'unreadable';

export function createConfiguration(deps: {
  home: string;
  machine: Machine;
  configFiles: ConfigFiles;
  journal: ConfigJournal;
}): Configuration {
  const { home, machine, configFiles, journal } = deps;
  const seen = new Map<string, { stamp: string; state: EntryState }>();

  async function planFile(client: ConfiguredClient, path: string, id: string, entries: Entries): Promise<PlannedFile> {
    const before = await configFiles.read(path);
    const text = textOf(path, before);
    return readable(path, () => {
      const servers = serversIn(text, client.member);
      const keys = Object.fromEntries(entries.map(({ provider }) => [provider, freeKey(servers, provider, home)]));
      const wanted = new Map(entries.map(({ provider, entry }) => [keys[provider] ?? '', entry]));
      const hadOurs = [...servers.values()].some((entry) => isOf(entry, { home }));
      const known = journal.filesOf(id).find((file) => file.path === path);
      return {
        path,
        before,
        after: Buffer.from(withServers(text, client.member, wanted), 'utf8'),
        keys,
        original: before === null ? { kind: 'none' } : hadOurs ? { kind: 'ours' } : copyOf(path, before),
        madeMember: known?.madeMember ?? !hasMember(text, client.member),
      };
    });
  }

  const copyOf = (path: string, before: Buffer): WrittenFile['original'] => ({
    kind: 'copy',
    path: configFiles.copyFor(path),
    digest: digestOf(before),
  });

  const recordOf = (file: PlannedFile, isWritten: boolean): WrittenFile => ({
    path: file.path,
    keys: { ...file.keys },
    isWritten,
    written: digestOf(file.after),
    original: file.original,
    madeMember: file.madeMember,
  });

  const pathsOf = async (client: ConfiguredClient, id: string): Promise<string[]> => {
    const locations = await client.locations(machine);
    const paths = [...journal.filesOf(id), ...locations].map(({ path }) => path);
    return [...new Set(paths)];
  };

  return {
    async plan(client, id, entries) {
      const locations = await client.locations(machine);
      if (locations.length === 0) throw notInstalled(client, machine);
      const files: PlannedFile[] = [];
      const problems: Failure[] = [];
      for (const { path } of locations) {
        try {
          files.push(await planFile(client, path, id, entries));
        } catch (error) {
          if (!(error instanceof Failure)) throw error;
          problems.push(error);
        }
      }
      const [first] = problems;
      if (files.length === 0 && first) throw first;
      const warnings = [...severalInstallations(client, locations), ...problems.map(({ message }) => message)];
      return { files, warnings: [...warnings, ...files.flatMap(renamed)] };
    },

    async assertCurrent({ files }) {
      for (const { path, before } of files) {
        const now = await configFiles.read(path);
        if (now === null || before === null ? now !== before : !now.equals(before)) {
          throw new Failure(
            'changed',
            `${path} is no longer what the change was shown for. Nothing was changed.`,
            'Look at the change again.',
          );
        }
      }
    },

    async announce(id, { files }) {
      for (const file of files) await journal.put(id, recordOf(file, false));
    },

    async write(id, { files }) {
      const done: { path: string; backup: string | null }[] = [];
      for (const file of files) {
        const backup = file.before === null ? null : (copyPath(file) ?? configFiles.copyFor(file.path));
        await configFiles.apply(file, backup);
        await journal.put(id, recordOf(file, true));
        done.push({ path: file.path, backup });
      }
      return done;
    },

    async stateOf(client, { id }, entries) {
      const states: EntryState[] = [];
      for (const path of await pathsOf(client, id)) {
        const record = journal.filesOf(id).find((file) => file.path === path);
        states.push(await stateAt(client, path, record, entries));
      }
      return (['unreadable', 'missing', 'changed'] as const).find((bad) => states.includes(bad)) ?? stateOfNone(states);
    },
  };

  /** Looked at every minute and at each listing, so what has not changed on disk is not read again. */
  async function stateAt(...asked: Parameters<typeof stateIn>): Promise<EntryState> {
    const [, path, record, entries] = asked;
    const facts = await machine.facts(path);
    const stamp = JSON.stringify([facts, record?.keys, entries]);
    const known = seen.get(path);
    if (known?.stamp === stamp) return known.state;
    const state = await stateIn(...asked);
    // What could not be read may be readable the next time without having changed.
    if (facts && state !== 'unreadable') seen.set(path, { stamp, state });
    return state;
  }

  async function stateIn(
    client: ConfiguredClient,
    path: string,
    record: WrittenFile | undefined,
    entries: Entries,
  ): Promise<EntryState> {
    try {
      const text = textOf(path, await configFiles.read(path));
      const servers = readable(path, () => serversIn(text, client.member));
      const found = entries.map(({ provider, entry }) => ({
        entry,
        now: servers.get(record?.keys[provider] ?? keyFor(provider)),
      }));
      if (found.some(({ now }) => now === undefined)) return 'missing';
      return found.every(({ entry, now }) => isEqual(now, entry)) ? 'present' : 'changed';
    } catch (error) {
      if (error instanceof Failure) return 'unreadable';
      throw error;
    }
  }
}

/** No file at all: the client is gone, and our entries with it. */
const stateOfNone = (states: readonly EntryState[]): EntryState => (states.length === 0 ? 'missing' : 'present');

const copyPath = ({ original }: PlannedFile): string | null => (original.kind === 'copy' ? original.path : null);

const keyFor = (provider: string): string => `chatelaine-${provider}`;

/** A key that is free, or holds an entry of this data folder; one of somebody else stays as it is. */
function freeKey(servers: ReadonlyMap<string, unknown>, provider: string, home: string): string {
  for (let number = 1; ; number += 1) {
    const key = number === 1 ? keyFor(provider) : `${keyFor(provider)}-${number}`;
    if (!servers.has(key) || isOf(servers.get(key), { home })) return key;
  }
}

/** Whether an entry launches us, for this data folder or this registration. */
export function isOf(entry: unknown, whose: { home: string } | { registrationId: string }): boolean {
  const { env } = (entry ?? {}) as { env?: Record<string, unknown> | null };
  return 'home' in whose ? env?.CHATELAINE_HOME === whose.home : env?.CHATELAINE_REGISTRATION === whose.registrationId;
}

const hasMember = (text: string, member: string): boolean =>
  text.trim() !== '' && Object.hasOwn(JSON.parse(text.replace(/^\ufeff/, '')) as object, member);

/** Clients add members of their own to an entry; what we wrote must be in it as we wrote it. */
function isEqual(now: unknown, entry: Entry): boolean {
  const { command, args, env } = (now ?? {}) as Partial<Entry>;
  return JSON.stringify([command, args]) === JSON.stringify([entry.command, entry.args]) && hasAll(env, entry.env);
}

const hasAll = (env: Record<string, string> | undefined, wanted: Record<string, string>): boolean =>
  Object.entries(wanted).every(([name, value]) => env?.[name] === value);

const renamed = ({ path, keys }: PlannedFile): string[] =>
  Object.entries(keys)
    .filter(([provider, key]) => key !== keyFor(provider))
    .map(
      ([provider, key]) => `${path} has a server called ${keyFor(provider)} that is not ours; ours is called ${key}.`,
    );

const severalInstallations = (client: ConfiguredClient, locations: readonly Location[]): string[] =>
  locations.length < 2
    ? []
    : [`${client.title} is installed ${locations.length} times here; each of them is given the entry.`];

const notInstalled = (client: ConfiguredClient, machine: Machine): Failure =>
  new Failure(
    'not-found',
    `${client.title} was not found on this computer. Nothing was registered.`,
    `Install it and start it once; its configuration is then at ${client.usualPlaces(machine).join(' or ')}.`,
  );

import { Failure } from '../failure.ts';
import { serversIn, withoutServers } from './config-document.ts';
import { readable, textOf, type ConfigChange, type ConfigFiles } from './config-file.ts';
import { digestOf, type ConfigJournal, type WrittenFile } from './config-journal.ts';
import { isOf } from './configuration.ts';

/** Takes what was written for a registration out of its client's files again: that, and nothing else. */
export interface ConfigurationUndo {
  /** What `undo` would change now. Files that cannot be changed are left out; `undo` warns of them. */
  plan(registrationId: string, place: Place): Promise<ConfigChange[]>;
  /**
   * Every file that can be changed, whatever becomes of the others. A file that nobody has changed since is byte for byte
   * what it was before, or gone if there was none. What cannot be undone is tried again when `undo` is called again.
   */
  undo(registrationId: string, place: Place): Promise<{ changed: string[]; warnings: string[] }>;
}

/** Where a client keeps servers. `paths`: to be looked through even if nothing is known to be written there. */
export interface Place {
  member: string;
  paths: readonly string[];
}

export function createConfigurationUndo(deps: { configFiles: ConfigFiles; journal: ConfigJournal }): ConfigurationUndo {
  const { configFiles, journal } = deps;

  /** What was written can be forgotten; an entry of ours still says whose it is. */
  function filesOf(id: string, paths: readonly string[]): WrittenFile[] {
    const known = journal.filesOf(id);
    const others = paths.filter((path) => !known.some((file) => file.path === path));
    return [...known, ...others.map(forgotten)];
  }

  async function planFile(id: string, member: string, file: WrittenFile): Promise<ConfigChange & { isExact: boolean }> {
    const { path } = file;
    const before = await configFiles.read(path);
    if (before === null) return { path, before, after: null, isExact: false };
    if (digestOf(before) === file.written) {
      if (file.original.kind === 'none') return { path, before, after: null, isExact: true };
      const original = await originalOf(file);
      if (original) return { path, before, after: original, isExact: true };
    }
    const text = textOf(path, before);
    return readable(path, () => {
      const ours = [...serversIn(text, member)].filter(([, entry]) => isOf(entry, { registrationId: id }));
      const keys = ours.map(([key]) => key);
      if (keys.length === 0) return { path, before, after: before, isExact: false };
      const after = Buffer.from(withoutServers(text, member, keys, { dropMember: file.madeMember }), 'utf8');
      return { path, before, after, isExact: false };
    });
  }

  /** The copy that was made, if it is still there and still that. */
  async function originalOf({ original }: WrittenFile): Promise<Buffer | null> {
    if (original.kind !== 'copy') return null;
    const copy = await configFiles.read(original.path).catch(() => null);
    return copy && digestOf(copy) === original.digest ? copy : null;
  }

  async function undoFile(id: string, member: string, file: WrittenFile): Promise<boolean> {
    const change = await planFile(id, member, file);
    const isChange = change.before !== change.after;
    // A copy of what is put back would only be the same file twice.
    if (isChange) await configFiles.apply(change, change.isExact ? null : configFiles.copyFor(file.path));
    if (change.isExact && file.original.kind === 'copy') {
      await configFiles.remove(file.original.path).catch(() => undefined);
    }
    if (journal.filesOf(id).includes(file)) await journal.drop(id, file.path);
    return isChange;
  }

  return {
    async plan(id, { member, paths }) {
      const changes: ConfigChange[] = [];
      for (const file of filesOf(id, paths)) {
        const change = await planFile(id, member, file).catch(passFailure);
        if (change && change.before !== change.after) {
          changes.push({ path: change.path, before: change.before, after: change.after });
        }
      }
      return changes;
    },

    async undo(id, { member, paths }) {
      const changed: string[] = [];
      const warnings: string[] = [];
      for (const file of filesOf(id, paths)) {
        try {
          if (await undoFile(id, member, file)) changed.push(file.path);
        } catch (error) {
          if (!(error instanceof Failure)) throw error;
          const keys = Object.values(file.keys);
          if (keys.length > 0)
            warnings.push(`${error.message} Take ${keys.join(' and ')} out of it by hand. ${error.hint}`);
        }
      }
      return { changed, warnings };
    },
  };
}

const forgotten = (path: string): WrittenFile => ({
  path,
  keys: {},
  isWritten: true,
  written: '',
  original: { kind: 'ours' },
  madeMember: false,
});

function passFailure(error: unknown): null {
  if (error instanceof Failure) return null;
  throw error;
}

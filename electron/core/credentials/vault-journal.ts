import { randomUUID } from 'node:crypto';

import { Failure } from '../failure.ts';
import type { IndexFile } from './index-file.ts';
import type { CredentialIndex, CredentialRecord } from './record.ts';
import { packSecrets } from './secret-item.ts';
import type { SecretStore } from './secret-store.ts';

/**
 * Keeps index and secret items in step over any kill. A new item stands in the index's `garbage` before it is made; one
 * index write then takes it out, points the record to it and puts the replaced item in. So every record always has its
 * old or its new secrets, and every other item is in `garbage`, where `collect` finds it. To be used by one at a time.
 */
export interface VaultJournal {
  load(): Promise<void>;
  /** Throws `damaged` before a `load` that succeeded. */
  index(): CredentialIndex;
  /**
   * Stores `secrets` for `target` as a new item; `change` gets its id (null without secrets) and gives the records that are
   * to be.
   */
  commit(
    secrets: Readonly<Record<string, string>>,
    target: string,
    replaced: string | null,
    change: (secretId: string | null, records: readonly CredentialRecord[]) => CredentialRecord[],
  ): Promise<void>;
  /** Changes records without touching secrets. */
  replace(change: (records: readonly CredentialRecord[]) => CredentialRecord[]): Promise<void>;
  /** Deletes the items in `garbage`, except those to be kept for a while. */
  collect(keep: ReadonlySet<string | null>): Promise<void>;
}

export const createVaultJournal = ({
  indexFile,
  store,
}: {
  indexFile: IndexFile;
  store: SecretStore;
}): VaultJournal => {
  let loaded: CredentialIndex | null = null;

  const index = (): CredentialIndex => {
    if (loaded !== null) return loaded;
    throw new Failure(
      'damaged',
      'The list of credentials, credentials.json in the data folder, could not be read, so nothing can be done with it.',
      'Quit Chatelaine, look at the previous copy credentials.json.bak beside it, and put it in place if it is whole.',
    );
  };

  const save = async (next: CredentialIndex): Promise<void> => {
    try {
      await indexFile.write(next);
    } catch (error) {
      // What is on disk decides: a failed write may still have replaced the file, or another program did.
      loaded = await indexFile.read().catch(() => loaded);
      throw error;
    }
    loaded = next;
  };

  return {
    async load() {
      loaded = await indexFile.read();
    },

    index,

    async commit(secrets, target, replaced, change) {
      const secretId = Object.keys(secrets).length > 0 ? randomUUID() : null;
      if (secretId !== null) {
        await save({ ...index(), garbage: [...index().garbage, secretId] });
        await store.set(secretId, packSecrets(secrets, target));
      }
      const { credentials, garbage } = index();
      await save({
        schema: 1,
        credentials: change(secretId, credentials),
        garbage: [...garbage.filter((id) => id !== secretId), ...(replaced === null ? [] : [replaced])],
      });
    },

    async replace(change) {
      await save({ ...index(), credentials: change(index().credentials) });
    },

    async collect(keep) {
      const { credentials, garbage } = index();
      const kept = garbage.filter((id) => keep.has(id));
      if (garbage.length === kept.length) return;
      const needed = new Set([...credentials.map(({ secretId }) => secretId), ...kept]);
      for (const id of garbage.filter((candidate) => !needed.has(candidate))) await store.delete(id);
      await save({ ...index(), garbage: kept });
    },
  };
};

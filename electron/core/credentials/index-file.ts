import { join } from 'node:path';

import { Failure } from '../failure.ts';
import type { DurableFiles } from '../files/durable-file.ts';
import { migrate, type Migrations } from './migrate.ts';
import { CredentialIndex } from './record.ts';

/** `<home>/credentials.json`: the index of credentials. No secrets. The previous good copy is kept beside it as `.bak`. */
export interface IndexFile {
  /** An empty index when there is none yet. Rejects with `damaged` or `newer-format`; the file is then left as it is. */
  read(): Promise<CredentialIndex>;
  /** Rejects with `changed` when the file is not the one that was last read or written. */
  write(index: CredentialIndex): Promise<void>;
}

const migrations: Migrations = {};

export const createIndexFile = ({ home, files }: { home: string; files: DurableFiles }): IndexFile => {
  const path = join(home, 'credentials.json');
  const backup = `${path}.bak`;
  let last: Buffer | null = null;
  return {
    async read() {
      const bytes = await files.read(path);
      if (bytes === null) {
        // An index that is gone while its backup is there was lost, not never made.
        if ((await files.read(backup)) !== null) throw damaged(path, backup, 'is missing');
        last = null;
        return { schema: 1, credentials: [], garbage: [] };
      }
      const index = parse(bytes, path, backup);
      last = bytes;
      return index;
    },
    async write(index) {
      const bytes = Buffer.from(`${JSON.stringify(index, null, 1)}\n`);
      // The backup only follows an index that is there, so that a backup without an index always means a loss.
      if (last !== null) await files.write(backup, last);
      await files.write(path, bytes, { ifUnchangedFrom: last });
      last = bytes;
    },
  };
};

const parse = (bytes: Buffer, path: string, backup: string): CredentialIndex => {
  let document: unknown;
  try {
    document = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw damaged(path, backup, 'is damaged');
  }
  try {
    const result = CredentialIndex.safeParse(migrate(document, migrations, 1));
    if (result.success) return result.data;
  } catch (error) {
    if (error instanceof Failure && error.code === 'newer-format') throw error;
  }
  throw damaged(path, backup, 'is damaged');
};

const damaged = (path: string, backup: string, what: string): Failure =>
  new Failure(
    'damaged',
    `The list of credentials ${what}: ${path}. It was left as it is; no secret was touched.`,
    `Quit Chatelaine, look at the previous copy ${backup}, and put it in place if it is whole.`,
  );

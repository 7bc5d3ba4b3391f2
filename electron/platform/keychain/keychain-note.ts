import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';

import { Failure } from '../../core/failure.ts';
import type { DurableFiles } from '../../core/files/durable-file.ts';

/** `<home>/keychain.json`: what must be known about the keychain while it is locked. No secrets. */
const KeychainNote = z.object({
  format: z.literal(1),
  /** Precedes every account name, so that two data folders never share an item. */
  vaultId: z.uuid(),
  /** Whether the sentinel item was written: from then on "not there" means "locked". */
  hasSentinel: z.boolean(),
});
export type KeychainNote = z.infer<typeof KeychainNote>;

/** The note, made anew when there is none. Rejects with `damaged` when it cannot be read: a new one would lose every item. */
export const readNote = async (home: string, files: DurableFiles): Promise<KeychainNote> => {
  const bytes = await files.read(pathIn(home));
  if (bytes === null) {
    const note: KeychainNote = { format: 1, vaultId: randomUUID(), hasSentinel: false };
    await writeNote(home, files, note);
    return note;
  }
  try {
    return KeychainNote.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    const message = `${pathIn(home)} is damaged. It says where the secrets are in the keychain. It was left as it is.`;
    throw new Failure('damaged', message, 'Put a backup of the file in its place.');
  }
};

export const writeNote = async (home: string, files: DurableFiles, note: KeychainNote): Promise<void> => {
  await files.ensurePrivateFolder(home);
  await files.write(pathIn(home), `${JSON.stringify(note)}\n`);
};

const pathIn = (home: string): string => join(home, 'keychain.json');

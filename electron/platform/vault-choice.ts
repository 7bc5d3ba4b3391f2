import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import type { SecretStore } from '../core/credentials/secret-store.ts';
import { Failure } from '../core/failure.ts';
import type { DurableFiles } from '../core/files/durable-file.ts';
import type { Log } from '../core/log.ts';
import type { Launch } from '../core/workers/launch.ts';
import { createKeychainStore } from './keychain/keychain-store.ts';
import { createSealedFileStore } from './sealed-file-store.ts';

export type VaultKind = 'keychain' | 'file';

const Choice = z.object({ kind: z.enum(['keychain', 'file']) });
const choiceFile = (home: string): string => join(home, 'vault.json');
const sealedFile = (home: string): string => join(home, 'vault.sealed');

/**
 * Which store a data folder uses: the one it was started with first. Nothing falls back in silence: asking for the other
 * one later is refused, and without a keychain the person has to say `--vault file`.
 */
export async function chooseVault(deps: {
  home: string;
  wanted: VaultKind | null;
  files: DurableFiles;
  launch: Launch;
  clock: Clock;
  log: Log;
}): Promise<{ kind: VaultKind; store: SecretStore; isNew: boolean }> {
  const { home, wanted, files } = deps;
  const bytes = await files.read(choiceFile(home));
  const chosen = bytes && Choice.parse(JSON.parse(bytes.toString('utf8'))).kind;
  if (chosen && wanted && chosen !== wanted) {
    throw new Failure(
      'invalid-input',
      `This data folder keeps its secrets in the ${nameOf(chosen)}, so it was not opened with the ${nameOf(wanted)}.`,
      `Leave --vault out, or name another data folder with --home.`,
    );
  }
  const kind = chosen ?? wanted ?? 'keychain';
  if (kind === 'file') {
    const path = sealedFile(home);
    const isNew = await stat(path).then(
      () => false,
      () => true,
    );
    if (isNew && chosen) throw missing(path);
    return { kind, store: createSealedFileStore({ path, files }), isNew };
  }
  return { kind, store: createKeychainStore(deps), isNew: chosen === null };
}

/** Written once the store has proved itself, so that a failed first start leaves the choice open. */
export async function rememberVault(home: string, kind: VaultKind, files: DurableFiles): Promise<void> {
  const path = choiceFile(home);
  if (!(await files.read(path))) await files.write(path, Buffer.from(`${JSON.stringify({ kind })}\n`));
}

const missing = (path: string): Failure =>
  new Failure(
    'damaged',
    `The vault file of this data folder is missing: ${path}. No new one was made, since your secrets would not be in it.`,
    'Put a copy of it back. If there is none, start anew with another data folder.',
  );

const nameOf = (kind: VaultKind): string => (kind === 'file' ? 'passphrase-sealed file' : 'keychain');

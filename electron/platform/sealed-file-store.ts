import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

import { Secret } from '../core/credentials/secret.ts';
import type { SecretStore } from '../core/credentials/secret-store.ts';
import { Failure } from '../core/failure.ts';
import type { DurableFiles } from '../core/files/durable-file.ts';
import { oneAtATime } from '../core/files/one-at-a-time.ts';
import {
  checkOf,
  damaged,
  deriveKey,
  openSealedFile,
  parseSealedFile,
  type ScryptCost,
  sealFile,
  type VaultKey,
} from './sealed-file-format.ts';
import { checkedId, checkedText, storeFailure } from './store-rules.ts';

const Items = z.record(z.string(), z.string());
type Items = z.infer<typeof Items>;

interface OpenVault {
  key: VaultKey;
  salt: string;
  vaultId: string;
  /** The newest generation seen: an older file is a rollback. */
  generation: number;
}

const shippedCost: ScryptCost = { N: 2 ** 17, r: 8, p: 1 };

/** Secrets in one file sealed with a passphrase, for machines without a keychain. */
export const createSealedFileStore = ({
  path,
  files,
  cost = shippedCost,
}: {
  path: string;
  files: DurableFiles;
  cost?: ScryptCost;
}): SecretStore => {
  const inTurn = oneAtATime();
  let vault: OpenVault | null = null;

  const readFile = async () => {
    const bytes = await files.read(path);
    return bytes === null ? null : { bytes, ...parseSealedFile(bytes) };
  };

  const readItems = async ({ key, vaultId, generation }: OpenVault): Promise<{ items: Items; bytes: Buffer }> => {
    const file = await readFile();
    if (file?.header.vaultId !== vaultId || file.header.generation < generation) throw damaged();
    const content = openSealedFile(file, key);
    const result = Items.safeParse(JSON.parse(content.toString('utf8')));
    content.fill(0);
    if (!result.success) throw damaged();
    return { items: result.data, bytes: file.bytes };
  };

  const writeItems = async (open: OpenVault, items: Items, before: Buffer | null, used: ScryptCost): Promise<void> => {
    const content = Buffer.from(JSON.stringify(items));
    const { vaultId, salt, key } = open;
    const generation = open.generation + 1;
    const sealed = sealFile(content, { format: 1, vaultId, generation, ...costOf(used), salt }, key);
    content.fill(0);
    await files.write(path, sealed, { ifUnchangedFrom: before });
    open.generation = generation;
  };

  const requireOpen = (): OpenVault => {
    if (vault === null) throw storeFailure('locked');
    return vault;
  };

  const change = async (edit: (items: Map<string, string>) => void): Promise<void> => {
    const open = requireOpen();
    const { items, bytes } = await readItems(open);
    const next = new Map(Object.entries(items));
    edit(next);
    const { header } = parseSealedFile(bytes);
    await writeItems({ ...open, generation: header.generation }, Object.fromEntries(next), bytes, header);
    open.generation = header.generation + 1;
  };

  const create = async (passphrase: string): Promise<OpenVault> => {
    requireLength(passphrase);
    const salt = randomBytes(32).toString('base64');
    const open = { key: await deriveKey(passphrase, salt, cost), salt, vaultId: randomUUID(), generation: 0 };
    await writeItems(open, {}, null, cost);
    return open;
  };

  const unseal = async (passphrase: string): Promise<OpenVault | null> => {
    const file = await readFile();
    if (file === null) return null;
    const { header } = file;
    const key = await deriveKey(passphrase, header.salt, header);
    if (!timingSafeEqual(checkOf(header, key), Buffer.from(header.check, 'base64'))) throw wrongPassphrase();
    const open = { key, salt: header.salt, vaultId: header.vaultId, generation: header.generation };
    await readItems(open);
    return open;
  };

  const forget = (): void => {
    vault?.key.seal.fill(0);
    vault?.key.check.fill(0);
    vault = null;
  };

  return {
    kind: 'file',

    state: async () => (vault === null ? 'locked' : 'ready'),

    open: (passphrase) =>
      inTurn(async () => {
        const text = passphrase?.reveal() ?? '';
        if (text === '') {
          throw new Failure(
            'locked',
            'The vault file needs its passphrase. Nothing was changed.',
            'Enter it, or name its file in CHATELAINE_PASSPHRASE_FILE.',
          );
        }
        const opened = (await unseal(text)) ?? (await create(text));
        forget();
        vault = opened;
      }),

    close: () => inTurn(async () => forget()),

    get: (id) =>
      inTurn(async () => {
        const { items } = await readItems(requireOpen());
        const text = Object.hasOwn(items, checkedId(id)) ? items[id] : undefined;
        return text === undefined ? null : new Secret(text);
      }),

    set: (id, secret) =>
      inTurn(async () => {
        const text = checkedText(secret);
        await change((items) => items.set(checkedId(id), text));
      }),

    delete: (id) =>
      inTurn(async () => {
        const { items } = await readItems(requireOpen());
        if (Object.hasOwn(items, checkedId(id))) await change((all) => all.delete(id));
      }),

    verifyPassphrase: (passphrase) =>
      inTurn(async () => {
        try {
          return (await unseal(passphrase.reveal())) !== null;
        } catch (error) {
          if (error instanceof Failure && error.code === 'refused') return false;
          throw error;
        }
      }),
  };
};

const costOf = ({ N, r, p }: ScryptCost): ScryptCost => ({ N, r, p });

const requireLength = (passphrase: string): void => {
  if (Array.from(passphrase.normalize('NFC')).length >= 8) return;
  throw new Failure(
    'invalid-input',
    'A new passphrase needs at least 8 characters. Nothing was changed.',
    'Choose a longer one, e.g. four words.',
  );
};

const wrongPassphrase = (): Failure =>
  new Failure(
    'refused',
    'Wrong passphrase. Nothing was changed.',
    'Try again; without the passphrase the vault file cannot be opened.',
  );

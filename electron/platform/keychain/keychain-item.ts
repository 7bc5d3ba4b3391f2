import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';

import { Failure } from '../../core/failure.ts';
import type { DurableFiles } from '../../core/files/durable-file.ts';

/** What a keychain item says: the text itself, or where it is sealed and with which key. JSON never holds a NUL. */
const Item = z.union([
  z.strictObject({ v: z.literal(1), text: z.string() }),
  z.strictObject({ v: z.literal(1), file: z.string(), key: z.base64().length(44) }),
]);

/** Windows takes at most 2,560 bytes per item. */
const maximumBytes = 2000;

/** Items of the keychain, with the files that hold what is too large for it: `<home>/sealed/<id>.<random>`. */
export interface KeychainItems {
  /** The item for a text. A sealed file is written before the item that names it, under a new name: a kill keeps the old. */
  pack(id: string, text: string): Promise<string>;
  /** Rejects with `damaged`. */
  unpack(id: string, item: string): Promise<string>;
  /** Removes the sealed files of an id, but not the one that `item` names. */
  sweep(id: string, item: string | null): Promise<void>;
  /** The ids that have sealed files. */
  sealedIds(): Promise<string[]>;
}

export const createKeychainItems = (home: string, files: DurableFiles): KeychainItems => {
  const folder = join(home, 'sealed');
  return {
    async pack(id, text) {
      const item = JSON.stringify({ v: 1, text });
      if (Buffer.byteLength(item) <= maximumBytes) return item;
      await files.ensurePrivateFolder(folder);
      const key = randomBytes(32);
      const file = `${id}.${randomBytes(8).toString('hex')}`;
      await files.write(join(folder, file), seal(text, key, file));
      return JSON.stringify({ v: 1, file, key: key.toString('base64') });
    },

    async unpack(id, item) {
      const parsed = parse(item);
      if ('text' in parsed) return parsed.text;
      if (!parsed.file.startsWith(`${id}.`) || parsed.file.includes('/')) throw damaged();
      const sealed = await files.read(join(folder, parsed.file));
      if (sealed === null) throw damaged();
      return unseal(sealed, Buffer.from(parsed.key, 'base64'), parsed.file);
    },

    async sweep(id, item) {
      const parsed = item === null ? null : parse(item);
      const kept = parsed !== null && 'file' in parsed ? parsed.file : null;
      const names = (await files.list(folder)).filter((name) => name.startsWith(`${id}.`) && name !== kept);
      for (const name of names) await files.remove(join(folder, name));
    },

    async sealedIds() {
      await files.sweep(folder);
      const names = await files.list(folder);
      return [...new Set(names.map((name) => /^([A-Za-z0-9-]{1,64})\.[0-9a-f]{16}$/.exec(name)?.[1] ?? ''))].filter(
        Boolean,
      );
    },
  };
};

const parse = (item: string): z.infer<typeof Item> => {
  try {
    return Item.parse(JSON.parse(item));
  } catch {
    throw damaged();
  }
};

// The file's name, and with it the id, is authenticated: two files cannot be exchanged.
const seal = (text: string, key: Buffer, name: string): Buffer => {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 }).setAAD(Buffer.from(name));
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
};

const unseal = (sealed: Buffer, key: Buffer, name: string): string => {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(name)).setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]).toString('utf8');
  } catch {
    throw damaged();
  }
};

const damaged = (): Failure =>
  new Failure(
    'damaged',
    'A stored secret is damaged or was altered. Nothing was changed.',
    'Enter the credential’s secrets again.',
  );

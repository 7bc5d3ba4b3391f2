import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, scrypt } from 'node:crypto';
import { z } from 'zod';

import { Failure } from '../core/failure.ts';

/** What scrypt costs: memory is 128 · N · r bytes. */
export interface ScryptCost {
  N: number;
  r: number;
  p: number;
}

/** Exactly this many bytes in the one spelling that base64 has for them. */
const base64 = (bytes: number) =>
  z.string().refine((text) => {
    const decoded = Buffer.from(text, 'base64');
    return decoded.length === bytes && decoded.toString('base64') === text;
  });

/**
 * A sealed vault file: magic, header length (4 bytes), header (JSON), AES-256-GCM ciphertext, its tag (16 bytes), and a
 * SHA-256 of all that. The header is the additional authenticated data, so vault id and generation cannot be exchanged.
 * The checksum tells plain damage from tampering, and both from a wrong passphrase.
 */
const Header = z.strictObject({
  format: z.literal(1),
  vaultId: z.uuid(),
  /** Grows with each write. */
  generation: z.int().min(1),
  // Limits, so that a header cannot ask for more memory than a machine has.
  N: z
    .int()
    .min(2)
    .max(2 ** 18)
    .refine((n) => (n & (n - 1)) === 0),
  r: z.int().min(1).max(8),
  p: z.int().min(1).max(4),
  salt: base64(32),
  nonce: base64(12),
  /** Tells whether a passphrase is the right one. */
  check: base64(32),
});
export type Header = z.infer<typeof Header>;

export interface SealedFile {
  header: Header;
  headerBytes: Buffer;
  ciphertext: Buffer;
  tag: Buffer;
}

/** Half seals, half checks passphrases. */
export interface VaultKey {
  seal: Buffer;
  check: Buffer;
}

const magic = Buffer.from('CHATELAINE-VAULT\n');
const tagBytes = 16;
const checksumBytes = 32;

/** Throws `damaged` unless the file is whole. Does not need the passphrase. */
export const parseSealedFile = (bytes: Buffer): SealedFile => {
  const body = bytes.subarray(0, -checksumBytes);
  const lengthAt = magic.length;
  const isWhole =
    bytes.length > lengthAt + 4 + tagBytes + checksumBytes &&
    body.subarray(0, lengthAt).equals(magic) &&
    sha256(body).equals(bytes.subarray(-checksumBytes));
  const headerEnd = isWhole ? lengthAt + 4 + body.readUInt32BE(lengthAt) : Infinity;
  if (headerEnd > body.length - tagBytes) throw damaged();
  const headerBytes = body.subarray(0, headerEnd);
  return {
    header: parseHeader(headerBytes.subarray(lengthAt + 4)),
    headerBytes,
    ciphertext: body.subarray(headerEnd, -tagBytes),
    tag: body.subarray(-tagBytes),
  };
};

export const sealFile = (content: Buffer, header: Omit<Header, 'nonce' | 'check'>, key: VaultKey): Buffer => {
  const nonce = randomBytes(12);
  const full: Header = { ...header, nonce: nonce.toString('base64'), check: checkOf(header, key).toString('base64') };
  const text = Buffer.from(JSON.stringify(full));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const headerBytes = Buffer.concat([magic, length, text]);
  const cipher = createCipheriv('aes-256-gcm', key.seal, nonce, { authTagLength: tagBytes });
  cipher.setAAD(headerBytes);
  const body = Buffer.concat([headerBytes, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  return Buffer.concat([body, sha256(body)]);
};

/** Throws `damaged` when anything was altered. */
export const openSealedFile = ({ header, headerBytes, ciphertext, tag }: SealedFile, key: VaultKey): Buffer => {
  try {
    const nonce = Buffer.from(header.nonce, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key.seal, nonce, { authTagLength: tagBytes });
    decipher.setAAD(headerBytes);
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  } catch {
    throw damaged();
  }
};

/** Asynchronous: takes about half a second of one thread and 128 MiB at the shipped cost. */
export const deriveKey = (passphrase: string, salt: string, { N, r, p }: ScryptCost): Promise<VaultKey> =>
  new Promise((resolve, reject) => {
    const maxmem = 256 * N * r;
    scrypt(passphrase.normalize('NFC'), Buffer.from(salt, 'base64'), 64, { N, r, p, maxmem }, (error, key) => {
      if (error !== null) reject(error);
      else resolve({ seal: key.subarray(0, 32), check: key.subarray(32) });
    });
  });

/** What `header.check` is for the right key. */
export const checkOf = ({ format, vaultId, N, r, p, salt }: Omit<Header, 'nonce' | 'check'>, key: VaultKey): Buffer =>
  createHmac('sha256', key.check)
    .update(JSON.stringify([format, vaultId, N, r, p, salt]))
    .digest();

export const damaged = (): Failure =>
  new Failure(
    'damaged',
    'The vault file is damaged or was altered. It was left as it is.',
    'Put a backup of the vault file in its place; without one, move it away and enter the credentials again.',
  );

const parseHeader = (bytes: Buffer): Header => {
  try {
    return Header.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    throw damaged();
  }
};

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

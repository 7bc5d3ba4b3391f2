import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { Secret } from '../../../electron/core/credentials/secret.ts';
import { createDurableFiles } from '../../../electron/core/files/durable-file.ts';
import { createSealedFileStore } from '../../../electron/platform/sealed-file-store.ts';
import { canary } from '../../support/canaries.ts';
import { createMemoryFiles } from '../../support/memory-files.ts';
import { temporaryFolder } from '../../support/temp-folder.ts';

const passphrase = new Secret('correct horse battery');
const cost = { N: 16, r: 8, p: 1 };

const setUp = () => {
  const files = createMemoryFiles();
  const path = '/home/vault.sealed';
  const create = () => createSealedFileStore({ path, files, cost });
  const bytes = (): Buffer => files.contents.get(path) ?? Buffer.alloc(0);
  const put = (content: Buffer): void => void files.contents.set(path, content);
  return { create, bytes, put };
};

describe('a sealed vault file', () => {
  it('holds no secret in clear, at the shipped cost too', async () => {
    const path = join(temporaryFolder(), 'vault.sealed');
    const store = createSealedFileStore({ path, files: createDurableFiles() });
    await store.open(passphrase);
    await store.set('a', new Secret(canary('sealed')));
    expect(readFileSync(path).includes('CANARY')).toBe(false);
    expect(readFileSync(path, 'latin1')).toContain('"N":131072,"r":8,"p":1');
    await store.close();
    await store.open(passphrase);
    expect((await store.get('a'))?.reveal()).toContain('CANARY');
    writeFileSync(path, '');
    await expect(store.get('a')).rejects.toMatchObject({ code: 'damaged' });
  });

  it('is not opened by a wrong passphrase, and not changed', async () => {
    const { create, bytes } = setUp();
    await create().open(passphrase);
    const before = bytes();
    const store = create();
    for (const wrong of ['wrong', 'correct horse battery ', 'Correct horse battery']) {
      await expect(store.open(new Secret(wrong))).rejects.toMatchObject({
        code: 'refused',
        message: 'Wrong passphrase. Nothing was changed.',
      });
    }
    expect(await store.state()).toBe('locked');
    expect(bytes().equals(before)).toBe(true);
  });

  it('needs a passphrase, and eight characters for a new one', async () => {
    const { create } = setUp();
    const store = create();
    await expect(store.open(null)).rejects.toMatchObject({ code: 'locked' });
    await expect(store.open(new Secret(''))).rejects.toMatchObject({ code: 'locked' });
    await expect(store.open(new Secret('1234567'))).rejects.toMatchObject({ code: 'invalid-input' });
    await store.open(new Secret('12345678'));
    expect(await store.state()).toBe('ready');
  });

  it('takes a passphrase however its accents were typed', async () => {
    const { create } = setUp();
    await create().open(new Secret('passé composé'.normalize('NFD')));
    const store = create();
    await store.open(new Secret('passé composé'.normalize('NFC')));
    expect(await store.verifyPassphrase(new Secret('passé composé'.normalize('NFD')))).toBe(true);
  });

  it('checks a passphrase while locked, and stays locked', async () => {
    const { create } = setUp();
    const store = create();
    expect(await store.verifyPassphrase(passphrase)).toBe(false);
    await store.open(passphrase);
    await store.close();
    expect(await store.verifyPassphrase(passphrase)).toBe(true);
    expect(await store.verifyPassphrase(new Secret('wrong'))).toBe(false);
    expect(await store.state()).toBe('locked');
  });

  it('notices an older copy put back while it is open, and another vault of the same passphrase', async () => {
    const { create, bytes, put } = setUp();
    const store = create();
    await store.open(passphrase);
    const old = bytes();
    await store.set('a', new Secret('x'));
    put(old);
    await expect(store.get('a')).rejects.toMatchObject({ code: 'damaged' });
    const other = setUp();
    await other.create().open(passphrase);
    put(other.bytes());
    await expect(store.set('a', new Secret('y'))).rejects.toMatchObject({ code: 'damaged' });
    expect(bytes().equals(other.bytes())).toBe(true);
  });

  it.each([
    ['a cost that is no power of two', '"N":16', '"N":36'],
    ['a cost that no machine pays', '"N":16', '"N":1073741824'],
    ['another format', '"format":1', '"format":2'],
  ])('calls a header with %s damaged, before it asks for anything', async (_what, from, to) => {
    const { create, bytes, put } = setUp();
    await create().open(passphrase);
    const body = bytes().subarray(0, -32).toString('latin1').replace(from, to);
    const altered = Buffer.from(body, 'latin1');
    const at = 'CHATELAINE-VAULT\n'.length;
    altered.writeUInt32BE(altered.readUInt32BE(at) + to.length - from.length, at);
    put(Buffer.concat([altered, createHash('sha256').update(altered).digest()]));
    await expect(create().open(passphrase)).rejects.toMatchObject({ code: 'damaged' });
  });

  it('accepts nothing that was altered', async () => {
    const { create, bytes, put } = setUp();
    const store = create();
    await store.open(passphrase);
    await store.set('a', new Secret('first'.repeat(20)));
    const older = bytes();
    await store.set('a', new Secret('second'.repeat(20)));
    const whole = bytes();
    const at = fc.nat(whole.length - 1);
    const mutation = fc.oneof(
      fc.tuple(at, fc.integer({ min: 1, max: 255 })).map(([index, bits]) => {
        const copy = Buffer.from(whole);
        copy.writeUInt8(copy.readUInt8(index) ^ bits, index);
        return copy;
      }),
      at.map((size) => whole.subarray(0, size)),
      fc.uint8Array({ minLength: 1, maxLength: 64 }).map((more) => Buffer.concat([whole, more])),
      fc
        .tuple(at, fc.uint8Array({ minLength: 1, maxLength: 8 }))
        .map(([index, more]) => Buffer.concat([whole.subarray(0, index), more, whole.subarray(index)])),
      fc.tuple(at, at).map(([one, other]) => {
        const copy = Buffer.from(whole);
        copy.writeUInt8(whole.readUInt8(other), one);
        copy.writeUInt8(whole.readUInt8(one), other);
        return copy;
      }),
      at.map((index) => Buffer.concat([older.subarray(0, index), whole.subarray(index)])),
    );
    await fc.assert(
      fc.asyncProperty(mutation, fc.boolean(), async (altered, isChecksumRenewed) => {
        const body = altered.subarray(0, -32);
        const file = isChecksumRenewed ? Buffer.concat([body, createHash('sha256').update(body).digest()]) : altered;
        if (file.equals(whole) || file.equals(older)) return;
        put(file);
        await expect(store.get('a')).rejects.toMatchObject({ code: 'damaged' });
        const failure: unknown = await create()
          .open(passphrase)
          .catch((error: unknown) => error);
        expect(failure).toMatchObject({ code: expect.stringMatching(/^(damaged|refused)$/) });
        expect(file.equals(bytes())).toBe(true);
      }),
      { numRuns: Number(process.env.CHATELAINE_FUZZ_VAULT ?? 20_000) },
    );
  }, 600_000);
});

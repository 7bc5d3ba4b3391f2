import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { createDurableFiles } from '../../../electron/core/files/durable-file.ts';
import { createFaultyFileSystem } from '../../support/faulty-files.ts';
import { temporaryFolder } from '../../support/temp-folder.ts';

const before = Buffer.from('old content, all of it');
const after = Buffer.from('new content, which is longer than the old one');

const oldFile = (): { folder: string; path: string } => {
  const folder = temporaryFolder();
  const path = join(folder, 'config.json');
  fs.writeFileSync(path, before, { mode: 0o640 });
  return { folder, path };
};

describe('a durable write', () => {
  it('replaces the file, keeps its mode and leaves nothing else behind', async () => {
    const { folder, path } = oldFile();
    await createDurableFiles().write(path, after);
    expect(fs.readFileSync(path)).toEqual(after);
    expect(fs.statSync(path).mode & 0o777).toBe(0o640);
    expect(fs.readdirSync(folder)).toEqual(['config.json']);
  });

  it('creates a new file with 0600 whatever the umask', async () => {
    const path = join(temporaryFolder(), 'new');
    const umask = process.umask(0);
    onTestFinished(() => void process.umask(umask));
    await createDurableFiles().write(path, after);
    expect(fs.statSync(path).mode & 0o777).toBe(0o600);
  });

  it('writes everything although each system call takes only seven bytes', async () => {
    const { path } = oldFile();
    await createDurableFiles(createFaultyFileSystem({ shortWrites: 7 })).write(path, after);
    expect(fs.readFileSync(path)).toEqual(after);
  });

  const steps = async (): Promise<string[]> => {
    const { path } = oldFile();
    const faulty = createFaultyFileSystem({ shortWrites: 16 });
    await createDurableFiles(faulty).write(path, after, { ifUnchangedFrom: before });
    return faulty.calls;
  };

  it.each(['EIO', 'ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'EXDEV'])(
    'keeps the old file byte for byte when %s strikes at any step, and says so',
    async (code) => {
      const calls = await steps();
      expect(calls.length).toBeGreaterThan(15);
      const renamed = calls.indexOf('rename');
      for (let failAt = 0; failAt < calls.length; failAt += 1) {
        const { folder, path } = oldFile();
        const files = createDurableFiles(createFaultyFileSystem({ failAt, code, shortWrites: 16 }));
        const failure: unknown = await files
          .write(path, after, { ifUnchangedFrom: before })
          .catch((error: unknown) => error);
        expect(failure, calls[failAt]).toMatchObject({ name: 'Failure' });
        expect(fs.readFileSync(path).equals(failAt <= renamed ? before : after), calls[failAt]).toBe(true);
        expect(String(failure)).toMatch(failAt <= renamed ? /not changed/ : /did not confirm/);
        expect(fs.readdirSync(folder)).toEqual(['config.json']);
      }
    },
  );

  it.each([
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'disk-full'],
    ['EACCES', 'not-writable'],
    ['EROFS', 'not-writable'],
    ['EIO', 'not-writable'],
  ])('calls %s %s', async (code, expected) => {
    const { path } = oldFile();
    const failAt = (await steps()).indexOf('write');
    const files = createDurableFiles(createFaultyFileSystem({ failAt, code }));
    await expect(files.write(path, after)).rejects.toMatchObject({ code: expected });
  });

  it('keeps the old file on a disk that is really full', async (context) => {
    const folder = temporaryFolder();
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=0700', 'tmpfs', folder], { stdio: 'ignore' });
    } catch {
      context.skip('a tmpfs cannot be mounted here; the injected ENOSPC above covers the recipe');
    }
    onTestFinished(() => void execFileSync('umount', [folder]));
    const path = join(folder, 'vault');
    fs.writeFileSync(path, before);
    await expect(createDurableFiles().write(path, Buffer.alloc(200_000, 1))).rejects.toMatchObject({
      code: 'disk-full',
    });
    expect(fs.readFileSync(path)).toEqual(before);
    expect(fs.readdirSync(folder)).toEqual(['vault']);
  });

  it('refuses to overwrite what another program wrote meanwhile', async () => {
    const { path } = oldFile();
    const files = createDurableFiles();
    fs.writeFileSync(path, 'foreign');
    await expect(files.write(path, after, { ifUnchangedFrom: before })).rejects.toMatchObject({ code: 'changed' });
    await expect(files.write(path, after, { ifUnchangedFrom: null })).rejects.toMatchObject({ code: 'changed' });
    expect(fs.readFileSync(path, 'utf8')).toBe('foreign');
    await files.write(join(path, '..', 'fresh'), after, { ifUnchangedFrom: null });
  });

  it('writes through a link of ours, and keeps the link', async () => {
    const { folder, path } = oldFile();
    const link = join(folder, 'link');
    fs.symlinkSync(path, link);
    await createDurableFiles().write(link, after);
    expect(fs.lstatSync(link).isSymbolicLink()).toBe(true);
    expect(fs.readFileSync(path)).toEqual(after);
  });

  it('does not write through a hard link: the other name keeps the old content', async () => {
    const { folder, path } = oldFile();
    fs.linkSync(path, join(folder, 'other'));
    await createDurableFiles().write(path, after);
    expect(fs.readFileSync(join(folder, 'other'))).toEqual(before);
  });

  it.each([
    ['a dangling link', (folder: string) => fs.symlinkSync(join(folder, 'nowhere'), join(folder, 'target'))],
    [
      'a link into a folder open to others',
      (folder: string) => {
        fs.mkdirSync(join(folder, 'open'));
        fs.chmodSync(join(folder, 'open'), 0o777);
        fs.writeFileSync(join(folder, 'open', 'real'), 'kept');
        fs.symlinkSync(join(folder, 'open', 'real'), join(folder, 'target'));
      },
    ],
    [
      'a file that others may write',
      (folder: string) => {
        fs.writeFileSync(join(folder, 'target'), 'kept');
        fs.chmodSync(join(folder, 'target'), 0o666);
      },
    ],
    ['a folder', (folder: string) => fs.mkdirSync(join(folder, 'target'))],
    [
      'a file of another user',
      (folder: string) => {
        fs.writeFileSync(join(folder, 'target'), 'kept');
        if (process.getuid?.() === 0) fs.chownSync(join(folder, 'target'), 12_345, 12_345);
        else fs.chmodSync(join(folder, 'target'), 0o622);
      },
    ],
  ])('refuses %s', async (_name, prepare) => {
    const folder = temporaryFolder();
    prepare(folder);
    await expect(createDurableFiles().write(join(folder, 'target'), after)).rejects.toMatchObject({
      name: 'Failure',
    });
  });

  it('accepts what only the user’s own group may write, and no other group', async (context) => {
    const { folder, path } = oldFile();
    if (fs.statSync(path).gid !== process.getuid?.()) context.skip('this user has no group of their own');
    fs.chmodSync(folder, 0o770);
    fs.chmodSync(path, 0o660);
    await createDurableFiles().write(path, after);
    expect(fs.statSync(path).mode & 0o777).toBe(0o660);
    if (process.getuid?.() !== 0) return;
    fs.chownSync(path, 0, 12_345);
    await expect(createDurableFiles().write(path, before)).rejects.toMatchObject({ code: 'refused' });
  });

  it('leaves a readable file after each of 40 kills', { timeout: 60_000 }, async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'killed');
    const writer = join(import.meta.dirname, '../../support/durable-writer.ts');
    for (let kill = 0; kill < 40; kill += 1) {
      const child = spawn(process.execPath, [writer, path], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      await new Promise((resolve) => setTimeout(resolve, 5 + ((kill * 7) % 40)));
      child.kill('SIGKILL');
      await once(child, 'exit');
      const [first, , last] = fs.readFileSync(path, 'utf8').split('\n');
      expect(first).toBe(last);
    }
    await createDurableFiles().sweep(folder);
    expect(fs.readdirSync(folder)).toEqual(['killed']);
  });
});

describe('the rest of durable files', () => {
  it('reads null where there is nothing', async () => {
    expect(await createDurableFiles().read(join(temporaryFolder(), 'nothing'))).toBeNull();
  });

  it('removes a file, a link but not its target, and nothing at all', async () => {
    const { folder, path } = oldFile();
    const files = createDurableFiles();
    fs.symlinkSync(path, join(folder, 'link'));
    await files.remove(join(folder, 'link'));
    expect(fs.readFileSync(path)).toEqual(before);
    await files.remove(path);
    await files.remove(path);
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it('sweeps only temporaries whose writer is gone', async () => {
    const { folder, path } = oldFile();
    const dead = '.config.json.4194305-00000000-00000000.chatelaine-tmp';
    const alive = `.config.json.${process.ppid}-00000000-00000000.chatelaine-tmp`;
    const foreign = 'config.json.tmp';
    for (const name of [dead, alive, foreign]) fs.writeFileSync(join(folder, name), '');
    expect(await createDurableFiles().sweep(folder)).toBe(1);
    expect(fs.readdirSync(folder).sort()).toEqual([alive, foreign, 'config.json'].sort());
    expect(fs.existsSync(path)).toBe(true);
  });

  it('makes a private folder whatever the umask, and closes one that was open', async () => {
    const folder = temporaryFolder();
    const umask = process.umask(0o777);
    onTestFinished(() => void process.umask(umask));
    await createDurableFiles().ensurePrivateFolder(join(folder, 'a'));
    process.umask(0);
    expect(fs.statSync(join(folder, 'a')).mode & 0o777).toBe(0o700);
    fs.chmodSync(join(folder, 'a'), 0o755);
    await createDurableFiles().ensurePrivateFolder(join(folder, 'a'));
    expect(fs.statSync(join(folder, 'a')).mode & 0o777).toBe(0o700);
  });

  it('refuses a data folder of another user', async (context) => {
    if (process.getuid?.() !== 0) context.skip('only root can give a folder away');
    const folder = join(temporaryFolder(), 'foreign');
    fs.mkdirSync(folder);
    fs.chownSync(folder, 12_345, 12_345);
    await expect(createDurableFiles().ensurePrivateFolder(folder)).rejects.toMatchObject({ code: 'refused' });
  });

  it('appends all or nothing', async () => {
    const path = join(temporaryFolder(), 'lines');
    const faulty = createFaultyFileSystem({ failAt: 3, code: 'ENOSPC', shortWrites: 4 });
    const file = await createDurableFiles(faulty).append(path);
    await expect(file.append(Buffer.from('12345678'))).rejects.toMatchObject({ code: 'disk-full' });
    expect(fs.readFileSync(path, 'utf8')).toBe('');
    await file.append(Buffer.from('abcdefgh'));
    expect(file.size).toBe(8);
    await file.close();
    expect(fs.readFileSync(path, 'utf8')).toBe('abcdefgh');
    expect(fs.statSync(path).mode & 0o777).toBe(0o600);
  });
});

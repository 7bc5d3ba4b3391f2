import { type FileSystem, nodeFileSystem, type OpenFile } from '../../electron/core/files/file-system.ts';

export interface FaultyFileSystem extends FileSystem {
  /** Every system call so far, by name. */
  readonly calls: string[];
}

/**
 * The real file system, but call number `failAt` (from 0) throws a system error. `shortWrites` lets each write take only
 * that many bytes, as a disk that is nearly full does. After a fault with `isDead` every later call fails too, as after a kill.
 */
export const createFaultyFileSystem = ({
  failAt = Infinity,
  code = 'EIO',
  shortWrites,
  isDead = false,
}: {
  failAt?: number;
  code?: string;
  shortWrites?: number;
  isDead?: boolean;
}): FaultyFileSystem => {
  const calls: string[] = [];
  const step = (name: string): void => {
    calls.push(name);
    const number = calls.length - 1;
    if (number === failAt || (isDead && number > failAt)) {
      throw Object.assign(new Error(`${code}: injected at ${name}`), { code });
    }
  };
  const wrap = (file: OpenFile): OpenFile => ({
    async write(data, offset, length) {
      step('write');
      return file.write(data, offset, shortWrites === undefined ? length : Math.min(length, shortWrites));
    },
    async read(position, length) {
      step('read');
      return file.read(position, length);
    },
    async truncate(size) {
      step('truncate');
      await file.truncate(size);
    },
    async chmod(mode) {
      step('fchmod');
      await file.chmod(mode);
    },
    async sync() {
      step('fsync');
      await file.sync();
    },
    async facts() {
      step('fstat');
      return file.facts();
    },
    async close() {
      // The descriptor is closed for real even when the fault is here: that is what Linux does on EIO.
      await file.close();
      step('close');
    },
  });
  return {
    calls,
    async open(path, mode, permissions) {
      step(`open-${mode}`);
      return wrap(await nodeFileSystem.open(path, mode, permissions));
    },
    async readFile(path) {
      step('readFile');
      return nodeFileSystem.readFile(path);
    },
    async lstat(path) {
      step('lstat');
      return nodeFileSystem.lstat(path);
    },
    async realpath(path) {
      step('realpath');
      return nodeFileSystem.realpath(path);
    },
    async rename(from, to) {
      step('rename');
      await nodeFileSystem.rename(from, to);
    },
    async unlink(path) {
      step('unlink');
      await nodeFileSystem.unlink(path);
    },
    async list(folder) {
      step('list');
      return nodeFileSystem.list(folder);
    },
    async makeFolder(path, permissions) {
      step('mkdir');
      await nodeFileSystem.makeFolder(path, permissions);
    },
    async chmod(path, mode) {
      step('chmod');
      await nodeFileSystem.chmod(path, mode);
    },
  };
};

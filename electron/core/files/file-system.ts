import { constants, promises as fs } from 'node:fs';

/** What a path or an open file is; sizes in bytes, `mode` is the permission bits only (0o777). */
export interface FileFacts {
  kind: 'file' | 'folder' | 'link' | 'other';
  size: number;
  mode: number;
  uid: number;
  gid: number;
  links: number;
  modifiedMs: number;
}

export interface OpenFile {
  /** May write fewer bytes than asked for; resolves with how many it wrote. */
  write(data: Uint8Array, offset: number, length: number): Promise<number>;
  /** Reads up to `length` bytes from `position`; fewer at the end of the file. */
  read(position: number, length: number): Promise<Buffer>;
  truncate(size: number): Promise<void>;
  chmod(mode: number): Promise<void>;
  sync(): Promise<void>;
  facts(): Promise<FileFacts>;
  close(): Promise<void>;
}

/** `create` fails when something is there; `append` creates when nothing is; neither follows a link. */
type OpenMode = 'read' | 'create' | 'append';

/**
 * The file system as a port, one method per system call, so that a test can let any single step fail.
 * Errors are Node's own, with `code`.
 */
export interface FileSystem {
  open(path: string, mode: OpenMode, permissions: number): Promise<OpenFile>;
  readFile(path: string): Promise<Buffer>;
  /** Of the path itself, never of what a link points to. */
  lstat(path: string): Promise<FileFacts>;
  realpath(path: string): Promise<string>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  list(folder: string): Promise<string[]>;
  makeFolder(path: string, permissions: number): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
}

export const nodeFileSystem: FileSystem = {
  async open(path, mode, permissions) {
    return openFile(await fs.open(path, flagsOf[mode], permissions));
  },
  readFile: (path) => fs.readFile(path),
  lstat: async (path) => factsOf(await fs.lstat(path)),
  realpath: (path) => fs.realpath(path),
  rename: (from, to) => fs.rename(from, to),
  unlink: (path) => fs.unlink(path),
  list: (folder) => fs.readdir(folder),
  async makeFolder(path, permissions) {
    await fs.mkdir(path, { recursive: true, mode: permissions });
  },
  chmod: (path, mode) => fs.chmod(path, mode),
};

// O_NOFOLLOW is missing on Windows, where creating a link takes a privilege.
const noFollow = (constants as Partial<typeof constants>).O_NOFOLLOW ?? 0;

const flagsOf: Record<OpenMode, number> = {
  read: constants.O_RDONLY,
  create: constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noFollow,
  append: constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | noFollow,
};

const openFile = (handle: fs.FileHandle): OpenFile => ({
  write: async (data, offset, length) => (await handle.write(data, offset, length)).bytesWritten,
  async read(position, length) {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await handle.read(buffer, 0, length, position);
    return buffer.subarray(0, bytesRead);
  },
  truncate: (size) => handle.truncate(size),
  chmod: (mode) => handle.chmod(mode),
  sync: () => handle.sync(),
  facts: async () => factsOf(await handle.stat()),
  close: () => handle.close(),
});

const factsOf = (stats: Awaited<ReturnType<typeof fs.lstat>>): FileFacts => ({
  kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'other',
  size: Number(stats.size),
  mode: Number(stats.mode) & 0o777,
  uid: Number(stats.uid),
  gid: Number(stats.gid),
  links: Number(stats.nlink),
  modifiedMs: Number(stats.mtimeMs),
});

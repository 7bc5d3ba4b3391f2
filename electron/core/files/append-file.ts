import { fileFailure } from './file-failure.ts';
import type { FileSystem } from './file-system.ts';

/** A file that only grows, held open by its one writer. Rejections are Failures. */
export interface AppendFile {
  /** Bytes in the file. */
  readonly size: number;
  /** All of the data or none of it: what a failed write left behind is cut off again. */
  append(data: Uint8Array): Promise<void>;
  /** Waits until all that was appended is on disk. */
  sync(): Promise<void>;
  /** Up to `length` bytes from `position`. */
  read(position: number, length: number): Promise<Buffer>;
  /** Cuts the file to `size` bytes. */
  truncate(size: number): Promise<void>;
  close(): Promise<void>;
}

export const appendFile = async (fs: FileSystem, path: string): Promise<AppendFile> => {
  const guard = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      throw fileFailure(error, path, 'What was there before is still there.');
    }
  };
  const file = await guard(() => fs.open(path, 'append', 0o600));
  let size = (await guard(() => file.facts())).size;
  const writeAll = async (data: Uint8Array): Promise<void> => {
    for (let offset = 0; offset < data.length;) {
      const written = await file.write(data, offset, data.length - offset);
      if (written <= 0) throw Object.assign(new Error('nothing was written'), { code: 'ENOSPC' });
      offset += written;
    }
  };
  return {
    get size() {
      return size;
    },
    append: (data) =>
      guard(async () => {
        try {
          await writeAll(data);
          size += data.length;
        } catch (error) {
          await file.truncate(size).catch(() => undefined);
          throw error;
        }
      }),
    sync: () => guard(() => file.sync()),
    read: (position, length) => guard(() => file.read(position, length)),
    truncate: (to) =>
      guard(async () => {
        await file.truncate(to);
        size = to;
      }),
    close: () => guard(() => file.close()),
  };
};

import type { AppendFile } from '../../electron/core/files/append-file.ts';
import type { DurableFiles } from '../../electron/core/files/durable-file.ts';
import { Failure } from '../../electron/core/failure.ts';

/** Called before and after each side effect; throws to play a kill or a fault there. */
export type SideEffect = (name: string, when: 'before' | 'after') => void;

/** Durable files in memory, each write all or nothing, as tests/unit/files proves of the real ones. */
export const createMemoryFiles = (
  contents: Map<string, Buffer> = new Map(),
  sideEffect: SideEffect = () => undefined,
): DurableFiles & { readonly contents: Map<string, Buffer> } => {
  const effect = <Result>(name: string, work: () => Result): Result => {
    sideEffect(name, 'before');
    const result = work();
    sideEffect(name, 'after');
    return result;
  };
  return {
    contents,
    read: async (path) => contents.get(path) ?? null,
    async write(path, data, { ifUnchangedFrom } = {}) {
      const found = contents.get(path) ?? null;
      if (ifUnchangedFrom !== undefined) {
        const isSame =
          found === null || ifUnchangedFrom === null ? found === ifUnchangedFrom : found.equals(ifUnchangedFrom);
        if (!isSame) throw new Failure('changed', 'Another program changed it.', '');
      }
      effect(`write ${path}`, () => contents.set(path, Buffer.from(data)));
    },
    async remove(path) {
      effect(`remove ${path}`, () => contents.delete(path));
    },
    list: async (folder) =>
      [...contents.keys()].filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1)),
    async open(path) {
      const found = contents.get(path);
      if (!found) return null;
      const read = async (position: number, length: number): Promise<Buffer> =>
        found.subarray(position, position + length);
      return { size: found.length, read, close: async () => undefined };
    },
    append: async (path) => appendTo(contents, path, effect),
    sweep: async () => 0,
    ensurePrivateFolder: async () => undefined,
  };
};

const appendTo = (
  contents: Map<string, Buffer>,
  path: string,
  effect: <Result>(name: string, work: () => Result) => Result,
): AppendFile => {
  const content = (): Buffer => contents.get(path) ?? Buffer.alloc(0);
  contents.set(path, content());
  return {
    get size() {
      return content().length;
    },
    async append(data) {
      effect(`append ${path}`, () => contents.set(path, Buffer.concat([content(), data])));
    },
    sync: async () => undefined,
    read: async (position, length) => content().subarray(position, position + length),
    async truncate(size) {
      effect(`truncate ${path}`, () => contents.set(path, content().subarray(0, size)));
    },
    close: async () => undefined,
  };
};

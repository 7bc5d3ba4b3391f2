import { createHash } from 'node:crypto';
import { copyFile, link, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { RuntimePaths, StableRuntime } from '../core/clients/stable-runtime.ts';
import type { DurableFiles } from '../core/files/durable-file.ts';
import { fileFailure } from '../core/files/file-failure.ts';
import { oneAtATime } from '../core/files/one-at-a-time.ts';

/**
 * `runtime/<hash>/` in the data folder. The app itself may move at every start (AppImage, translocation) and a running
 * program cannot be replaced on Windows, so an entry never names the app's own files.
 */
export function createStableRuntime(deps: {
  home: string;
  files: DurableFiles;
  source: RuntimePaths;
  platform?: NodeJS.Platform;
}): StableRuntime {
  const { files, source, platform = process.platform } = deps;
  const root = join(deps.home, 'runtime');
  const inTurn = oneAtATime();
  /** Read once: an update may replace the app's files under a host that still runs. */
  let known: Promise<Own> | null = null;
  const own = (): Promise<Own> => (known ??= readOwn(source));

  const pathsOf = (hash: string): RuntimePaths => ({
    node: join(root, hash, platform === 'win32' ? 'node.exe' : 'node'),
    bridge: join(root, hash, 'bridge.cjs'),
  });

  /** File by file: each is whole or as it was, and an entry is given out only once both are. */
  async function repair(): Promise<string> {
    const { hash, bridge } = await own();
    const copy = pathsOf(hash);
    await files.ensurePrivateFolder(root);
    await files.ensurePrivateFolder(join(root, hash));
    if (!(await files.read(copy.bridge))?.equals(bridge)) await files.write(copy.bridge, bridge);
    if (!(await isSameProgram(source.node, copy.node))) await putProgram(source.node, copy.node);
    return hash;
  }

  return {
    ensure: () => inTurn(repair),
    pathsOf,
    isThere: (hash) =>
      inTurn(async () => {
        if (hash === (await own()).hash) await repair();
        const { node, bridge } = pathsOf(hash);
        return (await isFile(node)) && (await isFile(bridge));
      }),
    sweep: (used) =>
      inTurn(async () => {
        const kept = [(await own()).hash, ...used];
        for (const name of await namesIn(root)) {
          if (!kept.includes(name)) await removeIfPossible(join(root, name));
        }
        for (const hash of kept) {
          const whole = Object.values(pathsOf(hash)) as string[];
          for (const name of await namesIn(join(root, hash))) {
            const path = join(root, hash, name);
            if (!whole.includes(path)) await removeIfPossible(path);
          }
        }
      }),
  };
}

interface Own {
  hash: string;
  bridge: Buffer;
}

async function readOwn(source: RuntimePaths): Promise<Own> {
  const bridge = await readFile(source.bridge);
  const digest = createHash('sha256')
    .update(bridge)
    .update(`${process.version} ${process.platform} ${process.arch} ${(await stat(source.node)).size}`)
    .digest('hex');
  return { hash: digest.slice(0, 16), bridge };
}

/** One and the same file by a hard link, else the same bytes: a copy that broke off may have the right size. */
async function isSameProgram(source: string, copy: string): Promise<boolean> {
  const [there, here] = [await stat(source), await stat(copy).catch(() => null)];
  if (here?.size !== there.size) return false;
  if (here.ino === there.ino && here.dev === there.dev) return true;
  return (await digestOf(source)) === (await digestOf(copy));
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'r');
  for await (const chunk of file.createReadStream({ highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** A hard link costs nothing; across file systems it is a copy, which is on disk before it gets its name. */
async function putProgram(source: string, target: string): Promise<void> {
  const making = join(target, '..', `.${basename(target)}.${process.pid}.making`);
  try {
    await rm(making, { force: true });
    await link(source, making).catch(() => copyFile(source, making));
    // Windows flushes only what is open for writing, and a linked program may not be ours to open so.
    await sync(making).catch(() => undefined);
    await rename(making, target);
    await sync(join(target, '..')).catch(() => undefined);
  } catch (error) {
    await removeIfPossible(making);
    throw fileFailure(error, target, 'Clients may not be able to start Chatelaine.');
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** One that still runs on Windows stays until the next time. */
const removeIfPossible = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true }).catch(() => undefined);

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (facts) => facts.isFile(),
    () => false,
  );

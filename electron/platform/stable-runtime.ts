import { createHash } from 'node:crypto';
import { copyFile, link, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

export interface StableRuntime {
  node: string;
  bridge: string;
}

/**
 * The copy of runtime and bridge that clients are configured to launch: `runtime/<hash>/` in the data folder. The app
 * itself may move at every start (AppImage, translocation) and a running program cannot be replaced on Windows, so an
 * entry never names the app's own files. Made once per version, complete or not at all.
 */
export async function ensureStableRuntime(home: string, source: StableRuntime): Promise<StableRuntime> {
  const hash = createHash('sha256')
    .update(await readFile(source.bridge))
    .update(`${process.version} ${process.platform} ${process.arch} ${(await stat(source.node)).size}`)
    .digest('hex')
    .slice(0, 16);
  const folder = join(home, 'runtime', hash);
  const copy = {
    node: join(folder, process.platform === 'win32' ? 'node.exe' : 'node'),
    bridge: join(folder, 'bridge.cjs'),
  };
  if (await exists(copy.bridge)) return copy;
  const making = `${folder}.${process.pid}.making`;
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { recursive: true, mode: 0o700 });
  // A hard link costs nothing; across file systems it is a copy.
  await link(source.node, join(making, basename(copy.node))).catch(() =>
    copyFile(source.node, join(making, basename(copy.node))),
  );
  await writeFile(join(making, 'bridge.cjs'), await readFile(source.bridge), { mode: 0o600 });
  await rename(making, folder).catch(async (error: unknown) => {
    await rm(making, { recursive: true, force: true });
    if (!(await exists(copy.bridge))) throw error;
  });
  return copy;
}

/** Removes copies that no registered entry names any more. One that still runs on Windows stays until the next time. */
export async function sweepStableRuntimes(home: string, used: StableRuntime): Promise<void> {
  const folder = join(home, 'runtime');
  for (const name of await readdir(folder).catch(() => [])) {
    if (!used.node.includes(name))
      await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

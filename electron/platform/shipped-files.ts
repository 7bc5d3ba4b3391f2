import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../core/failure.ts';

/**
 * Rejects with `damaged` when the runtime or an addon beside the app is not the one that it was built with. They are large,
 * so this is done once per start and not before each spawn, as it is for the bundles.
 */
export async function assertShipped(folder: string, hashes: Readonly<Record<string, string>>): Promise<void> {
  await Promise.all(
    Object.entries(hashes).map(async ([path, expected]) => {
      if ((await hashOf(join(folder, path)).catch(() => null)) === expected) return;
      throw new Failure(
        'damaged',
        `${path} is not the file that this version of Chatelaine was built with, so nothing was started.`,
        'Reinstall Chatelaine. If you did not expect this, find out who changed the file first.',
      );
    }),
  );
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

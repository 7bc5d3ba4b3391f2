import { readFile, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';

export interface PageFile {
  type: string;
  bytes: Buffer;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** The built page, read once: by address, so that no request ever becomes a path on this machine. */
export async function readPageFiles(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  const all = new Map(await filesIn(folder, '/'));
  const page = all.get('/index.html');
  if (page) all.set('/', page);
  return all;
}

async function filesIn(folder: string, address: string): Promise<(readonly [string, PageFile])[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry): Promise<(readonly [string, PageFile])[]> => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesIn(path, `${address}${entry.name}/`);
      const type = types[extname(entry.name)];
      return type === undefined ? [] : [[`${address}${entry.name}`, { type, bytes: await readFile(path) }]];
    }),
  );
  return found.flat();
}

/** What both hosts send with the page: nothing inline, nothing from elsewhere, nothing framed, nothing kept. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

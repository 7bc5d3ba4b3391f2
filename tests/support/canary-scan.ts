import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A secret found where none may be. `where` names the place, never the secret. */
export interface Leak {
  label: string;
  encoding: string;
  where: string;
}

interface Pattern {
  label: string;
  encoding: string;
  bytes: Buffer;
}

/** Every form in which a secret may hide, as bytes to look for. */
export function patternsOf(secrets: Readonly<Record<string, string>>): Pattern[] {
  return Object.entries(secrets).flatMap(([label, secret]) => {
    const forms: [string, Buffer][] = [
      ['raw', Buffer.from(secret)],
      ['hex', Buffer.from(Buffer.from(secret).toString('hex'))],
      ['HEX', Buffer.from(Buffer.from(secret).toString('hex').toUpperCase())],
      ['percent', Buffer.from(encodeURIComponent(secret))],
      [
        'percent, all bytes',
        Buffer.from([...Buffer.from(secret)].map((byte) => `%${hex(byte).toUpperCase()}`).join('')),
      ],
      ['JSON', Buffer.from(JSON.stringify(secret).slice(1, -1))],
      ['JSON, escaped slashes', Buffer.from(JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/'))],
      [
        'JSON, all escaped',
        Buffer.from([...secret].map((character) => `\\u00${hex(character.charCodeAt(0))}`).join('')),
      ],
      ['UTF-16LE', Buffer.from(secret, 'utf16le')],
      ['UTF-16BE', Buffer.from(secret, 'utf16le').swap16()],
      ['reversed', Buffer.from([...secret].reverse().join(''))],
      ...base64Forms(secret),
    ];
    const distinct = new Map(forms.map(([encoding, bytes]) => [bytes.toString('latin1'), { label, encoding, bytes }]));
    return [...distinct.values()];
  });
}

/** Inside a longer text a secret has three base64 forms, by where it starts; the edges mix with their neighbours. */
function base64Forms(secret: string): [string, Buffer][] {
  return [0, 1, 2].flatMap((shift) => {
    const shifted = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]);
    const whole = shifted.toString('base64').replaceAll('=', '');
    const inner = whole.slice(shift === 0 ? 0 : 4, shifted.length % 3 === 0 ? undefined : -2);
    return [
      [`base64, shift ${shift}`, Buffer.from(inner)],
      [`base64url, shift ${shift}`, Buffer.from(inner.replaceAll('+', '-').replaceAll('/', '_'))],
    ] satisfies [string, Buffer][];
  });
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');

export const scanBytes = (patterns: readonly Pattern[], bytes: Buffer, where: string): Leak[] =>
  patterns
    .filter((pattern) => bytes.includes(pattern.bytes))
    .map(({ label, encoding }) => ({ label, encoding, where }));

/** Names and contents of everything under a folder. Sockets and what vanishes meanwhile are passed over. */
export async function scanFolder(
  patterns: readonly Pattern[],
  folder: string,
  isLeftOut: (path: string) => boolean = () => false,
): Promise<Leak[]> {
  const leaks: Leak[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (isLeftOut(path)) continue;
    leaks.push(...scanBytes(patterns, Buffer.from(entry.name), `name of ${path}`));
    if (entry.isDirectory()) leaks.push(...(await scanFolder(patterns, path, isLeftOut)));
    else if (entry.isFile()) {
      const bytes = await readFile(path).catch(() => Buffer.alloc(0));
      leaks.push(...scanBytes(patterns, bytes, path));
    }
  }
  return leaks;
}

/** Arguments and initial environment of every process that we may look at (Linux). */
export async function scanProcesses(patterns: readonly Pattern[]): Promise<Leak[]> {
  const leaks: Leak[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    for (const what of ['cmdline', 'environ']) {
      const bytes = await readFile(`/proc/${pid}/${what}`).catch(() => Buffer.alloc(0));
      leaks.push(...scanBytes(patterns, bytes, `${what} of process ${pid}`));
    }
  }
  return leaks;
}

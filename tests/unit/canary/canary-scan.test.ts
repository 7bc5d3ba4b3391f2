import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { patternsOf, scanBytes, scanFolder, scanProcesses } from '../../support/canary-scan.ts';
import { temporaryFolder } from '../../support/temp-folder.ts';

/** With the characters that encodings treat in different ways. */
const secret = 'CANARY/a+b=ü"c\\d-0123456789abcdef';
const ascii = 'CANARY/a+b="c\\d-0123456789abcdef';
const patterns = patternsOf({ token: secret });

const encodings: Record<string, (text: string) => Buffer> = {
  raw: (text) => Buffer.from(text),
  base64: (text) => Buffer.from(Buffer.from(text).toString('base64')),
  base64url: (text) => Buffer.from(Buffer.from(text).toString('base64url')),
  'base64 in the middle of a longer text': (text) => Buffer.from(Buffer.from(`{"t":"${text}"}`).toString('base64')),
  'base64url, two bytes in': (text) => Buffer.from(Buffer.from(`ab${text}`).toString('base64url')),
  'base64, one byte in': (text) => Buffer.from(Buffer.from(`a${text}zz`).toString('base64')),
  hex: (text) => Buffer.from(Buffer.from(text).toString('hex')),
  'upper-case hex': (text) => Buffer.from(Buffer.from(text).toString('hex').toUpperCase()),
  'percent-encoded': (text) => Buffer.from(encodeURIComponent(text)),
  'JSON-escaped': (text) => Buffer.from(JSON.stringify({ text })),
  'UTF-16LE': (text) => Buffer.from(text, 'utf16le'),
  'UTF-16BE': (text) => Buffer.from(text, 'utf16le').swap16(),
  reversed: (text) => Buffer.from([...text].reverse().join('')),
};

describe('the canary scanner', () => {
  it.each(Object.entries(encodings))('finds a leak in memory: %s', (_, encode) => {
    const around = Buffer.concat([Buffer.from('before '), encode(secret), Buffer.from(' after')]);
    expect(scanBytes(patterns, around, 'traffic')).not.toEqual([]);
  });

  it.each(Object.entries(encodings))('finds a leak in a file, deep in a folder: %s', async (_, encode) => {
    const folder = temporaryFolder();
    await mkdir(join(folder, 'logs', 'old'), { recursive: true });
    await writeFile(join(folder, 'logs', 'old', 'host.log'), Buffer.concat([Buffer.alloc(5000, 'x'), encode(secret)]));
    expect(await scanFolder(patterns, folder)).not.toEqual([]);
  });

  it('finds a leak in the name of a file', async () => {
    const folder = temporaryFolder();
    const plain = 'CANARY-0123456789abcdef';
    await writeFile(join(folder, `token-${plain}`), '');
    expect(await scanFolder(patternsOf({ token: plain }), folder)).not.toEqual([]);
  });

  it.runIf(process.platform === 'linux').each(
    ['raw', 'base64', 'base64url', 'hex', 'percent-encoded', 'JSON-escaped', 'reversed'].flatMap(
      (name): [string, string][] => [
        [name, 'argument'],
        [name, 'environment'],
      ],
    ),
  )('finds a leak in a process: %s as %s', async (name, place) => {
    const planted = encodings[name]?.(ascii).toString('utf8') ?? '';
    const isArgument = place === 'argument';
    const child = spawn('/bin/sh', ['-c', 'sleep 30; :', 'sh', ...(isArgument ? [planted] : [])], {
      env: isArgument ? {} : { LEAK: planted },
      stdio: 'ignore',
    });
    onTestFinished(() => void child.kill());
    await expect.poll(async () => (await scanProcesses(patternsOf({ token: ascii }))).length).toBeGreaterThan(0);
  });

  it('says nothing where there is nothing', async () => {
    const folder = temporaryFolder();
    await writeFile(join(folder, 'file'), 'CANARY/a+b, but not all of it');
    expect(await scanFolder(patterns, folder)).toEqual([]);
    expect(await scanProcesses(patternsOf({ token: 'CANARY-never-anywhere'.split('').reverse().join('x') }))).toEqual(
      [],
    );
  });
});

import { createHash } from 'node:crypto';

import { Failure } from '../failure.ts';
import { fileFailure, systemCode } from '../files/file-failure.ts';
import { type FileSystem, nodeFileSystem } from '../files/file-system.ts';
import { maximumEdgercBytes } from './edgerc-parse.ts';

export interface EdgercFile {
  path: string;
  text: string;
  /** Of the bytes as read, in hex; `removeEdgercFile` wants it back. */
  sha256: string;
  /** Who else can read or change it. */
  warnings: string[];
}

/** Reads an .edgerc file of at most 64 KiB. Rejects with `not-found`, `too-large`, `invalid-input` or `not-writable`. */
export const readEdgercFile = async (path: string, fs: FileSystem = nodeFileSystem): Promise<EdgercFile> => {
  try {
    const real = await fs.realpath(path);
    const facts = await fs.lstat(real);
    if (facts.kind !== 'file') {
      throw new Failure(
        'invalid-input',
        `${path} is not a file. Nothing was imported.`,
        'Give the path of an .edgerc file.',
      );
    }
    const bytes = facts.size > maximumEdgercBytes ? null : await fs.readFile(real);
    if (bytes === null || bytes.length > maximumEdgercBytes) {
      throw new Failure(
        'too-large',
        `${path} has more than 64 KiB. Nothing was imported.`,
        'Give the path of an .edgerc file.',
      );
    }
    return { path, text: bytes.toString('utf8'), sha256: sha256(bytes), warnings: warningsFor(path, facts) };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      throw new Failure('not-found', `There is no file ${path}. Nothing was imported.`, 'Check the path.');
    }
    throw fileFailure(error, path, 'Nothing was imported.');
  }
};

/** Deletes the file, or what a link points to, if it is still the one that was read; else rejects with `changed`. */
export const removeEdgercFile = async (
  path: string,
  expectedSha256: string,
  fs: FileSystem = nodeFileSystem,
): Promise<void> => {
  const { sha256: found } = await readEdgercFile(path, fs);
  if (found !== expectedSha256) {
    throw new Failure(
      'changed',
      `${path} changed since it was imported. It was not deleted.`,
      'Import it again first.',
    );
  }
  try {
    await fs.unlink(await fs.realpath(path));
  } catch (error) {
    throw fileFailure(error, path, 'It was not deleted.');
  }
};

const warningsFor = (path: string, { mode, uid }: { mode: number; uid: number }): string[] => {
  if (process.geteuid === undefined) return [];
  const warnings: string[] = [];
  if (uid !== process.geteuid()) warnings.push(`${path} belongs to another user.`);
  if ((mode & 0o077) !== 0) {
    const octal = mode.toString(8).padStart(3, '0');
    warnings.push(
      `Other users of this machine may open ${path} (mode ${octal} instead of 600). Run: chmod 600 '${path}'`,
    );
  }
  return warnings;
};

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

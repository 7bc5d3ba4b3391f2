import { Failure } from '../failure.ts';

/** Node's error code (`ENOENT` …), or undefined for anything that is not a system error. */
export const systemCode = (error: unknown): string | undefined => {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
};

/** A system error as a Failure; `unchanged` is the sentence that says what was not changed. A Failure passes as it is. */
export const fileFailure = (error: unknown, path: string, unchanged: string): Failure => {
  if (error instanceof Failure) return error;
  const code = systemCode(error) ?? 'unknown error';
  const options = { cause: error };
  if (['ENOSPC', 'EDQUOT'].includes(code)) {
    const message = `The disk is full: ${path} could not be written. ${unchanged}`;
    return new Failure('disk-full', message, 'Free some space and try again.', options);
  }
  if (['EACCES', 'EPERM', 'EROFS'].includes(code)) {
    const hint = 'Check who owns the file and its folder, and whether the disk is read-only.';
    return new Failure('not-writable', `No permission for ${path}. ${unchanged}`, hint, options);
  }
  if (code === 'ELOOP') {
    const message = `${path} is a symbolic link where none is expected. ${unchanged}`;
    return new Failure('refused', message, 'Remove the link and try again.', options);
  }
  const message = `${path} could not be read or written (${code}). ${unchanged}`;
  return new Failure('not-writable', message, 'Check the disk and the folder, then try again.', options);
};

import { readFile } from 'node:fs/promises';
import { Secret } from '../core/credentials/secret.ts';
import { Failure } from '../core/failure.ts';

/**
 * The person's passphrase: from the file that CHATELAINE_PASSPHRASE_FILE names (without its final line break), else typed
 * at the terminal without echo, else null. Never from argv, never from a variable.
 */
export async function readPassphrase(question: string): Promise<Secret | null> {
  return (await passphraseFromFile()) ?? (process.stdin.isTTY ? typedSecret(question) : null);
}

export async function passphraseFromFile(): Promise<Secret | null> {
  const path = process.env.CHATELAINE_PASSPHRASE_FILE;
  if (path === undefined || path === '') return null;
  try {
    return new Secret((await readFile(path, 'utf8')).replace(/\r?\n$/, ''));
  } catch {
    throw new Failure(
      'invalid-input',
      `The passphrase file cannot be read: ${path}. Nothing was done.`,
      'Correct CHATELAINE_PASSPHRASE_FILE or unset it.',
    );
  }
}

const enter = '\r';
const newline = '\n';
const interrupt = '\u0003';
const endOfInput = '\u0004';
const backspaces = ['\u007f', '\b'];

/** Reads a line in raw mode, so that nothing shows. Ctrl-C gives the question up. */
export function typedSecret(question: string): Promise<Secret | null> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.resume();
  return new Promise((resolve) => {
    let line: string[] = [];
    const end = (secret: Secret | null): void => {
      stdin.off('data', onData);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
      resolve(secret);
    };
    const onData = (chunk: string | Buffer): void => {
      for (const character of String(chunk)) {
        if (character === enter || character === newline || character === endOfInput) {
          end(new Secret(line.join('')));
          return;
        }
        if (character === interrupt) {
          end(null);
          return;
        }
        if (backspaces.includes(character)) line = line.slice(0, -1);
        else line.push(character);
      }
    };
    stdin.on('data', onData);
  });
}

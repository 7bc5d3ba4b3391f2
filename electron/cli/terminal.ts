import { Failure, exitCodeOf, type FailureReport } from '../core/failure.ts';
import { readPassphrase, typedSecret } from '../platform/passphrase.ts';
import type { Secret } from '../core/credentials/secret.ts';

/** The person's side of a command: data on stdout, everything human on stderr. */
export interface Terminal {
  /** One JSON object or array on stdout. */
  json(value: unknown): void;
  /** Human output of a command whose point is its output. */
  print(line: string): void;
  say(line: string): void;
  table(head: readonly string[], rows: readonly (readonly string[])[]): void;
  /** Asks a yes-or-no question; `refused` when nobody can answer. */
  confirm(question: string): Promise<boolean>;
  passphrase(question: string): Promise<Secret | null>;
  /** Any other secret, typed without echo; null where nobody can type. */
  typed(question: string): Promise<Secret | null>;
  readAll(): Promise<string>;
}

export function createTerminal(): Terminal {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  return {
    json: (value) => print(JSON.stringify(value, null, 2)),
    print,
    say,
    table(head, rows) {
      const widths = head.map((title, column) =>
        Math.max(title.length, ...rows.map((row) => width(row[column] ?? ''))),
      );
      const draw = (cells: readonly string[]): string =>
        cells
          .map((cell, column) =>
            column === cells.length - 1 ? cell : cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell))),
          )
          .join('  ')
          .trimEnd();
      print(draw(head.map((title) => title.toUpperCase())));
      for (const row of rows) print(draw(row));
    },
    async confirm(question) {
      if (!process.stdin.isTTY) {
        throw new Failure(
          'refused',
          `${question} Nobody can answer here, so nothing was done.`,
          'Add --yes to answer it on the command line.',
        );
      }
      process.stderr.write(`${question} [y/N] `);
      const answer = await readLine();
      return /^y(es)?$/i.test(answer.trim());
    },
    passphrase: (question) => readPassphrase(question),
    typed: async (question) => (process.stdin.isTTY ? typedSecret(question) : null),
    async readAll() {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8');
    },
  };
}

/** Prints a failure as docs/cli.md says and gives the exit code. */
export function reportFailure(error: FailureReport, asJson: boolean): number {
  if (asJson)
    process.stdout.write(
      `${JSON.stringify({ error: { code: error.code, message: error.message, hint: error.hint } })}\n`,
    );
  process.stderr.write(`${error.message}\n${error.hint}\n`);
  return exitCodeOf(error.code);
}

/** Columns that a text takes: names may be of any script, and wide characters take two. */
const width = (text: string): number =>
  [...text].reduce(
    (sum, character) =>
      sum +
      (/\p{Mn}|\p{Cf}/u.test(character)
        ? 0
        : /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u.test(
              character,
            )
          ? 2
          : 1),
    0,
  );

const readLine = (): Promise<string> =>
  new Promise((resolve) => {
    process.stdin.setEncoding('utf8');
    process.stdin.once('data', (chunk) => {
      process.stdin.pause();
      resolve(String(chunk));
    });
    process.stdin.resume();
  });

import { parseArgs } from 'node:util';

type Options = Record<string, { type: 'string' | 'boolean' }>;
type Values = Readonly<Record<string, string | boolean | undefined>>;

/** How an emulator is a program: its arguments, its one line on stdout, and when it ends. */
export interface EmulatorProgram {
  /** e.g. `akamai emulator [--port N]`; told with exit code 2 for arguments that are none. */
  usage: string;
  options: Options;
  /** Resolves with what the first line says beside the pid. Rejects with the socket's error where it cannot listen. */
  start(values: Values, numberOf: (name: string, max: number) => number | undefined): Promise<object>;
  /** What was asked for, when the port is taken. */
  whatIsTaken(values: Values): string;
}

/** Exits 0 on SIGTERM and SIGINT, and with `--with-parent` when stdin closes; 1 when it cannot listen; 2 for wrong usage. */
export function runEmulator({ usage, options, start, whatIsTaken }: EmulatorProgram): void {
  const values = readArguments(usage, options);
  const numberOf = (name: string, max: number): number | undefined => {
    const text = values[name];
    if (typeof text !== 'string') return undefined;
    return /^\d+$/.test(text) && Number(text) <= max ? Number(text) : fail(`usage: ${usage}`, 2);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0));
  if (values['with-parent'])
    process.stdin
      .on('end', () => process.exit(0))
      .on('error', () => process.exit(0))
      .resume();
  start(values, numberOf).then(
    (line) => process.stdout.write(`${JSON.stringify({ ...line, pid: process.pid })}\n`),
    (error: unknown) => {
      if (error instanceof WrongUsage) fail(`usage: ${usage}`, 2);
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      fail(isTaken ? `${whatIsTaken(values)} in use: choose another with --port.` : 'It cannot listen there.', 1);
    },
  );
}

/** Thrown by `start` for arguments that do not go together. */
export class WrongUsage extends Error {}

function readArguments(usage: string, options: Options): Values {
  try {
    return parseArgs({ options: { ...options, 'with-parent': { type: 'boolean' } }, args: process.argv.slice(2) })
      .values;
  } catch {
    return fail(`usage: ${usage}`, 2);
  }
}

function fail(sentence: string, code: number): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(code);
}

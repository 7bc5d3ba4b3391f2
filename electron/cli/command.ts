import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { Secret } from '../core/credentials/secret.ts';
import { Failure } from '../core/failure.ts';
import type { Host } from '../platform/control-client.ts';
import type { Terminal } from './terminal.ts';

export interface Context {
  home: string;
  codeFolder: string;
  /** How the command is called here, for hints: `chatelaine`, or `npm run -s chatelaine --` from a checkout. */
  self: string;
  terminal: Terminal;
  /** The running host; one is started in the background when there is none. */
  host(): Promise<Host>;
}

export type Values = Record<string, string | boolean | string[] | undefined>;

export interface Command {
  name: string;
  /** What follows the name, e.g. `NAME [--json]`. */
  usage: string;
  /** One line for the list of commands. */
  summary: string;
  /** What `--help` adds: what it does, an example or two. */
  help: string;
  options?: NonNullable<ParseArgsConfig['options']>;
  /** Takes its arguments as they are: they belong to another program. */
  raw?: true;
  run(context: Context, args: string[], values: Values): Promise<number | undefined>;
}

export const defineCommand = (command: Command): Command => command;

/** Parses what follows the command's name; unknown options and stray arguments are wrong usage. */
export function parseCommand(command: Command, argv: string[]): { args: string[]; values: Values } {
  if (command.raw) return { args: argv, values: {} };
  try {
    const { positionals, values } = parseArgs({
      args: argv,
      options: { json: { type: 'boolean' }, ...command.options },
      allowPositionals: true,
      strict: true,
    });
    return { args: positionals, values: values };
  } catch (error) {
    throw usage(command, error instanceof Error ? error.message : 'wrong arguments');
  }
}

export const usage = (command: Pick<Command, 'name' | 'usage'>, message: string): Failure =>
  new Failure(
    'invalid-input',
    `${message.replace(/\.?$/, '.')} Nothing was done.`,
    `Usage: ${command.name} ${command.usage}`,
  );

/** Asks without the passphrase first: a person types it only where the host says that it is needed. */
export async function withProofIfNeeded<Output>(
  { terminal }: Context,
  ask: (proof: Secret | null) => Promise<Output>,
): Promise<Output> {
  try {
    return await ask(null);
  } catch (error) {
    const proof =
      error instanceof Failure && error.code === 'refused'
        ? await terminal.passphrase('Chatelaine passphrase: ')
        : null;
    if (!proof) throw error;
    return ask(proof);
  }
}

/** Exactly the positional arguments a command takes. */
export function positionals(command: Command, args: string[], count: number): string[] {
  if (args.length !== count)
    throw usage(command, args.length < count ? 'Something is missing' : `Too much: ${args.slice(count).join(' ')}`);
  return args;
}

export const text = (value: Values[string]): string | undefined => (typeof value === 'string' ? value : undefined);
export const texts = (value: Values[string]): string[] =>
  Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];

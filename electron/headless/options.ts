import { parseArgs } from 'node:util';

export interface Options {
  port: number;
  home: string | null;
  vault: 'keychain' | 'file' | null;
  demo: boolean;
  /** Started by a client or a command, not by a person: never asks, and ends when nobody needs it. */
  onDemand: boolean;
}

/** Throws an Error with a sentence for the person when the arguments are not as `--help` says. */
export function optionsFrom(argv: string[]): Options {
  const { values } = parseArgs({
    args: argv,
    options: {
      port: { type: 'string', default: '0' },
      home: { type: 'string' },
      vault: { type: 'string' },
      demo: { type: 'boolean', default: false },
      'on-demand': { type: 'boolean', default: false },
    },
    strict: true,
  });
  const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : Infinity;
  if (port > 65_535) throw new Error('--port takes a number from 0 to 65535.');
  const { vault } = values;
  if (vault !== undefined && vault !== 'keychain' && vault !== 'file')
    throw new Error('--vault takes keychain or file.');
  return { port, home: values.home ?? null, vault: vault ?? null, demo: values.demo, onDemand: values['on-demand'] };
}

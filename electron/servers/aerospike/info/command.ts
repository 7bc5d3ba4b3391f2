import { ToolError } from '../../kit/tool-error.ts';

declare const validated: unique symbol;

/**
 * The text of exactly one info command, made by `infoCommand` alone: whoever has one may put it on the wire.
 * There is no other way to make one, which is what keeps a second command from being smuggled in an argument.
 */
export type InfoCommand = string & { readonly [validated]: true };

/** A name or number that may stand in an info command: nothing that separates commands, parameters or values. */
const plainWord = /^[A-Za-z0-9_$.,/-]{1,128}$/;

/**
 * `name` is one of ours (never a caller's text); parameters may come from callers and are held to plain words.
 * `infoCommand('namespace', ['test'])` is `namespace/test`; `infoCommand('get-config', { context: 'service' })` is
 * `get-config:context=service`. Throws `invalid-input` and names the parameter.
 */
export function infoCommand(
  name: InfoVerb,
  parameters: readonly string[] | Readonly<Record<string, string>> = {},
): InfoCommand {
  if (isPath(parameters)) {
    for (const part of parameters) assertPlain(part, 'name');
    return [name, ...parameters].join('/') as InfoCommand;
  }
  const pairs = Object.entries(parameters).map(([key, value]) => {
    assertPlain(key, 'parameter');
    assertPlain(value, key);
    return `${key}=${value}`;
  });
  return (pairs.length === 0 ? name : `${name}:${pairs.join(';')}`) as InfoCommand;
}

const isPath = (parameters: readonly string[] | Readonly<Record<string, string>>): parameters is readonly string[] =>
  Array.isArray(parameters);

function assertPlain(text: string, what: string): void {
  if (plainWord.test(text)) return;
  throw new ToolError(
    'invalid-input',
    `The ${what} has characters that no such name has.`,
    'Use letters, digits, _, $, - and . only.',
  );
}

/** Every command that Chatelaine ever sends. Those that change something are sent by tools that a person has agreed to. */
export const readVerbs = [
  'best-practices',
  'build',
  'cluster-name',
  'cluster-stable',
  'edition',
  'features',
  'feature-key',
  'get-config',
  'get-stats',
  'health-outliers',
  'health-stats',
  'histogram',
  'latencies',
  'mesh',
  'name',
  'namespace',
  'namespaces',
  'node',
  'partition-generation',
  'partition-info',
  'peers-clear-std',
  'peers-generation',
  'peers-tls-std',
  'query-show',
  'racks',
  'rebalance-generation',
  'release',
  'roster',
  'service-clear-std',
  'service-tls-std',
  'sets',
  'sindex-list',
  'sindex-stat',
  'statistics',
  'status',
  'truncate-info',
  'udf-get',
  'udf-list',
  'user-agents',
  'version',
] as const;
export const writeVerbs = [
  'query-abort',
  'recluster',
  'set-config',
  'sindex-create',
  'sindex-delete',
  'truncate',
] as const;
export type ReadVerb = (typeof readVerbs)[number];
export type InfoVerb = ReadVerb | (typeof writeVerbs)[number];

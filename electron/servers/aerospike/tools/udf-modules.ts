import { createHash } from 'node:crypto';
import { ToolError } from '../../kit/tool-error.ts';
import type { CallLimits, Connection, InfoAnswer } from '../connection/connection.ts';
import { statusError } from '../connection/driver-error.ts';
import { infoCommand } from '../info/command.ts';
import { parsePairs } from '../info/parse.ts';
import { readReach, silentIn, type Reach } from '../ops/reach.ts';

export interface UdfModule {
  /** As the server files it: with `.lua`. */
  module: string;
  /** The server's own digest of it, see `hashOf`. */
  hash: string;
}

/** The modules that a node has; all nodes have the same, a moment after a change. */
export async function modulesOf(connection: Pick<Connection, 'info'>, context: CallLimits): Promise<UdfModule[]> {
  const [answer] = await connection.info(infoCommand('udf-list'), 'any', context);
  return modulesIn(answer);
}

/** Whether every node that answers has the same code under this name, and how many of the cluster's these are. */
export async function spread(
  connection: Pick<Connection, 'info'>,
  module: string,
  context: CallLimits,
): Promise<{ isEverywhereSeen: boolean; hash: string | undefined; reach: Reach }> {
  const answers = await connection.info(infoCommand('udf-list'), 'all', context);
  const silent = silentIn(answers);
  const hashes = answers
    .filter(({ node }) => !silent.includes(node))
    .map((answer) => modulesIn(answer).find((known) => known.module === module)?.hash);
  return {
    isEverywhereSeen: hashes.every((hash) => hash !== undefined && hash === hashes[0]),
    hash: hashes.find((hash) => hash !== undefined),
    reach: await readReach(connection, context, silent),
  };
}

function modulesIn(answer: InfoAnswer | undefined): UdfModule[] {
  if (!answer?.ok) throw statusError(answer?.code ?? 9);
  return answer.text
    .split(';')
    .map((row) => parsePairs(row, ','))
    .flatMap((row) => {
      const module = row.get('filename');
      return module === undefined ? [] : [{ module, hash: row.get('hash') ?? '' }];
    });
}

export const fileName = (module: string): string => (module.endsWith('.lua') ? module : `${module}.lua`);

export function findModule(modules: readonly UdfModule[], module: string): UdfModule {
  const found = modules.find((known) => known.module === fileName(module));
  if (found) return found;
  throw new ToolError('not-found', `There is no UDF module ${fileName(module)}.`, 'List the UDF modules.');
}

/** What a person is shown of code before it runs inside the database. */
export function describeModule(
  name: string,
  code: string,
): { bytes: number; hash: string; functions: string[]; concerns: string[] } {
  const functions = [...code.matchAll(/^\s*function\s+([A-Za-z_][A-Za-z0-9_]*)\s*\(/gm)].map(([, name = '']) => name);
  // A hint for the reader, not a wall: the server's own sandbox is that.
  const concerns = ['os.', 'io.', 'require', 'loadstring', 'load(', 'dofile', 'debug.', 'ffi'].filter((word) =>
    new RegExp(`(?<![A-Za-z0-9_.])${word.replace(/[.(]/g, '\\$&')}`).test(code),
  );
  return {
    bytes: Buffer.byteLength(code),
    hash: hashOf(name, code),
    functions: functions.slice(0, 50),
    concerns,
  };
}

/**
 * What the server will list for it: the SHA-1 of how it keeps a module, in JSON with the code in base64 (measured on 8.1,
 * unchanged since 6.4).
 */
function hashOf(name: string, code: string): string {
  const kept = `{"content64": "${Buffer.from(code).toString('base64')}", "type": "LUA", "name": "${name}"}`;
  return createHash('sha1').update(kept).digest('hex');
}

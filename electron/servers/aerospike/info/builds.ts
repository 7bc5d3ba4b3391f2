import type { CallLimits, Connection } from '../connection/connection.ts';
import { infoCommand } from './command.ts';

/** What the nodes run, of those that answer. */
export async function readBuilds(connection: Pick<Connection, 'info'>, limits: CallLimits): Promise<string[]> {
  const answers = await connection.info(infoCommand('build'), 'all', limits);
  return answers.flatMap((answer) => (answer.ok ? [answer.text] : []));
}

/** `8.1.2.0-5` as numbers; what is no number counts as 0. */
const parts = (build: string): number[] => build.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0);

/** True when `build` is older than `other`, e.g. `isOlder('7.1.0.3', '7.2')`. */
export function isOlder(build: string, other: string): boolean {
  const [a, b] = [parts(build), parts(other)];
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** What names a thing for all of these nodes. Newer ones take the older name too, and count each use as deprecated. */
const since =
  <Older extends string, Newer extends string>(build: string, older: Older, newer: Newer) =>
  (builds: readonly string[]): Older | Newer =>
    builds.some((one) => isOlder(one, build)) ? older : newer;

/** The namespace in get-config and set-config. */
export const namespaceParameter = since('7.2', 'id', 'namespace');
/** The namespace of a secondary index. */
export const indexNamespaceParameter = since('7.2', 'ns', 'namespace');
/** The query in query-abort. */
export const queryParameter = since('7.2', 'trid', 'id');
/** The bin of a new index: with its type in one, or in `bin` and `type`. */
export const indexBinParameter = since('8.1', 'indexdata', 'bin');

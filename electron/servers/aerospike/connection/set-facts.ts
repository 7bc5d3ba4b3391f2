import { infoCommand } from '../info/command.ts';
import { numberIn, parsePairs } from '../info/parse.ts';
import { identifier } from '../values/names.ts';
import type { CallLimits, Connection, InfoAnswer } from './connection.ts';

export interface SetFacts {
  /** Records in all, replicas not counted. */
  objects: number;
  nodes: number;
}

/** How many copies of each record there are: counters of nodes count them all. */
export async function replicasOf(
  connection: Pick<Connection, 'info'>,
  namespace: string,
  context: CallLimits,
): Promise<number> {
  return replicasIn(await connection.info(infoCommand('namespace', [namespace]), 'all', context));
}

const replicasIn = (answers: readonly InfoAnswer[]): number =>
  Math.max(
    1,
    ...answers.map((answer) =>
      answer.ok ? (numberIn(parsePairs(answer.text), 'effective_replication_factor') ?? 1) : 1,
    ),
  );

/** How many records a set has (a whole namespace with null); null when the cluster does not tell. */
export async function setFacts(
  connection: Pick<Connection, 'info'>,
  { namespace, set }: { namespace: string; set: string | null },
  context: CallLimits,
): Promise<SetFacts | null> {
  if (set !== null && !identifier.test(set)) return null;
  const ofNamespace = infoCommand('namespace', [namespace]);
  const [namespaces, sets] = await Promise.all([
    connection.info(ofNamespace, 'all', context),
    set === null ? [] : connection.info(infoCommand('sets', [namespace, set]), 'all', context),
  ]);
  const replicas = replicasIn(namespaces);
  const counted = set === null ? namespaces : sets;
  const objects = counted.map((answer) =>
    answer.ok ? numberIn(parsePairs(answer.text.replaceAll(':', ';').replace(/;$/, '')), 'objects') : null,
  );
  const known = objects.filter((count) => count !== null);
  if (known.length === 0) return null;
  const total = known.reduce((sum, count) => sum + count, 0) / replicas;
  return { objects: Math.round(total), nodes: counted.length };
}

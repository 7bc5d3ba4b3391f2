import { indexNamespaceParameter, readBuilds } from '../info/builds.ts';
import { infoCommand } from '../info/command.ts';
import { numberIn, parsePairs } from '../info/parse.ts';
import { identifier } from '../values/names.ts';
import type { CallLimits, Connection, InfoAnswer } from './connection.ts';
import { isSilence } from './driver-error.ts';

/** Counted over the nodes that answered, copies once. */
export interface Counted {
  /** The whole number, where all nodes were asked and answered. */
  objects: number;
  /** What there is at least, where not all did: on the others may be records without a copy on these. */
  atLeast: number;
  /** Nodes that told a number. */
  holders: number;
  /** Nodes that gave no answer. */
  silent: string[];
}

/** How many records a set has (a whole namespace with null); null when no node knows it, or the cluster does not tell. */
export async function setFacts(
  connection: Pick<Connection, 'info'>,
  target: { namespace: string; set: string | null },
  context: CallLimits,
): Promise<Counted | null> {
  if (target.set !== null && !identifier.test(target.set)) return null;
  const counted = await countRecords(connection, target, context);
  return counted.holders === 0 ? null : counted;
}

/** The same of a set with a plain name, and of one that no node knows that answered. */
export async function countRecords(
  connection: Pick<Connection, 'info'>,
  { namespace, set }: { namespace: string; set: string | null },
  context: CallLimits,
): Promise<Counted> {
  const [namespaces, sets] = await Promise.all([
    connection.info(infoCommand('namespace', [namespace]), 'all', context),
    set === null ? null : connection.info(infoCommand('sets', [namespace, set]), 'all', context),
  ]);
  return count(namespaces, sets ?? namespaces, 'objects');
}

/** How many entries a secondary index has. */
export async function countEntries(
  connection: Pick<Connection, 'info'>,
  { namespace, index }: { namespace: string; index: string },
  context: CallLimits,
): Promise<Counted> {
  const parameter = indexNamespaceParameter(await readBuilds(connection, context));
  const [namespaces, indexes] = await Promise.all([
    connection.info(infoCommand('namespace', [namespace]), 'all', context),
    connection.info(infoCommand('sindex-stat', { [parameter]: namespace, indexname: index }), 'all', context),
  ]);
  return count(namespaces, indexes, 'entries');
}

function count(namespaces: readonly InfoAnswer[], answers: readonly InfoAnswer[], name: string): Counted {
  const counts = answers
    .map((answer) =>
      answer.ok ? numberIn(parsePairs(answer.text.replaceAll(':', ';').replace(/;$/, '')), name) : null,
    )
    .filter((each) => each !== null);
  const copies = replicasIn(namespaces);
  const total = counts.reduce((sum, each) => sum + each, 0);
  return {
    objects: Math.round(total / copies),
    // No node holds a record twice, so of each there are at most as many copies as nodes that were counted.
    atLeast: Math.max(Math.ceil(total / Math.max(1, Math.min(copies, counts.length))), ...counts),
    holders: counts.length,
    silent: [...namespaces, ...answers].flatMap((answer) => (isSilent(answer) ? [answer.node] : [])),
  };
}

const isSilent = (answer: InfoAnswer): boolean => !answer.ok && isSilence(answer.code);

/** How many copies of each record there are: counters of nodes count them all, and so do those of indexes. */
const replicasIn = (namespaces: readonly InfoAnswer[]): number =>
  Math.max(
    1,
    ...namespaces.map((answer) =>
      answer.ok ? (numberIn(parsePairs(answer.text), 'effective_replication_factor') ?? 1) : 1,
    ),
  );

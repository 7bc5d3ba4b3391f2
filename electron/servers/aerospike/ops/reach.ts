import type { JsonObject } from '../../../core/workers/protocol.ts';
import type { CallLimits, Connection, InfoAnswer } from '../connection/connection.ts';
import { isSilence } from '../connection/driver-error.ts';
import type { Counted } from '../connection/set-facts.ts';
import { infoCommand } from '../info/command.ts';
import { numberIn, parsePairs } from '../info/parse.ts';

/** How much of the cluster something is said of. */
export interface Reach {
  /** Nodes of the cluster: as many as the node counts that counts most, and at least those that the client knows. */
  size: number;
  /** Those that answered everything they were asked. */
  seen: number;
  /** Known to the client, and without an answer. The others that are not seen are behind a firewall, or have no address that leads there from here. */
  silent: string[];
}

/** Asks every node how many they are. `silent`: nodes that did not answer what was asked besides. */
export async function readReach(
  connection: Pick<Connection, 'info'>,
  context: CallLimits,
  silent: Iterable<string> = [],
): Promise<Reach> {
  const answers = await connection.info(infoCommand('statistics'), 'all', context);
  return reachOf(
    answers.map(({ node }) => node),
    answers.map((answer) => (answer.ok ? (numberIn(parsePairs(answer.text), 'cluster_size') ?? 0) : 0)),
    [...silentIn(answers), ...silent],
  );
}

/** `counts`: how many nodes each one says that the cluster has. */
export function reachOf(known: readonly string[], counts: readonly number[], silent: Iterable<string>): Reach {
  const lost = [...new Set(silent)].sort();
  const all = new Set([...known, ...lost]);
  return { size: Math.max(all.size, ...counts), seen: all.size - lost.length, silent: lost };
}

/** The same after more questions, to which these nodes gave no answer. */
export const without = (reach: Reach, silent: Iterable<string>): Reach => {
  const lost = [...new Set([...reach.silent, ...silent])].sort();
  return { ...reach, seen: reach.seen - (lost.length - reach.silent.length), silent: lost };
};

export const silentIn = (answers: readonly InfoAnswer[]): string[] =>
  answers.flatMap((answer) => (!answer.ok && isSilence(answer.code) ? [answer.node] : []));

export const isAll = ({ size, seen }: Reach): boolean => seen === size;

/** `2 of 3`, or `all`: what a plan is held to. The reasons may change while the same nodes stay unseen. */
export const seenText = (reach: Reach): string => (isAll(reach) ? 'all' : `${reach.seen} of ${reach.size}`);

/** Members of a preview. */
export const reachShown = (reach: Reach): { seen: string; lost?: string } => ({
  seen: seenText(reach),
  ...(isAll(reach) ? {} : { lost: reasons(reach) }),
});

/** `; 1 of 3 nodes did not answer`, for the end of a sentence; empty when all are seen. */
export function lostText(reach: Reach): string {
  const { size, silent } = reach;
  const lost = [
    silent.length > 0 ? `${silent.length} of ${size} nodes did not answer` : '',
    unknown(reach) > 0 ? `${unknown(reach)} of ${size} nodes cannot be reached from here` : '',
  ];
  return lost.map((text) => (text === '' ? '' : `; ${text}`)).join('');
}

/** A count as a sentence says it, `1,200` or `at least 1,200`, and as a preview's member: `name`, or `nameAtLeast`. */
export function tally(
  name: 'records' | 'entries',
  { objects, atLeast }: Counted,
  reach: Reach,
): { text: string; shown: JsonObject } {
  return isAll(reach)
    ? { text: objects.toLocaleString('en'), shown: { [name]: objects } }
    : { text: `at least ${atLeast.toLocaleString('en')}`, shown: { [`${name}AtLeast`]: atLeast } };
}

/** What an answer says that leaves nodes out. */
export const partialNote = (
  reach: Reach,
  consequence = 'totals leave the others out',
): { partial?: boolean; note?: string } =>
  isAll(reach)
    ? {}
    : {
        partial: true,
        note: `Partial: ${reach.seen} of ${reach.size} nodes ${reach.seen === 1 ? 'is' : 'are'} seen (${reasons(reach)}); ${consequence}.`,
      };

const unknown = ({ size, seen, silent }: Reach): number => size - seen - silent.length;

const reasons = (reach: Reach): string =>
  [
    reach.silent.length > 0 ? `no answer from ${reach.silent.join(', ')}` : '',
    unknown(reach) > 0 ? `${unknown(reach)} cannot be reached from here` : '',
  ]
    .filter((reason) => reason !== '')
    .join('; ');

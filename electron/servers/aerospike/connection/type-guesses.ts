import type { AerospikeExp } from 'aerospike';
import { keepLately } from '../../kit/lately.ts';
import { readOptions } from './policies.ts';
import { keyToAskAgain, type RawRecord } from './raw-record.ts';
import type { Open } from './session.ts';
import type { Types } from './type-reads.ts';

/** A record and those of its bins whose types are wanted. Records with the same names mostly have the same types. */
export interface Shape {
  record: RawRecord;
  names: readonly string[];
}

/** Few are quicker asked for their types at once, and with very many names a filter is too large. */
const worthGuessing = 16;
const mostNames = 64;
const mostGuesses = 64;

/** What was seen last, for the life of a connection. Never believed: the server checks it. */
interface Guesses {
  byNames: Map<string, Types>;
  byPlace: Map<string, Types>;
}
const guesses = new WeakMap<Open['client'], Guesses>();

function guessesOf({ client }: Open): Guesses {
  const known = guesses.get(client) ?? { byNames: new Map(), byPlace: new Map() };
  guesses.set(client, known);
  return known;
}

/** Remembers what the server said of one record. */
export const learn = (open: Open, { names }: Shape, types: Types): void =>
  keepLately(guessesOf(open).byNames, JSON.stringify(names), types, mostGuesses);

/** The types of what was last read in that place, whatever `place` names. */
export const guessAt = (open: Open, place: string): Types | undefined => guessesOf(open).byPlace.get(place);

/** Takes the types of a record with these names, if they are known, for those of the place. */
export function learnPlace(open: Open, place: string, names: readonly string[]): void {
  const types = guessesOf(open).byNames.get(JSON.stringify(names));
  if (types && names.length <= mostNames) keepLately(guessesOf(open).byPlace, place, types, mostGuesses);
}

export const forgetPlace = (open: Open, place: string): boolean => guessesOf(open).byPlace.delete(place);

/**
 * The largest group of records with the same names, where guessing their types is quicker than asking: a guess takes a
 * request of its own, so only one is made, and only for half of the records or more.
 */
export function mostAlike(shapes: readonly Shape[]): Shape[] {
  const groups = new Map<string, Shape[]>();
  for (const shape of shapes) {
    const key = JSON.stringify(shape.names);
    const group = groups.get(key);
    if (group) group.push(shape);
    else groups.set(key, [shape]);
  }
  const few = Math.max(worthGuessing, shapes.length / 2);
  const [largest] = [...groups.values()].sort((left, right) => right.length - left.length);
  return largest?.[0] && largest.length >= few && largest[0].names.length <= mostNames ? largest : [];
}

/** Whether a record with these names was seen, so that there is a guess. */
export const isSeen = (open: Open, { names }: Shape): boolean => guessesOf(open).byNames.has(JSON.stringify(names));

/**
 * The types of those of the records, all with the same names, that are as the ones before them: the server is sent one
 * filter for all, which costs a fifth of asking each record. Left out are those that differ or have changed since they
 * were read.
 */
export async function guessTypes(
  open: Open,
  alike: readonly Shape[],
  timeoutMs: number,
): Promise<Map<RawRecord, Types>> {
  const types = guessesOf(open).byNames.get(JSON.stringify(alike[0]?.names));
  if (!types) return new Map();
  const records = alike.map(({ record }) => record);
  const areSame = await confirm(open, records, types, timeoutMs);
  return new Map(records.flatMap((record, index) => (areSame[index] ? [[record, types] as const] : [])));
}

async function confirm(open: Open, records: readonly RawRecord[], types: Types, timeoutMs: number): Promise<boolean[]> {
  const policy = new open.driver.BatchPolicy({
    ...readOptions(open, timeoutMs),
    filterExpression: areOfTypes(open, types),
  });
  // Without their bins: only whether they pass, and their generation.
  const entries = records.map(({ key }) => ({ key: keyToAskAgain(open, key) }));
  const answers = await open.client.batchRead(entries as never[], policy);
  return records.map(({ gen }, index) => answers[index]?.status === 0 && answers[index].record.gen === gen);
}

/** As a condition that a server checks while it reads. */
export function areOfTypes({ driver: { exp } }: Open, types: Types): AerospikeExp {
  const terms = [...types].map(([name, { type }]) => exp.eq(exp.binType(name), exp.int(type)));
  return terms.length === 1 ? (terms[0] ?? []) : exp.and(...terms);
}

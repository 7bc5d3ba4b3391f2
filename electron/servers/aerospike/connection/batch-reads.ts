import { areNamespacesUnknown, failed, unknownNamespace } from './batch-failures.ts';
import type { ReadyEntry } from './batch-entries.ts';
import type { BatchOutcome } from './connection.ts';
import { isTyped, showRecord, typedNames } from './particle-types.ts';
import { readOptions } from './policies.ts';
import { driverKey, stored, type RecordCall } from './record-calls.ts';
import { areOfTypes, forgetPlace, guessAt, learnPlace } from './type-guesses.ts';
import type { Types } from './type-reads.ts';

const recordNotFound = 2;
const filteredOut = 27;

/**
 * One native batch of reads. Where all are of one set, they are asked for together with the condition that their bins
 * have the types that such records had before: those that pass are shown at once, the others are read again.
 */
export async function readChunk(call: RecordCall, chunk: readonly ReadyEntry[]): Promise<BatchOutcome[]> {
  const place = placeOf(chunk);
  const guess = place === null ? undefined : guessAt(call.open, place);
  if (place === null || guess === undefined) return await readPlainly(call, chunk, place);
  const answers = await nativeRead(call, chunk, guess);
  const outcomes = answers.map((answer, index): BatchOutcome | null => {
    if (answer.status === recordNotFound) return { ok: true, record: null };
    if (answer.status === filteredOut) return null;
    if (answer.status !== 0) return failed(answer.status, answer.inDoubt);
    const { bins, gen, ttl } = answer.record;
    const isKnown = Object.entries(bins).every(([name, value]) => guess.has(name) || !isTyped(value));
    const key = chunk[index]?.entry.key;
    return isKnown && key ? { ok: true, record: { key, ...showRecord({ bins, gen, ttl }, guess) } } : null;
  });
  const others = chunk.filter((_, index) => outcomes[index] === null);
  if (others.length === 0) return outcomes.filter((outcome) => outcome !== null);
  // Asking twice for most of them is slower than not guessing.
  if (others.length > chunk.length / 2) forgetPlace(call.open, place);
  const again = (await readPlainly(call, others, place)).values();
  return outcomes.map((outcome) => outcome ?? again.next().value ?? failed(-1, false));
}

/** What is asked for in one breath: the same bins of one set. Null: different ones, or no bins at all. */
function placeOf(chunk: readonly ReadyEntry[]): string | null {
  const places = new Set(
    chunk.map(({ entry }) =>
      JSON.stringify([entry.key.namespace, entry.key.set, entry.kind === 'get' ? entry.bins : null]),
    ),
  );
  const [place] = places;
  const [first] = chunk;
  const hasBins = first?.entry.kind === 'get' && first.entry.bins?.length !== 0;
  return places.size === 1 && place !== undefined && hasBins ? place : null;
}

async function readPlainly(
  call: RecordCall,
  chunk: readonly ReadyEntry[],
  place: string | null,
): Promise<BatchOutcome[]> {
  const answers = await nativeRead(call, chunk, null);
  const found = chunk.flatMap(({ entry }, index) => {
    const answer = answers[index];
    if (answer?.status !== 0) return [];
    const { bins, gen, ttl } = answer.record;
    return [{ index, key: entry.key, record: { key: driverKey(call.open.driver, entry.key), bins, gen, ttl } }];
  });
  const shown = await stored(
    call.open,
    found.map(({ record }) => record),
    found.map(({ key }) => key),
    call.timeoutMs,
  );
  const last = found.at(-1);
  if (place !== null && last) learnPlace(call.open, place, typedNames(last.record.bins));
  const byIndex = new Map(found.map(({ index }, position) => [index, shown[position] ?? null]));
  return answers.map(({ status, inDoubt }, index): BatchOutcome => {
    if (status === recordNotFound) return { ok: true, record: null };
    return status === 0 ? { ok: true, record: byIndex.get(index) ?? null } : failed(status, inDoubt);
  });
}

interface Answer {
  status: number;
  inDoubt: boolean;
  record: { bins: Readonly<Record<string, unknown>>; gen: number; ttl: number };
}

async function nativeRead(call: RecordCall, chunk: readonly ReadyEntry[], guess: Types | null): Promise<Answer[]> {
  const { open, timeoutMs } = call;
  const policy = new open.driver.BatchPolicy({
    ...readOptions(open, timeoutMs),
    deserialize: false,
    ...(guess === null ? {} : { filterExpression: areOfTypes(open, guess) }),
  });
  try {
    // The type wants an operation's class in place of its fields.
    return (await open.client.batchRead(chunk.map(({ native }) => native) as never[], policy)) as Answer[];
  } catch (error) {
    if (!(await areNamespacesUnknown(call, chunk, error))) throw error;
    return chunk.map(() => ({ status: unknownNamespace, inDoubt: false, record: { bins: {}, gen: 0, ttl: 0 } }));
  }
}

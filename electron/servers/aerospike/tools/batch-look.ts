import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../core/workers/protocol.ts';
import type { ToolContext } from '../../kit/define-tool.ts';
import { safeLine } from '../../kit/text-safety.ts';
import { ToolError } from '../../kit/tool-error.ts';
import type { BatchEntry, Connection, StoredRecord } from '../connection/connection.ts';
import type { ReadEntry } from './batch-argument.ts';
import { namesOf } from '../values/record-key.ts';
import { durabilityOf } from './durability.ts';
import { defaultTtlsOf, mayEnd, shorterLife, takingOfPut, takingOfSteps, type Taking } from './losses.ts';
import { fileName, findModule, modulesOf } from './udf-modules.ts';
import { heldTo } from './writing.ts';

/** What a person is told about a batch, as the cluster is now. */
export interface LookedAt {
  /** By index of the entry: those about which something is said. Null: there is no such record. */
  seen: ReadonlyMap<number, StoredRecord | null>;
  /** Of `seen`, so that it can be compared when the batch runs. */
  digest: string;
  deletesThatExist: number;
  /** By index: the entries that leave a tombstone if they delete. */
  durable: ReadonlySet<number>;
  /** Entries that remove bins of a record that is there. */
  removing: number;
  /** What each entry that shortens a life does, in words. */
  shortening: string[];
  /** Hashes of the modules that are run. */
  modules: Record<string, string>;
}

/**
 * Looks at metadata alone: of deletes, and of writes that remove bins or could end a record sooner than it would. Throws
 * `not-found` for a module that is not there.
 */
export async function lookAtBatch(
  entries: readonly ReadEntry[],
  connection: Connection,
  { plan, ...rest }: ToolContext,
): Promise<LookedAt> {
  // When it runs, it looks at what was paid for when it was planned: a large batch would never get to its writes.
  const context = { plan, ...rest, isPaid: plan !== null };
  const modules = await hashesOf(entries, connection, context);
  const takings = entries.map(({ entry }) => takingOf(entry));
  const byDefault = entries.filter((_, index) => takings[index]?.ttl === 'namespace-default');
  const defaultTtl = await defaultTtlsOf(
    connection,
    byDefault.map(({ entry }) => entry.key.namespace),
    context,
  );
  const secondsOf = (index: number): number | null => {
    const { ttl } = takings[index] ?? {};
    if (ttl === 'namespace-default') return defaultTtl(entries[index]?.entry.key ?? { namespace: '', set: null });
    return typeof ttl === 'number' ? ttl : null;
  };
  const removesBins = (index: number): boolean => (takings[index]?.removes.length ?? 0) > 0;
  const looked = entries.flatMap(({ entry }, index) => {
    const isSaid = entry.kind === 'delete' || removesBins(index) || secondsOf(index) !== null;
    return isSaid ? [{ index, entry }] : [];
  });
  // Asked before the records are, which may use up the profile's rate.
  const durable = await durableAmong(entries, connection, context);
  const outcomes = await connection.batch(
    looked.map(({ entry }) => ({ kind: 'get', key: entry.key, bins: [] })),
    context,
  );
  const seen = new Map<number, StoredRecord | null>();
  for (const [at, { index }] of looked.entries()) {
    const outcome = outcomes[at];
    if (outcome && !outcome.ok && outcome.code !== 'not-found') throw notSeen(index, outcome.message);
    seen.set(index, outcome?.ok ? outcome.record : null);
  }
  const there = [...seen].flatMap(([index, record]) => (record ? [{ index, record }] : []));
  return {
    seen,
    digest: digestOf(seen, durable),
    durable,
    deletesThatExist: there.filter(({ index }) => entries[index]?.entry.kind === 'delete').length,
    removing: there.filter(({ index }) => removesBins(index)).length,
    shortening: there.flatMap(({ index, record }) => shorterLife(secondsOf(index), record.ttlSeconds) ?? []),
    modules,
  };
}

/** Each entry about which something was said is held to the record that was seen, or to there being none. */
export function entriesAsSeen(entries: readonly ReadEntry[], { seen, durable }: LookedAt): BatchEntry[] {
  const wanted = entries.map(({ entry }, index) => (durable.has(index) ? durably(entry) : entry));
  if (seen.size === 0) return wanted;
  const names = namesOf(wanted.map(({ key }) => key));
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return wanted.map((entry, index): BatchEntry => {
    const record = seen.get(index);
    // A record that the batch itself changes twice is another one the second time.
    if (record === undefined || (times.get(names[index] ?? '') ?? 0) > 1) return entry;
    if (entry.kind === 'delete') return record ? { generation: record.generation, ...entry } : entry;
    return entry.kind === 'put' || entry.kind === 'operate' ? { ...entry, how: heldTo(entry.how, record) } : entry;
  });
}

/** Deletes, and what may end a record on the way; which of them leave a tombstone. */
async function durableAmong(
  entries: readonly ReadEntry[],
  connection: Connection,
  context: ToolContext,
): Promise<Set<number>> {
  const deleting = entries.flatMap(({ entry, durable }, index) => {
    const taking = takingOf(entry);
    const isDeleting = entry.kind === 'delete' || entry.kind === 'apply' || (taking !== null && mayEnd(taking));
    return isDeleting ? [{ index, namespace: entry.key.namespace, durable }] : [];
  });
  const durabilities = await durabilityOf(connection, deleting, context);
  return new Set(deleting.flatMap(({ index }, at) => (durabilities[at] ? [index] : [])));
}

function durably(entry: BatchEntry): BatchEntry {
  switch (entry.kind) {
    case 'get':
      return entry;
    case 'delete':
      return { ...entry, durableDelete: true };
    case 'apply':
      return { ...entry, call: { ...entry.call, durableDelete: true } };
    case 'put':
    case 'operate':
      return { ...entry, how: { ...entry.how, durableDelete: true } };
  }
}

const takingOf = (entry: BatchEntry): Taking | null => {
  if (entry.kind === 'put') return takingOfPut(entry.bins, { ttl: entry.how.ttl, isWhole: false });
  return entry.kind === 'operate' ? takingOfSteps(entry.operations, entry.how.ttl) : null;
};

async function hashesOf(
  entries: readonly ReadEntry[],
  connection: Connection,
  context: ToolContext,
): Promise<Record<string, string>> {
  const called = new Set(entries.flatMap(({ entry }) => (entry.kind === 'apply' ? [fileName(entry.call.module)] : [])));
  if (called.size === 0) return {};
  const known = await modulesOf(connection, context);
  return Object.fromEntries([...called].sort().map((module) => [module, findModule(known, module).hash]));
}

const digestOf = (seen: LookedAt['seen'], durable: LookedAt['durable']): string =>
  createHash('sha256')
    .update(JSON.stringify([[...seen].map(([index, record]) => [index, record?.generation ?? null]), [...durable]]))
    .digest('base64');

const notSeen = (index: number, message: string): ToolError =>
  new ToolError('upstream', `Entry ${index + 1} cannot be looked at: ${message}`, 'Call the tool again.');

/** `DELETE 3 records (2 of them exist), write 12 records in namespace test, set users`. */
export function batchSentence(entries: readonly ReadEntry[], looked: LookedAt): string {
  const count = (kind: BatchEntry['kind']): number => entries.filter(({ entry }) => entry.kind === kind).length;
  const durable = (...kinds: BatchEntry['kind'][]): number =>
    entries.filter(({ entry }, index) => looked.durable.has(index) && kinds.includes(entry.kind)).length;
  const said = [
    told('DELETE', count('delete'), ` (${looked.deletesThatExist} of them exist${tombstones(durable('delete'))})`),
    told(
      'RUN CODE that may change or delete',
      count('apply'),
      ` (${Object.keys(looked.modules).join(', ')}${tombstones(durable('apply'))})`,
    ),
    told('change', count('operate')),
    told('write', count('put')),
  ].filter((part) => part !== '');
  const losses = [
    looked.removing > 0 ? `; REMOVES BINS of ${records(looked.removing)}${tombstones(durable('put', 'operate'))}` : '',
    looked.shortening[0] === undefined
      ? ''
      : `; ${records(looked.shortening.length)} EXPIRE SOONER (one ${looked.shortening[0]})`,
  ];
  const namespaces = [...new Set(entries.map(({ entry }) => entry.key.namespace))];
  const sets = [...new Set(entries.map(({ entry }) => entry.key.set ?? 'none'))];
  const where = `in ${named('namespace', namespaces)}, ${named('set', sets)}`;
  const text = `${said.join(', ')} ${where}${losses.join('')}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const tombstones = (count: number): string => (count === 0 ? '' : `; ${records(count)} durably, leaving tombstones`);
const records = (count: number): string => `${count.toLocaleString('en')} ${count === 1 ? 'record' : 'records'}`;
const told = (verb: string, count: number, more = ''): string =>
  count === 0 ? '' : `${verb} ${records(count)}${more}`;

function named(what: string, names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => safeLine(name, 63));
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : '';
  return `${what}${names.length === 1 ? '' : 's'} ${shown.join(', ')}${more}`;
}

/** How many of which kind in each namespace and set, all of them: `{"test/users": {"put": 12}}`. */
export function countsByPlace(entries: readonly ReadEntry[]): JsonObject {
  const counts = new Map<string, Record<string, number>>();
  for (const { entry } of entries) {
    const place = `${entry.key.namespace}/${entry.key.set ?? ''}`;
    const ofPlace = counts.get(place) ?? {};
    const kind = entry.kind === 'apply' ? 'execute' : entry.kind;
    ofPlace[kind] = (ofPlace[kind] ?? 0) + 1;
    counts.set(place, ofPlace);
  }
  if (counts.size > maxPlaces) {
    const message = `A batch may reach at most ${maxPlaces} sets, so that a person sees each; this one has ${counts.size}.`;
    throw new ToolError('too-large', message, 'Make it in several calls.');
  }
  return Object.fromEntries(counts);
}

const maxPlaces = 150;

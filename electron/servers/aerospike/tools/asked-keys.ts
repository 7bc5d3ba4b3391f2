import { z } from 'zod';
import { foreign, readCursor, scopeKey } from '../../kit/cursor.ts';
import { keepLately } from '../../kit/lately.ts';
import { ToolError } from '../../kit/tool-error.ts';
import type { BatchEntry } from '../connection/connection.ts';
import { BinNames, Json, Namespace, SetName, maxBatch } from '../values/names.ts';
import { readKey } from '../values/record-key.ts';
import type { TypedJson } from '../values/typed-json.ts';

/** What a call of aerospike_batch_get asks for: all of it, or a cursor alone. */
export interface KeysAsked {
  namespace?: string | undefined;
  set?: string | undefined;
  bins?: string[] | undefined;
  keys?: TypedJson[] | undefined;
  cursor?: string | undefined;
}

export interface AskedKeys {
  /** What their cursors carry. */
  id: string;
  entries: readonly BatchEntry[];
  /** As given for all of them. */
  shared: Shared;
}

type Shared = Pick<KeysAsked, 'namespace' | 'set' | 'bins'>;

/** The keys of the last few calls, so that a cursor alone goes on: thousands of keys need not be sent for each page. */
export type KeyMemory = Map<string, AskedKeys>;

/** Five thousand keys are some hundred kilobytes. */
const mostRemembered = 8;

/** Position, and how many records should fill a page, as the page before has shown. */
const Place = z.tuple([z.int().min(0).max(maxBatch), z.int().min(1).max(maxBatch)]);

/** Throws `invalid-input` that names the first entry that is not understood; for a cursor also when its keys are gone. */
export function askedKeys(asked: KeysAsked, memory: KeyMemory): { keys: AskedKeys; place: [number, number] | null } {
  const cursor = asked.cursor === undefined ? null : readCursor(asked.cursor, Place);
  const keys = asked.keys === undefined ? rememberedKeys(cursor?.key, memory) : readKeys(asked, asked.keys);
  if (cursor && (cursor.key !== keys.id || differs(asked, keys.shared))) throw foreign();
  return { keys, place: cursor?.place ?? null };
}

/** For a call that has left a cursor behind; what can never be gone on with takes no place. */
export const rememberKeys = (keys: AskedKeys, memory: KeyMemory): void =>
  keepLately(memory, keys.id, keys, mostRemembered);

function rememberedKeys(id: string | undefined, memory: KeyMemory): AskedKeys {
  if (id === undefined) {
    throw new ToolError(
      'invalid-input',
      'The argument "keys" is missing.',
      'Give keys, or the cursor of a call before.',
    );
  }
  const known = memory.get(id);
  if (known) return known;
  throw new ToolError(
    'invalid-input',
    'The keys of this cursor are not remembered any more: the worker was started anew, or other calls came between.',
    'Call again with the same keys, namespace, set and bins as at first, and with this cursor: it goes on where it was.',
  );
}

/** What is said again beside a cursor must be what was said at first. */
const differs = (asked: KeysAsked, shared: Shared): boolean =>
  (['namespace', 'set', 'bins'] as const).some(
    (name) => asked[name] !== undefined && JSON.stringify(asked[name]) !== JSON.stringify(shared[name]),
  );

function readKeys({ namespace, set, bins }: KeysAsked, keys: readonly TypedJson[]): AskedKeys {
  const shared = { namespace, set, bins };
  return {
    id: scopeKey(['batch', namespace ?? null, set ?? null, keys, bins ?? null]),
    entries: keys.map((key, index) => readEntry(key, index, shared)),
    shared,
  };
}

const Entry = z.strictObject({
  key: Json,
  namespace: Namespace.optional(),
  set: SetName.optional(),
  bins: BinNames.optional(),
});

/** A key, or an object with one and with what differs from the rest. A key that is an object has a `$` member. */
function readEntry(entry: TypedJson, index: number, shared: Shared): BatchEntry {
  const isEntry = typeof entry === 'object' && entry !== null && !Array.isArray(entry) && 'key' in entry;
  // Most are bare keys, for which a schema would cost more than reading the record.
  const own = isEntry
    ? Entry.safeParse(entry)
    : { success: true as const, data: { key: entry } as z.output<typeof Entry> };
  if (!own.success) {
    const issue = own.error.issues[0];
    throw wrongEntry(index, `${issue?.path.join('.') ?? ''} ${issue?.message ?? 'does not fit'}`.trim());
  }
  const namespace = own.data.namespace ?? shared.namespace;
  if (namespace === undefined) throw wrongEntry(index, 'has no namespace, and there is none for all');
  const set = own.data.set ?? shared.set ?? null;
  assertKey(own.data.key, index);
  return { kind: 'get', key: { namespace, set, key: own.data.key }, bins: own.data.bins ?? shared.bins ?? null };
}

/** Of all keys before the first is asked for: a wrong one is told at once, not on the page that it would be on. */
function assertKey(key: TypedJson, index: number): void {
  try {
    readKey(key);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new ToolError(error.code, `Entry ${index + 1} of keys: ${error.message}`, error.hint);
  }
}

const wrongEntry = (index: number, what: string): ToolError =>
  new ToolError(
    'invalid-input',
    `Entry ${index + 1} of keys: ${what}.`,
    'An entry is a key, or {"key": …, "namespace": …, "set": …, "bins": […]}.',
  );

import { z } from 'zod';
import type { JsonObject, JsonValue, Plan } from '../../../core/workers/protocol.ts';
import type { ToolContext } from '../../kit/define-tool.ts';
import { safeLine, safeText } from '../../kit/text-safety.ts';
import { ToolError } from '../../kit/tool-error.ts';
import type { StoredRecord, Ttl, WritePolicy } from '../connection/connection.ts';
import type { AerospikeServices } from '../services.ts';
import type { RecordKey } from '../values/typed-json.ts';
import { agreedDurability, isDurableIn } from './durability.ts';
import { binsToSee, defaultTtlsOf, lossesOf, mayEnd, type Taking } from './losses.ts';

/** Ten years: what the server takes at most (max-ttl). */
const maxTtlSeconds = 315_360_000;

/** Never a raw number of the protocol, in which −1 is "never" and 0 the namespace's default. */
export const TimeToLive = z
  .custom<Ttl>(isTtl, `must be namespace-default, never, keep or seconds up to ${maxTtlSeconds}`)
  .meta({ description: 'seconds, never, keep or namespace-default' });
export const Generation = z.int().refine((value) => value >= 1 && value <= 65_535, 'must be from 1 to 65535');

function isTtl(value: unknown): value is Ttl {
  if (typeof value !== 'number') return value === 'namespace-default' || value === 'never' || value === 'keep';
  return Number.isInteger(value) && value >= 1 && value <= maxTtlSeconds;
}

export const writePolicy = (given: {
  ttl?: Ttl | undefined;
  generation?: number | undefined;
  exists?: WritePolicy['exists'] | undefined;
}): WritePolicy => ({
  ttl: given.ttl ?? 'namespace-default',
  exists: given.exists ?? 'update',
  ...(given.generation === undefined ? {} : { generation: given.generation }),
  storeKey: true,
});

/** `record "u1" of set users in namespace test`, as sentences name it. */
export const place = ({ namespace, set, key }: RecordKey): string =>
  `record ${safeLine(JSON.stringify(key), 60)} ${set === null ? 'without a set' : `of set ${safeLine(set, 63)}`} in namespace ${namespace}`;

interface Looked {
  preview: { exists: boolean; generation: number | null; durable?: boolean };
  state: 'new' | 'there';
  record: StoredRecord | null;
}

/**
 * Looks at the record that is about to be changed. A generation that the caller asked for and that is not the record's
 * is said now, before a person is asked. `bins`: which of them are needed; none for its metadata alone.
 */
export async function generationPlan(
  target: RecordKey,
  generation: number | undefined,
  { connection }: AerospikeServices,
  context: ToolContext,
  bins: [] | null = [],
): Promise<Looked> {
  const now = await connection.get(target, bins, context);
  if (generation !== undefined && now?.generation !== generation) {
    const is = now === null ? 'There is no such record.' : `Its generation is ${now.generation}.`;
    throw new ToolError('changed', `The record is not the one that was read: ${is}`, 'Read it again and decide anew.');
  }
  return {
    preview: { exists: now !== null, generation: now?.generation ?? null },
    state: now === null ? 'new' : 'there',
    record: now,
  };
}

/** The same, and what the change takes from the record, in words: such a change is a destroying one. */
export async function losingPlan(
  target: RecordKey,
  taking: Taking,
  generation: number | undefined,
  services: AerospikeServices,
  context: ToolContext,
): Promise<Looked & { losses: string[]; effect: 'write' | 'destroy' }> {
  const looked = await generationPlan(target, generation, services, context, binsToSee(taking));
  const isDefault = looked.record !== null && taking.ttl === 'namespace-default';
  const defaultSeconds = isDefault
    ? (await defaultTtlsOf(services.connection, [target.namespace], context))(target)
    : null;
  const isDurable = mayEnd(taking) && (await isDurableIn(target.namespace, services.connection, context));
  const losses = lossesOf(taking, looked.record, { defaultSeconds, isDurable });
  const preview = mayEnd(taking) ? { ...looked.preview, durable: isDurable } : looked.preview;
  return { ...looked, preview, losses, effect: losses.length > 0 ? 'destroy' : 'write' };
}

/** A write as it was agreed on: held to what was seen, and durable where it ends its record and that was said. */
export async function asAgreed(
  how: WritePolicy,
  taking: Taking,
  { namespace }: RecordKey,
  { connection }: AerospikeServices,
  context: ToolContext,
): Promise<WritePolicy> {
  const held = asSeen(how, context.plan);
  if (!mayEnd(taking)) return held;
  return { ...held, ...(await agreedDurability(context.plan, { namespace }, connection, context)) };
}

/**
 * Holds a write to what was seen when it was planned: a record that was there must be the same, and one that was not
 * must still not be. Another one is refused by the server (`changed`), with no moment in between.
 */
function asSeen(how: WritePolicy, plan: Plan | null): WritePolicy {
  const { exists, generation } = plan?.preview ?? {};
  if (exists === false) return heldTo(how, null);
  return typeof generation === 'number' ? heldTo(how, { generation }) : how;
}

export function heldTo(how: WritePolicy, record: Pick<StoredRecord, 'generation'> | null): WritePolicy {
  if (record !== null) return { ...how, generation: how.generation ?? record.generation };
  return how.exists === 'update' || how.exists === 'replace' ? { ...how, exists: 'create' } : how;
}

/**
 * What a person reads: everything by its name, long values by their beginning, and `exact` as it is. The host takes
 * 64 KiB.
 */
export function shortPreview(preview: JsonObject, exact: JsonObject = {}): JsonObject {
  for (const limits of lengths) {
    // What the change is about is never left out, only what is inside of it.
    const room = { bytes: maxPreviewBytes };
    const members = Object.entries(preview).map(([name, value]) => [name, shorten(value, limits, room)] as const);
    if (room.bytes < 0) continue;
    const cut = { ...exact, ...Object.fromEntries(members) };
    if (Buffer.byteLength(JSON.stringify(cut)) <= maxPreviewBytes) return cut;
  }
  throw new ToolError('too-large', 'This change is too large to be shown to a person.', 'Make it in several calls.');
}

const maxPreviewBytes = 48 * 1024;

interface Limits {
  text: number;
  members: number;
}

/** How long a text and how many members a value may have: as they are if that fits, and less each time, texts first. */
const lengths: readonly Limits[] = [
  { text: Infinity, members: Infinity },
  { text: 2_000, members: 3_000 },
  { text: 500, members: 3_000 },
  { text: 120, members: 2_000 },
  { text: 60, members: 1_000 },
  { text: 40, members: 300 },
  { text: 40, members: 60 },
  { text: 30, members: 15 },
  { text: 30, members: 5 },
];

/** Counts down the room for what it shows, at the least that it takes, and gives up when there is none. */
function shorten(value: JsonValue, limits: Limits, room: { bytes: number }): JsonValue {
  if ((room.bytes -= 1) < 0) return null;
  if (typeof value === 'string') return shortText(value, limits, room);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const shown = value.slice(0, limits.members).map((item) => shorten(item, limits, room));
    const more = value.length - shown.length;
    return more > 0 ? [...shown, `… and ${more.toLocaleString('en')} more`] : shown;
  }
  const members = Object.entries(value);
  const shown = new Map<string, JsonValue>();
  for (const [name, member] of members.slice(0, limits.members))
    shown.set(unusedName(safeText(shortText(name, limits, room)), shown), shorten(member, limits, room));
  const more = members.length - shown.size;
  if (more > 0) shown.set(unusedName('…', shown), `and ${more.toLocaleString('en')} more`);
  return Object.fromEntries(shown);
}

function shortText(text: string, limits: Limits, room: { bytes: number }): string {
  room.bytes -= Math.min(text.length, limits.text);
  return text.length <= limits.text
    ? text
    : `${safeText(text.slice(0, limits.text))}… (${Buffer.byteLength(text).toLocaleString('en')} bytes in all)`;
}

/** The name, with its place where another has it already: what a person agrees to must hide no member behind another. */
function unusedName(name: string, members: ReadonlyMap<string, unknown>): string {
  let unused = name;
  for (let place = members.size + 1; members.has(unused); place += 1) unused = `${name} (${place})`;
  return unused;
}

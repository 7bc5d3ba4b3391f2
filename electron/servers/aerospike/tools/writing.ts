import { z } from 'zod';
import type { JsonObject } from '../../../core/workers/protocol.ts';
import type { ToolContext } from '../../kit/define-tool.ts';
import { safeLine } from '../../kit/text-safety.ts';
import { ToolError } from '../../kit/tool-error.ts';
import type { Ttl, WritePolicy } from '../connection/connection.ts';
import type { AerospikeServices } from '../services.ts';
import type { RecordKey } from '../values/typed-json.ts';

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

/**
 * Looks at the record that is about to be changed. A generation that the caller asked for and that is not the record's
 * is said now, before a person is asked.
 */
export async function generationPlan(
  target: RecordKey,
  generation: number | undefined,
  { connection }: AerospikeServices,
  context: ToolContext,
): Promise<{ preview: JsonObject; state: 'new' | 'there'; generation: number | null }> {
  const now = await connection.get(target, [], context);
  if (generation !== undefined && now?.generation !== generation) {
    const is = now === null ? 'There is no such record.' : `Its generation is ${now.generation}.`;
    throw new ToolError('changed', `The record is not the one that was read: ${is}`, 'Read it again and decide anew.');
  }
  const state = now === null ? 'new' : 'there';
  return {
    preview: { exists: now !== null, generation: now?.generation ?? null },
    state,
    generation: now?.generation ?? null,
  };
}

/** A person reads the first screen of it; what is longer is said by its size. The host takes 64 KiB. */
export function shortPreview(preview: JsonObject): JsonObject {
  const max = 48 * 1024;
  if (Buffer.byteLength(JSON.stringify(preview)) <= max) return preview;
  const members = Object.entries(preview).map(([name, value]): [string, JsonObject[string]] => {
    const bytes = Buffer.byteLength(JSON.stringify(value));
    return [name, bytes > 2_048 ? `${bytes.toLocaleString('en')} bytes, too much to show` : value];
  });
  return Object.fromEntries(members);
}

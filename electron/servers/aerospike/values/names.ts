import { z } from 'zod';
import { isDeeperThan } from '../../kit/limits.ts';
import { ToolError } from '../../kit/tool-error.ts';
import type { Bins, TypedJson } from './typed-json.ts';

/** What an identifier in an info command may consist of; the server's own rules are wider, and not ours to try. */
export const identifier = /^[A-Za-z0-9_$.-]+$/;
const maxBinNameBytes = 15;
export const maxKeyBytes = 1_024;
/** Of one record, by the server (a namespace has had no limit of distinct names since 7.0). */
export const maxBins = 32_767;
export const maxOperations = 100;
export const maxBatch = 5_000;

const named = (maximum: number, what: string) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(maximum, `must have at most ${maximum} characters`)
    .regex(identifier, `is no ${what}: letters, digits, _, $, - and . only`);

/** What an answer shows for a character that nobody sees. Taken for a name it would be another one. */
const isSpelled = (name: string): boolean => /\\u\{[0-9a-f]+\}/.test(name);
const spelledName = 'has a character spelt out as \\u{…}: write the character itself';

export const Namespace = named(31, 'namespace name');
/** Sets are named by applications; an info command is only ever built for those that `identifier` takes. */
export const SetName = z
  .string()
  .min(1, 'must not be empty')
  .refine((name) => Buffer.byteLength(name) <= 63, 'must have at most 63 bytes')
  .refine((name) => !/[\p{Cc}:;,\p{Cs}]/u.test(name), 'has characters that no set name has')
  .refine((name) => !isSpelled(name), spelledName);
export const IndexName = named(63, 'index name');
export const ModuleName = named(63, 'module name');
export const FunctionName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, 'is no Lua function name');
export const BinName = z
  .string()
  .min(1, 'must not be empty')
  .refine((name) => Buffer.byteLength(name) <= maxBinNameBytes, `must have at most ${maxBinNameBytes} bytes`)
  .refine((name) => !/[\p{Cc}\p{Cs}]/u.test(name), 'has control characters')
  .refine((name) => !isSpelled(name), spelledName);
export const BinNames = z.array(BinName).refine((names) => names.length <= 200, 'must have at most 200 names');

/** Far more than records have, marks counted, and far less than what functions that call themselves can walk. */
export const maxJsonDepth = 128;
const isShallow = (value: unknown): boolean =>
  typeof value !== 'object' || value === null || !isDeeperThan(value, maxJsonDepth);

/** Anything that JSON has; the values' own reader says what is wrong with it, and where. */
export const Json = z
  .unknown()
  .refine(isShallow, 'is nested too deeply')
  .transform((value) => value as TypedJson);
/** Said as a bare object, since what zod says of a record costs tokens in every conversation. */
export const JsonBins = z
  .custom<Bins>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'must be an object of bins by name',
  )
  .refine(isShallow, 'is nested too deeply')
  .meta({ type: 'object' });
/** At most `maximum`, which the schema that a model sees need not say. */
export const listOf = <Item extends z.ZodType>(item: Item, maximum: number) =>
  z
    .array(item)
    .refine((items) => items.length > 0, 'must not be empty')
    .refine((items) => items.length <= maximum, `must have at most ${maximum} entries`);

/** Throws `invalid-input` that names the bin. */
export function assertBinName(name: string): void {
  const parsed = BinName.safeParse(name);
  if (parsed.success) return;
  throw new ToolError(
    'invalid-input',
    `A bin’s name ${parsed.error.issues[0]?.message ?? 'does not fit'}.`,
    'Bin names have 1 to 15 bytes.',
  );
}

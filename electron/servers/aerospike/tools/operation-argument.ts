import { z } from 'zod';
import { ToolError } from '../../kit/tool-error.ts';
import type { Operation } from '../connection/connection.ts';
import { BinName, Json } from '../values/names.ts';
import type { TypedJson } from '../values/typed-json.ts';

/** Deleting the whole record is not among them: that is aerospike_delete_record, which asks for more. */
const operationNames = [
  'read',
  'write',
  'add',
  'append',
  'prepend',
  'touch',
  'list-append',
  'list-insert',
  'list-set',
  'list-get',
  'list-remove',
  'list-remove-value',
  'list-size',
  'map-put',
  'map-increment',
  'map-get',
  'map-remove',
  'map-size',
] as const;

/** Flat, so that its schema costs few tokens; what belongs together is checked when it is read. */
export const OperationArgument = z.strictObject({
  op: z.enum(operationNames),
  bin: BinName.optional(),
  value: Json.optional(),
  // The client cuts greater ones to 32 bits in silence.
  index: z
    .int()
    .refine((index) => index === (index | 0), 'is beyond what lists hold')
    .optional(),
  count: z
    .int()
    .refine((count) => count >= 1 && count < 2 ** 31, 'must be from 1 to 2147483647')
    .optional(),
  mapKey: Json.optional(),
});
export type OperationArgument = z.output<typeof OperationArgument>;

/** Throws `invalid-input` that names the step and what it lacks or has too much. */
export function readOperation(given: OperationArgument, position: number): Operation {
  const { op } = given;
  const needed = needs[op];
  for (const member of ['bin', 'value', 'index', 'mapKey'] as const) {
    const has = given[member] !== undefined;
    if (has && !needed.includes(member) && !(op === 'read' && member === 'bin'))
      throw wrong(position, op, `takes no ${member}`);
    if (!has && needed.includes(member)) throw wrong(position, op, `needs ${member}`);
  }
  const bin = given.bin ?? '';
  const index = given.index ?? 0;
  // Known to be given wherever it is used below.
  const value = given.value as TypedJson;
  const mapKey = given.mapKey as TypedJson;
  switch (op) {
    case 'read':
      return { op, bin: given.bin ?? null };
    case 'touch':
      return { op };
    case 'write':
    case 'add':
    case 'append':
    case 'prepend':
    case 'list-append':
    case 'list-remove-value':
      return { op, bin, value };
    case 'list-insert':
    case 'list-set':
      return { op, bin, index, value };
    case 'list-get':
    case 'list-remove':
      return { op, bin, index, ...(given.count === undefined ? {} : { count: given.count }) };
    case 'list-size':
    case 'map-size':
      return { op, bin };
    case 'map-put':
    case 'map-increment':
      return { op, bin, mapKey, value };
    case 'map-get':
    case 'map-remove':
      return { op, bin, mapKey };
  }
}

const needs: Readonly<Record<OperationArgument['op'], readonly ('bin' | 'value' | 'index' | 'mapKey')[]>> = {
  read: [],
  touch: [],
  write: ['bin', 'value'],
  add: ['bin', 'value'],
  append: ['bin', 'value'],
  prepend: ['bin', 'value'],
  'list-append': ['bin', 'value'],
  'list-remove-value': ['bin', 'value'],
  'list-insert': ['bin', 'index', 'value'],
  'list-set': ['bin', 'index', 'value'],
  'list-get': ['bin', 'index'],
  'list-remove': ['bin', 'index'],
  'list-size': ['bin'],
  'map-put': ['bin', 'mapKey', 'value'],
  'map-increment': ['bin', 'mapKey', 'value'],
  'map-get': ['bin', 'mapKey'],
  'map-remove': ['bin', 'mapKey'],
  'map-size': ['bin'],
};

const wrong = (position: number, op: string, what: string): ToolError =>
  new ToolError('invalid-input', `Operation ${position + 1} (${op}) ${what}.`, 'Correct it and call the tool again.');

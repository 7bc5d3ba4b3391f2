import { z } from 'zod';
import { ToolError } from '../../kit/tool-error.ts';
import type { BatchEntry } from '../connection/connection.ts';
import {
  FunctionName,
  Json,
  JsonBins,
  ModuleName,
  Namespace,
  SetName,
  listOf,
  maxOperations,
} from '../values/names.ts';
import { OperationArgument, readOperation } from './operation-argument.ts';
import { Generation, TimeToLive, writePolicy } from './writing.ts';

/** One change of a batch, flat; what belongs to which operation is checked when it is read. */
export const BatchArgument = z.strictObject({
  operation: z.enum(['put', 'delete', 'operate', 'execute']),
  namespace: Namespace.optional(),
  set: SetName.optional(),
  key: Json,
  bins: JsonBins.optional(),
  ttl: TimeToLive.optional(),
  generation: Generation.optional(),
  durable: z.boolean().optional(),
  // Its steps are described in aerospike_operate; here they would cost as much again.
  operations: listOf(OperationArgument, maxOperations)
    .meta({ items: {}, description: 'steps as in operate' })
    .optional(),
  module: ModuleName.optional(),
  function: FunctionName.optional(),
  args: z.array(Json).optional(),
});
export type BatchArgument = z.output<typeof BatchArgument>;

export interface ReadEntry {
  entry: BatchEntry;
  /** What was asked of a delete; undefined: what its namespace needs. */
  durable?: boolean | undefined;
}

/** Throws `invalid-input` that names the entry: nothing runs while one of them is not understood. */
export const readEntries = (
  operations: readonly BatchArgument[],
  shared: { namespace: string | undefined; set: string | undefined },
): ReadEntry[] =>
  operations.map((given, index) => ({ entry: readEntry(given, index, shared), durable: given.durable }));

function readEntry(
  given: BatchArgument,
  index: number,
  shared: { namespace: string | undefined; set: string | undefined },
): BatchEntry {
  const namespace = given.namespace ?? shared.namespace;
  if (namespace === undefined) throw wrong(index, 'has no namespace, and there is none for all');
  const key = { namespace, set: given.set ?? shared.set ?? null, key: given.key };
  for (const member of ['bins', 'operations', 'module', 'function', 'args', 'ttl', 'generation', 'durable'] as const) {
    if (given[member] !== undefined && !taken[given.operation].includes(member)) {
      throw wrong(index, `is a ${given.operation}, which takes no ${member}`);
    }
  }
  const { bins, operations, ttl, generation } = given;
  switch (given.operation) {
    case 'put':
      if (bins === undefined || Object.keys(bins).length === 0) throw wrong(index, 'needs bins');
      return { kind: 'put', key, bins, how: writePolicy({ ttl, generation }) };
    case 'delete':
      return { kind: 'delete', key, ...(generation === undefined ? {} : { generation }) };
    case 'operate':
      if (operations === undefined) throw wrong(index, 'needs operations');
      return {
        kind: 'operate',
        key,
        operations: operations.map(readOperation),
        how: writePolicy({ ttl: ttl ?? 'keep', generation }),
      };
    case 'execute':
      if (given.module === undefined || given.function === undefined) throw wrong(index, 'needs module and function');
      return {
        kind: 'apply',
        key,
        call: { module: luaName(given.module), function: given.function, args: given.args ?? [] },
      };
  }
}

const taken = {
  put: ['bins', 'ttl', 'generation'],
  delete: ['generation', 'durable'],
  operate: ['operations', 'ttl', 'generation'],
  execute: ['module', 'function', 'args'],
};

/** Modules are called without the ending that their files have. */
export const luaName = (module: string): string => module.replace(/\.lua$/, '');

const wrong = (index: number, what: string): ToolError =>
  new ToolError('invalid-input', `Entry ${index + 1} of operations ${what}.`, 'Correct it and call the tool again.');

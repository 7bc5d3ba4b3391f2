import { code, refuse } from './codes.ts';
import { evaluate } from './expression.ts';
import { unpack } from './msgpack.ts';
import type { StoredRecord } from './store.ts';

/** Whether a record passes a request's filter expression; without one it does. Unknown counts as not passing. */
export function passes(filter: Buffer | undefined, record: StoredRecord, nowMs: number): boolean {
  if (!filter) return true;
  const result = evaluate(unpack(filter), record, nowMs);
  if (result !== undefined && typeof result !== 'boolean') refuse(code.parameter);
  return result === true;
}

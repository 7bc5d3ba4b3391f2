import { code, refuse } from './codes.ts';
import type { StoredRecord } from './store.ts';
import type { Value } from './values.ts';

export function evaluate(_tree: Value, _record: StoredRecord, _nowMs: number): Value | undefined {
  return refuse(code.parameter);
}

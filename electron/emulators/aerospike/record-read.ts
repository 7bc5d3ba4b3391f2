import { applyRead } from './bin-ops.ts';
import { code, refuse } from './codes.ts';
import { passes } from './filter.ts';
import { field, info1, info2, op, type Answer, type Operation } from './message.ts';
import type { RecordRequest } from './record-request.ts';
import type { StoredRecord } from './store.ts';

/** The longest name a bin may have. */
export const maxBinName = 15;

export function readRecord(request: RecordRequest): Answer {
  const { message, found, cluster } = request;
  if (!found) return { resultCode: code.notFound };
  checkKey(request, found);
  if (!passes(message.fields.get(field.filter), found, cluster.now())) return { resultCode: code.filteredOut };
  const answer: Answer = { resultCode: code.ok, generation: found.generation, voidTime: found.voidTime };
  if ((message.info1 & info1.noBins) !== 0) return answer;
  if ((message.info1 & info1.getAll) !== 0) return { ...answer, bins: allBins(found) };
  if (message.ops.length === 0) return refuse(code.parameter);
  return { ...answer, bins: readOps(message.ops, found, (message.info2 & info2.respondAllOps) !== 0, cluster.now()) };
}

/** The answers to read operations; of bins that are not there only if all must be answered. */
export function readOps(
  ops: readonly Operation[],
  record: StoredRecord,
  respondAll: boolean,
  nowMs: number,
): Operation[] {
  const bins: Operation[] = [];
  for (const operation of ops) {
    if (operation.name.length > maxBinName) refuse(code.binName);
    const result = applyRead(operation, record, nowMs);
    if (result) bins.push({ op: operation.op, name: operation.name, type: result.type, value: result.data });
    else if (respondAll) bins.push({ op: operation.op, name: operation.name, type: 0, value: Buffer.alloc(0) });
  }
  return bins;
}

export const allBins = ({ bins }: StoredRecord): Operation[] =>
  Array.from(bins, ([name, { type, data }]) => ({ op: op.read, name, type, value: data }));

/** A key that was sent must be the stored one, where one is stored. */
export function checkKey({ message }: RecordRequest, { key }: StoredRecord): void {
  const given = message.fields.get(field.key);
  if (given && key && !given.equals(key)) refuse(code.keyMismatch);
}

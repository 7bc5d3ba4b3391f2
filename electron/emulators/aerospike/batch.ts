import { code, Refusal, refuse } from './codes.ts';
import {
  answerFrame,
  encodeAnswer,
  field,
  info3,
  op,
  readFields,
  readOps,
  type Answer,
  type Message,
  type Operation,
} from './message.ts';
import { createReader, type Reader } from './reader.ts';
import { answerRecord } from './record.ts';
import type { Place } from './session.ts';

/** What precedes a row's fields, besides its index and digest. */
const row = { repeat: 1, extraInfo: 2, generation: 4, ttl: 8, info4: 16 } as const;
/** Of the whole batch: go on after an error, and answer the row that failed. */
const batch = { reportAllErrors: 4 } as const;

/**
 * Many records in one request, each with what is to be done with it: reads, writes, deletes and UDFs mixed. Each row's
 * answer carries its index; the last part ends the answer.
 */
export function answerBatch(place: Place, message: Message): Buffer {
  const startedMs = performance.now();
  const { counters } = place.node;
  counters.batches += 1;
  const parts: Buffer[] = [];
  let result: number = code.ok;
  try {
    result = answerRows(place, message, parts);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    result = error.code;
  }
  counters.time('', 'batch-index', performance.now() - startedMs);
  return answerFrame(...parts, encodeAnswer({ resultCode: result, info3: info3.last }));
}

function answerRows(place: Place, message: Message, parts: Buffer[]): number {
  if (place.cluster.users && place.session.user === null) refuse(code.notAuthenticated);
  const reader = createReader(message.fields.get(field.batch) ?? refuse(code.parameter));
  const count = reader.u32();
  if (count === 0) refuse(code.parameter);
  const most = Number(place.node.config.service.get('batch-max-requests') ?? 0);
  if (most > 0 && count > most) refuse(code.batchMaxRequests);
  const flags = reader.u8();
  const outer = message.fields.get(field.filter);
  let previous: Message | null = null;
  for (let done = 0; done < count; done += 1) {
    const slot = reader.u32();
    const digest = reader.take(20);
    const kind = reader.u8();
    const given: Message = (kind & row.repeat) === 0 ? readRow(reader, kind) : (previous ?? refuse(code.parameter));
    previous = given;
    // A filter of the row's own wins over the whole batch's.
    const fields =
      outer && !given.fields.has(field.filter) ? new Map([...given.fields, [field.filter, outer]]) : given.fields;
    const answer = answerRecord(place, { ...given, fields }, { digest });
    parts.push(encodeAnswer({ ...answer, slot, bins: asReads(answer) }));
    const isFine = [code.ok, code.notFound, code.filteredOut].some((fine) => fine === answer.resultCode);
    if (!isFine && (flags & batch.reportAllErrors) === 0) return answer.resultCode;
  }
  return code.ok;
}

function readRow(reader: Reader, kind: number): Message {
  const info1 = reader.u8();
  const hasMore = (kind & row.extraInfo) !== 0;
  const info2 = hasMore ? reader.u8() : 0;
  const third = hasMore ? reader.u8() : 0;
  const info4 = (kind & row.info4) === 0 ? 0 : reader.u8();
  const generation = (kind & row.generation) === 0 ? 0 : reader.u16();
  const ttl = (kind & row.ttl) === 0 ? 0 : reader.u32();
  const fieldCount = reader.u16();
  const opCount = reader.u16();
  // Clients of old sent no count for the one field they always send, the namespace.
  const fields = readFields(reader, Math.max(1, fieldCount));
  return { info1, info2, info3: third, info4, generation, ttl, fields, ops: readOps(reader, opCount) };
}

/** In a batch's answer every bin is called a read. */
const asReads = ({ bins = [] }: Answer): Operation[] => bins.map((bin) => ({ ...bin, op: op.read }));

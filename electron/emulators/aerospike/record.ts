import { code, Refusal, refuse } from './codes.ts';
import { ownersOf } from './cluster.ts';
import { field, info1, info2, textField, type Answer, type Message } from './message.ts';
import { readRecord } from './record-read.ts';
import { deleteRecord, writeRecord } from './record-write.ts';
import type { Permission } from './privileges.ts';
import type { RecordRequest } from './record-request.ts';
import type { Place } from './session.ts';
import { find, partitionOf } from './store.ts';
import type { Counted, HistogramName } from './counters.ts';
import { runRecordUdf } from './udf.ts';

type Kind = 'read' | 'write' | 'delete' | 'udf';

/** Answers a request for one record; whatever is refused becomes the answer's code. */
export function answerRecord(place: Place, message: Message, batched?: { digest: Buffer }): Answer {
  const { cluster, node } = place;
  const name = textField(message.fields, field.namespace) ?? '';
  const kind = kindOf(message);
  const isBatch = batched !== undefined;
  const startedMs = performance.now();
  let answer: Answer;
  try {
    const { session } = place;
    if (cluster.users && session.user === null) refuse(code.notAuthenticated);
    const namespace = cluster.namespaces.get(name) ?? refuse(code.namespace);
    const set = textField(message.fields, field.set) ?? '';
    for (const permission of needed(message, kind)) session.demand(permission, name, set);
    const digest = batched?.digest ?? message.fields.get(field.digest);
    if (digest?.length !== 20) return refuse(code.parameter);
    if (ownersOf(cluster, namespace, partitionOf(digest)).length === 0) refuse(code.unavailable);
    if (message.fields.has(field.transactionId))
      refuse(cluster.edition === 'community' ? code.enterpriseOnly : code.unsupportedFeature);
    if (kind !== 'read' && cluster.busyKeys.has(digest.toString('hex'))) refuse(code.keyBusy);
    const nowMs = cluster.now();
    const found = find(namespace, digest, nowMs);
    answer = run(kind, { ...place, message, namespace, set, digest, isBatch, nowMs, found });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    answer = { resultCode: error.code };
  }
  for (const counted of counts(kind, isBatch, answer.resultCode)) node.counters.add(name, counted);
  node.counters.time(name, histogramOf(kind, isBatch), performance.now() - startedMs);
  return answer;
}

function kindOf({ info2: flags, fields }: Message): Kind {
  if (fields.has(field.udfFunction)) return 'udf';
  if ((flags & info2.write) === 0) return 'read';
  return (flags & info2.delete) === 0 ? 'write' : 'delete';
}

function run(kind: Kind, request: RecordRequest): Answer {
  switch (kind) {
    case 'read':
      return (request.message.info1 & info1.read) === 0 ? refuse(code.parameter) : readRecord(request);
    case 'write':
      return writeRecord(request);
    case 'delete':
      return deleteRecord(request);
    case 'udf':
      return runRecordUdf(request);
  }
}

function needed({ info1: flags }: Message, kind: Kind): Permission[] {
  switch (kind) {
    case 'read':
      return ['read'];
    case 'udf':
      return ['udf-apply'];
    case 'delete':
      return ['delete'];
    case 'write':
      return (flags & info1.read) === 0 ? ['write'] : ['write', 'read'];
  }
}

function histogramOf(kind: Kind, isBatch: boolean): HistogramName {
  const plain = kind === 'delete' ? 'write' : kind;
  return isBatch ? `batch-sub-${plain}` : plain;
}

/** What a request is counted as. */
function counts(kind: Kind, isBatch: boolean, result: number): Counted[] {
  const prefix = isBatch ? 'batch_sub' : 'client';
  const special: Counted[] =
    result === code.generation
      ? ['fail_generation']
      : result === code.keyBusy
        ? ['fail_key_busy']
        : result === code.recordTooBig
          ? ['fail_record_too_big']
          : [];
  if (kind === 'udf') {
    if (result === code.ok) return [`${prefix}_udf_complete`];
    return isBatch ? [] : ['client_udf_error'];
  }
  if (result === code.ok) return [`${prefix}_${kind}_success`];
  if (result === code.notFound && kind !== 'write') return [`${prefix}_${kind}_not_found`];
  if (result === code.filteredOut && !isBatch) return [`client_${kind}_filtered_out`];
  if (kind === 'delete') return isBatch ? special : ['client_delete_error', ...special];
  return [`${prefix}_${kind}_error`, ...special];
}

import { applyWrite } from './bin-ops.ts';
import { code, refuse } from './codes.ts';
import { passes } from './filter.ts';
import { field, info1, info2, info3, op, type Answer, type Operation } from './message.ts';
import { allBins, checkKey, maxBinName } from './record-read.ts';
import type { RecordRequest } from './record-request.ts';
import { fillOf } from './statistics.ts';
import { entomb, epochMs, remove, setOf, store, storedBytes, type StoredRecord } from './store.ts';

/** The special times to live on the wire. */
const ttl = { byDefault: 0, never: 0xffffffff, keep: 0xfffffffe } as const;
const maxTtlSeconds = 10 * 365 * 24 * 3600;
const maxBins = 32_767;

export function writeRecord(request: RecordRequest): Answer {
  const { message, found, namespace, nowMs } = request;
  const { ops } = message;
  checkMayWrite(request);
  if (ops.length === 0) refuse(code.parameter);
  const isReplace = (message.info3 & (info3.createOrReplace | info3.replaceOnly)) !== 0;
  const mustExist =
    (message.info3 & (info3.updateOnly | info3.replaceOnly)) !== 0 || ops.some((one) => one.op === op.touch);
  for (const one of ops) {
    if (one.name.length > maxBinName) refuse(code.binName);
    if (isReplace && !isPlainWrite(one)) refuse(code.parameter);
  }
  if (!found && mustExist) refuse(code.notFound);
  if (found && (message.info2 & info2.createOnly) !== 0) refuse(code.recordExists);
  checkGeneration(request);
  if (found) {
    checkKey(request, found);
    if (!passes(message.fields.get(field.filter), found, nowMs)) refuse(code.filteredOut);
  }
  const record = begun(request, isReplace);
  const bins = applyOps(request, record);
  if (record.bins.size > maxBins) refuse(code.parameter);
  if (record.bins.size === 0) {
    if (!found) return { resultCode: code.notFound };
    const refusal = deleteRefusal(request);
    if (refusal !== null) refuse(refusal);
    end(request, found);
    return { resultCode: code.ok, bins };
  }
  const maxBytes = Number(setting(request, 'max-record-size'));
  if (maxBytes > 0 && storedBytes(record) > maxBytes) refuse(code.recordTooBig);
  store(namespace, record);
  return { resultCode: code.ok, generation: record.generation, voidTime: record.voidTime, bins };
}

const isPlainWrite = ({ op: kind, type }: Operation): boolean =>
  (kind === op.write && type !== 0) || kind === op.read || kind === op.expModify;

const setting = ({ node, namespace }: RecordRequest, name: string): string =>
  node.config.namespaces.get(namespace.name)?.get(name) ?? '';

/** The conditions under which the server takes no writes at all. */
export function checkMayWrite(request: RecordRequest): void {
  const { node, namespace, set, found } = request;
  const wished = node.overrides.get(`namespace/${namespace.name}`);
  if (wished?.get('clock_skew_stop_writes') === 'true') refuse(code.forbidden);
  // All the namespace's records stand for this node's share here: counting that would take longer than the write.
  if (fillOf(node, namespace, namespace.bytes).isStopped) refuse(code.outOfSpace);
  if (set === '' && setting(request, 'disallow-null-setname') === 'true') refuse(code.parameter);
  const state = namespace.sets.get(set);
  const limit = (name: string): number => Number(state?.config.get(name) ?? 0);
  if (state && limit('stop-writes-size') > 0 && state.bytes > limit('stop-writes-size')) refuse(code.forbidden);
  if (!found && state && limit('stop-writes-count') > 0 && state.objects >= limit('stop-writes-count'))
    refuse(code.forbidden);
}

function checkGeneration({ message, found }: RecordRequest): void {
  const present = found?.generation ?? 0;
  if ((message.info2 & info2.generation) !== 0 && message.generation !== present) refuse(code.generation);
  if ((message.info2 & info2.generationGreater) !== 0 && message.generation <= present) refuse(code.generation);
}

/** The record that will be stored, before its operations; the stored one stays as it is until they all succeeded. */
export function begun(request: RecordRequest, isReplace: boolean): StoredRecord {
  const { message, found, digest, set, nowMs } = request;
  return {
    digest: found?.digest ?? Buffer.from(digest),
    set: found?.set ?? set,
    key: copyOf(message.fields.get(field.key)) ?? found?.key ?? null,
    generation: ((found?.generation ?? 0) % 0xffff) + 1,
    voidTime: voidTimeOf(request, message.ttl),
    updatedMs: nowMs,
    bins: new Map(isReplace ? [] : (found?.bins ?? [])),
  };
}

const copyOf = (bytes: Buffer | undefined): Buffer | undefined => bytes && Buffer.from(bytes);

export function voidTimeOf(request: RecordRequest, given: number): number {
  const { found, namespace, set, nowMs } = request;
  const fromNow = (seconds: number): number => Math.floor((nowMs - epochMs) / 1000) + seconds;
  if (given === ttl.never) return 0;
  if (given === ttl.keep && found) return found.voidTime;
  if (given === ttl.byDefault || given === ttl.keep) {
    const ofSet = Number(namespace.sets.get(set)?.config.get('default-ttl') ?? 0);
    if (ofSet === ttl.never) return 0;
    const seconds = ofSet > 0 ? ofSet : Number(setting(request, 'default-ttl'));
    return seconds > 0 ? fromNow(seconds) : 0;
  }
  if (given > maxTtlSeconds) refuse(code.parameter);
  const isSwept = setting(request, 'nsup-period') !== '0' || setting(request, 'allow-ttl-without-nsup') === 'true';
  if (!isSwept) refuse(code.forbidden);
  return fromNow(given);
}

/** Applies the operations in their order; answers what they read or result in. */
function applyOps({ message, nowMs, set, namespace }: RecordRequest, record: StoredRecord): Operation[] {
  const respondAll = (message.info2 & info2.respondAllOps) !== 0;
  const readsAll = (message.info1 & info1.getAll) !== 0;
  if (set !== '') setOf(namespace, set);
  const answers: Operation[] = [];
  for (const operation of message.ops) {
    const { op: kind, name } = operation;
    if (kind === op.touch) continue;
    if (kind === op.deleteAll) record.bins.clear();
    else if (kind === op.read && name === '' && readsAll) {
      answers.push(...allBins(record));
      continue;
    }
    const result = kind === op.deleteAll ? undefined : applyWrite(operation, record, nowMs);
    if (result) answers.push({ op: kind, name, type: result.type, value: result.data });
    else if (respondAll) answers.push({ op: kind, name, type: 0, value: Buffer.alloc(0) });
  }
  return answers;
}

const isDurable = ({ message }: RecordRequest): boolean => (message.info2 & info2.durableDelete) !== 0;

/** Community servers leave no tombstones; strongly consistent namespaces take no delete without, unless they are told to. */
export function deleteRefusal(request: RecordRequest): number | null {
  if (isDurable(request)) return request.cluster.edition === 'community' ? code.enterpriseOnly : null;
  const isStrong = setting(request, 'strong-consistency') === 'true';
  return isStrong && setting(request, 'strong-consistency-allow-expunge') !== 'true' ? code.forbidden : null;
}

export const end = (request: RecordRequest, record: StoredRecord): void =>
  isDurable(request) ? entomb(request.namespace, record) : remove(request.namespace, record);

export function deleteRecord(request: RecordRequest): Answer {
  const { message, found, nowMs } = request;
  const refusal = deleteRefusal(request);
  if (refusal !== null) refuse(refusal);
  if (!found) return { resultCode: code.notFound };
  checkGeneration(request);
  checkKey(request, found);
  if (!passes(message.fields.get(field.filter), found, nowMs)) refuse(code.filteredOut);
  end(request, found);
  return { resultCode: code.ok };
}

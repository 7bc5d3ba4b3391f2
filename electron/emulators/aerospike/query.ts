import { code, Refusal, refuse } from './codes.ts';
import { ownersOf } from './cluster.ts';
import { passes } from './filter.ts';
import {
  answerFrame,
  encodeAnswer,
  field,
  info1,
  info2,
  info3,
  textField,
  type Message,
  type Operation,
} from './message.ts';
import { indexQuery, match, type IndexQuery } from './query-index.ts';
import { readOps, allBins } from './record-read.ts';
import { answerRecord } from './record.ts';
import type { Place } from './session.ts';
import { partitionCount, partitionOf, recordsOf, type Namespace, type StoredRecord } from './store.ts';

/** Whatever names no single record is a query, over all records or on an index. */
export const isQuery = ({ fields }: Message): boolean => !fields.has(field.digest);

/** An answer is sent in frames of about this size. */
const frameBytes = 1024 * 1024;

export function answerQuery(place: Place, message: Message): Buffer {
  const frames: Buffer[] = [];
  let parts: Buffer[] = [];
  let bytes = 0;
  const send = (part: Buffer): void => {
    parts.push(part);
    bytes += part.length;
    if (bytes < frameBytes) return;
    frames.push(answerFrame(...parts));
    parts = [];
    bytes = 0;
  };
  let resultCode: number = code.ok;
  try {
    runQuery(place, message, send);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    resultCode = error.code;
  }
  frames.push(answerFrame(...parts, encodeAnswer({ resultCode, info3: info3.last })));
  return Buffer.concat(frames);
}

function runQuery(place: Place, message: Message, send: (part: Buffer) => void): void {
  const { cluster, node, session } = place;
  const { fields } = message;
  const name = textField(fields, field.namespace) ?? '';
  const set = textField(fields, field.set) ?? '';
  if (cluster.users && session.user === null) refuse(code.notAuthenticated);
  const namespace = cluster.namespaces.get(name) ?? refuse(code.namespace);
  const isUdf = fields.has(field.udfFunction);
  const isWrite = (message.info2 & info2.write) !== 0;
  session.demand(isUdf ? 'udf-query' : isWrite ? 'ops-query' : 'query', name, set);
  // Aggregation runs a Lua stream on every node; of UDFs only the record's own are emulated.
  if (isUdf && fields.get(field.udfOp)?.[0] === 1) refuse(code.unsupportedFeature);
  const wanted = isUdf || isWrite ? ownPartitions(place, namespace, fields) : requested(fields);
  const where = indexQuery(namespace, message);
  const startedMs = performance.now();
  if (isUdf || isWrite) runInBackground(place, message, namespace, set, wanted, where);
  else runBasic(place, message, namespace, set, wanted, where, send);
  const kind = where ? 'si' : 'pi';
  const length = (message.info1 & info1.shortQuery) === 0 ? 'long' : 'short';
  node.counters.add(name, `${kind}_query_${length}_basic_complete`);
  node.counters.time(name, `${kind}-query`, performance.now() - startedMs);
}

/** From where a partition is to be answered: from its beginning, or behind a record that the client has. */
interface Resume {
  digest: Buffer | null;
  place: bigint;
}

/** The partitions that a client asks for: by number, or by the last record that it got of each. */
function requested(fields: ReadonlyMap<number, Buffer>): Map<number, Resume> {
  const wanted = new Map<number, Resume>();
  const ids = fields.get(field.partitions);
  const digests = fields.get(field.digests);
  if (!ids && !digests) return refuse(code.unsupportedFeature);
  for (let at = 0; ids && at + 2 <= ids.length; at += 2) {
    const id = ids.readUInt16LE(at);
    if (id >= partitionCount || wanted.has(id)) refuse(code.parameter);
    wanted.set(id, { digest: null, place: 0n });
  }
  const places = fields.get(field.binValues);
  if (digests && fields.has(field.indexRange) && places?.length !== (digests.length / 20) * 8) refuse(code.parameter);
  for (let at = 0; digests && at + 20 <= digests.length; at += 20) {
    const digest = digests.subarray(at, at + 20);
    if (wanted.has(partitionOf(digest))) refuse(code.parameter);
    wanted.set(partitionOf(digest), { digest, place: places?.readBigInt64LE((at / 20) * 8) ?? 0n });
  }
  return wanted;
}

function runBasic(
  { cluster, node }: Place,
  message: Message,
  namespace: Namespace,
  set: string,
  wanted: ReadonlyMap<number, Resume>,
  where: IndexQuery | null,
  send: (part: Buffer) => void,
): void {
  const { fields } = message;
  const nowMs = cluster.now();
  const given = fields.get(field.maxRecords);
  let left = given ? Number(given.readBigUInt64BE()) : 0;
  const isLimited = left > 0;
  for (const [id, resume] of wanted) {
    if (!ownersOf(cluster, namespace, id).includes(node)) {
      // The client asks again, whoever has it by then.
      send(encodeAnswer({ resultCode: code.unavailable, info3: info3.partitionDone, generation: id }));
      continue;
    }
    for (const { record, at } of ordered(recordsOf(namespace, id, nowMs), set, where, resume, nowMs)) {
      if (isLimited && left === 0) return;
      if (!passes(fields.get(field.filter), record, nowMs)) continue;
      const part = told(namespace, record, message, where ? at : null, nowMs);
      if (!part) continue;
      left -= 1;
      send(part);
    }
  }
}

/** The records of a partition that match, in the answer's order, behind where the client left off. */
function ordered(
  records: readonly StoredRecord[],
  set: string,
  where: IndexQuery | null,
  { digest, place }: Resume,
  nowMs: number,
): { record: StoredRecord; at: bigint }[] {
  const found: { record: StoredRecord; at: bigint }[] = [];
  for (const record of records) {
    if (set !== '' && record.set !== set) continue;
    const at = where ? match(record, where, nowMs) : 0n;
    if (at === undefined) continue;
    const isBehind = digest === null || at > place || (at === place && Buffer.compare(record.digest, digest) > 0);
    if (isBehind) found.push({ record, at });
  }
  // By digest they are already; sorting keeps that among equals.
  return where ? found.sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0)) : found;
}

/** Null for a record that has none of the bins asked for: the server leaves it out. */
function told(
  namespace: Namespace,
  record: StoredRecord,
  message: Message,
  at: bigint | null,
  nowMs: number,
): Buffer | null {
  const fields: [number, Buffer][] = [
    [field.namespace, Buffer.from(namespace.name, 'latin1')],
    [field.digest, record.digest],
  ];
  if (record.set !== '') fields.push([field.set, Buffer.from(record.set, 'latin1')]);
  if (record.key) fields.push([field.key, record.key]);
  if (at !== null) {
    const place = Buffer.alloc(8);
    place.writeBigInt64LE(at);
    fields.push([field.binValues, place]);
  }
  let bins: Operation[] = [];
  if ((message.info1 & info1.noBins) === 0) {
    bins = message.ops.length === 0 ? allBins(record) : readOps(message.ops, record, false, nowMs);
    if (bins.length === 0) return null;
  }
  return encodeAnswer({ resultCode: code.ok, generation: record.generation, voidTime: record.voidTime, fields, bins });
}

/** Of a query in the background each node does the partitions of which it is the master. */
function ownPartitions(
  { cluster, node }: Place,
  namespace: Namespace,
  fields: ReadonlyMap<number, Buffer>,
): Map<number, Resume> {
  if (fields.has(field.partitions)) return requested(fields);
  const own = new Map<number, Resume>();
  for (let id = 0; id < partitionCount; id += 1)
    if (ownersOf(cluster, namespace, id)[0] === node) own.set(id, { digest: null, place: 0n });
  return own;
}

/** Applies operations or a UDF to every record that matches. It is done before the client is answered. */
function runInBackground(
  place: Place,
  message: Message,
  namespace: Namespace,
  set: string,
  wanted: ReadonlyMap<number, Resume>,
  where: IndexQuery | null,
): void {
  const nowMs = place.cluster.now();
  for (const [id, resume] of wanted)
    for (const { record } of ordered(recordsOf(namespace, id, nowMs), set, where, resume, nowMs))
      answerRecord(place, message, { digest: record.digest });
}

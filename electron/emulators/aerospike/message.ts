import { createReader, type Reader } from './reader.ts';
import { code, refuse } from './codes.ts';
import { encodeFrame, frameType } from './frames.ts';

/** Flags of a message's header; the names are the protocol's. */
export const info1 = { read: 1, getAll: 2, shortQuery: 4, batch: 8, noBins: 32 } as const;
export const info2 = {
  write: 1,
  delete: 2,
  generation: 4,
  generationGreater: 8,
  durableDelete: 16,
  createOnly: 32,
  respondAllOps: 128,
} as const;
export const info3 = { last: 1, partitionDone: 4, updateOnly: 8, createOrReplace: 16, replaceOnly: 32 } as const;

export const field = {
  namespace: 0,
  set: 1,
  key: 2,
  recordVersion: 3,
  digest: 4,
  transactionId: 5,
  taskId: 7,
  socketTimeout: 9,
  recordsPerSecond: 10,
  partitions: 11,
  digests: 12,
  maxRecords: 13,
  binValues: 15,
  indexName: 21,
  indexRange: 22,
  indexContext: 23,
  indexExpression: 24,
  indexType: 26,
  udfModule: 30,
  udfFunction: 31,
  udfArguments: 32,
  udfOp: 33,
  batch: 41,
  filter: 43,
} as const;

export const op = {
  read: 1,
  write: 2,
  cdtRead: 3,
  cdtModify: 4,
  incr: 5,
  expRead: 7,
  expModify: 8,
  append: 9,
  prepend: 10,
  touch: 11,
  bitsRead: 12,
  bitsModify: 13,
  deleteAll: 14,
  hllRead: 15,
  hllModify: 16,
} as const;

/** One operation of a request, or one bin of an answer. `name` is the bin's, byte for byte (latin1). */
export interface Operation {
  op: number;
  type: number;
  name: string;
  value: Buffer;
}

export interface Message {
  info1: number;
  info2: number;
  info3: number;
  info4: number;
  generation: number;
  ttl: number;
  fields: ReadonlyMap<number, Buffer>;
  ops: Operation[];
}

const messageHeaderBytes = 22;

export function parseMessage(body: Buffer): Message {
  const reader = createReader(body);
  if (reader.u8() !== messageHeaderBytes) refuse(code.parameter);
  const flags = { info1: reader.u8(), info2: reader.u8(), info3: reader.u8(), info4: reader.u8() };
  reader.u8();
  const generation = reader.u32();
  const ttl = reader.u32();
  reader.u32(); // The client's timeout: it keeps it by itself.
  const fieldCount = reader.u16();
  const opCount = reader.u16();
  const fields = readFields(reader, fieldCount);
  return { ...flags, generation, ttl, fields, ops: readOps(reader, opCount) };
}

export function readFields(reader: Reader, count: number): Map<number, Buffer> {
  const fields = new Map<number, Buffer>();
  for (let index = 0; index < count; index += 1) {
    const bytes = reader.u32();
    const type = reader.u8();
    fields.set(type, reader.take(bytes - 1));
  }
  return fields;
}

export function readOps(reader: Reader, count: number): Operation[] {
  const ops: Operation[] = [];
  for (let index = 0; index < count; index += 1) {
    const bytes = reader.u32();
    const kind = reader.u8();
    const type = reader.u8();
    const hasUpdateTime = (reader.u8() & 1) === 1;
    const nameBytes = reader.u8();
    const name = reader.take(nameBytes).toString('latin1');
    if (hasUpdateTime) reader.take(8);
    const value = reader.take(bytes - 4 - nameBytes - (hasUpdateTime ? 8 : 0));
    ops.push({ op: kind, type, name, value });
  }
  return ops;
}

export interface Answer {
  resultCode: number;
  info3?: number;
  generation?: number;
  /** Seconds since 2010, 0 for never; in a batch's answer the slot's index stands in the place after it. */
  voidTime?: number;
  slot?: number;
  fields?: readonly (readonly [number, Buffer])[];
  bins?: readonly Operation[];
}

/** The body of an answer, without its frame: queries and batches put many into one frame. */
export function encodeAnswer(answer: Answer): Buffer {
  const { fields = [], bins = [] } = answer;
  let bytes = messageHeaderBytes;
  for (const [, value] of fields) bytes += 5 + value.length;
  for (const bin of bins) bytes += 8 + bin.name.length + bin.value.length;
  const buffer = Buffer.alloc(bytes);
  buffer.writeUInt8(messageHeaderBytes, 0);
  buffer.writeUInt8(answer.info3 ?? 0, 3);
  buffer.writeUInt8(answer.resultCode, 5);
  buffer.writeUInt32BE(answer.generation ?? 0, 6);
  buffer.writeUInt32BE(answer.voidTime ?? 0, 10);
  buffer.writeUInt32BE(answer.slot ?? 0, 14);
  buffer.writeUInt16BE(fields.length, 18);
  buffer.writeUInt16BE(bins.length, 20);
  let at = messageHeaderBytes;
  for (const [type, value] of fields) {
    buffer.writeUInt32BE(value.length + 1, at);
    buffer.writeUInt8(type, at + 4);
    value.copy(buffer, at + 5);
    at += 5 + value.length;
  }
  for (const bin of bins) {
    buffer.writeUInt32BE(4 + bin.name.length + bin.value.length, at);
    buffer.writeUInt8(bin.op, at + 4);
    buffer.writeUInt8(bin.type, at + 5);
    buffer.writeUInt8(bin.name.length, at + 7);
    buffer.write(bin.name, at + 8, 'latin1');
    bin.value.copy(buffer, at + 8 + bin.name.length);
    at += 8 + bin.name.length + bin.value.length;
  }
  return buffer;
}

export const answerFrame = (...bodies: Buffer[]): Buffer => encodeFrame(frameType.message, Buffer.concat(bodies));

/** A text field, byte for byte. */
export const textField = (fields: ReadonlyMap<number, Buffer>, type: number): string | undefined =>
  fields.get(type)?.toString('latin1');

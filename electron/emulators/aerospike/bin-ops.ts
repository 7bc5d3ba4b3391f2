import { applyCdt } from './cdt.ts';
import { code, refuse, Refusal } from './codes.ts';
import { evaluate } from './expression.ts';
import { applyHll } from './hll-ops.ts';
import { op, type Operation } from './message.ts';
import { unpack } from './msgpack.ts';
import { decode, encode, fromClient, type Particle } from './particles.ts';
import type { StoredRecord } from './store.ts';
import { bytesOf, isBytes, isList, particle, type Value } from './values.ts';

/** A read operation's result; undefined where there is no such bin (or nothing to tell). */
export function applyRead(operation: Operation, record: StoredRecord, nowMs: number): Particle | undefined {
  const { op: kind, name, value } = operation;
  const bin = record.bins.get(name);
  switch (kind) {
    case op.read:
      return bin;
    case op.cdtRead:
      return bin && told(applyCdt(decode(bin), value, false).result);
    case op.hllRead:
      return bin && told(applyHll(bin, value).result);
    case op.expRead:
      return expression(value, record, nowMs);
    // Operations on the bits of a blob are not emulated: refused, never passed over.
    default:
      return refuse(code.parameter);
  }
}

const told = (result: Value | undefined): Particle | undefined => (result === undefined ? undefined : encode(result));

/** Applies one operation of a write to the record; answers its result, if it has one. */
export function applyWrite(operation: Operation, record: StoredRecord, nowMs: number): Particle | undefined {
  const { op: kind, name, type, value } = operation;
  const bin = record.bins.get(name);
  const put = (changed: Particle | undefined): void => {
    if (changed) record.bins.set(name, changed);
  };
  switch (kind) {
    case op.write:
      if (type === particle.none) record.bins.delete(name);
      else put(fromClient({ type, data: value }));
      return undefined;
    case op.incr:
      put(incremented(bin, fromClient({ type, data: value })));
      return undefined;
    case op.append:
      put(joined(bin, { type, data: value }, false));
      return undefined;
    case op.prepend:
      put(joined(bin, { type, data: value }, true));
      return undefined;
    case op.cdtModify: {
      const { changed, result } = applyCdt(bin ? decode(bin) : undefined, value, true);
      if (changed !== undefined) put(encode(changed));
      return told(result);
    }
    case op.hllModify: {
      const { changed, result } = applyHll(bin, value);
      put(changed);
      return told(result);
    }
    case op.expModify:
      writeExpression(operation, record, nowMs);
      return undefined;
    default:
      return applyRead(operation, record, nowMs);
  }
}

function incremented(bin: Particle | undefined, by: Particle): Particle {
  const amount = decode(by);
  const present = bin ? decode(bin) : typeof amount === 'number' ? 0 : 0n;
  if (typeof present === 'bigint' && typeof amount === 'bigint') return encode(BigInt.asIntN(64, present + amount));
  if (typeof present === 'number' && typeof amount === 'number') return encode(present + amount);
  return refuse(code.incompatibleType);
}

function joined(bin: Particle | undefined, by: Particle, isBefore: boolean): Particle {
  if (by.type !== particle.string && by.type !== particle.blob) refuse(code.incompatibleType);
  if (!bin) return fromClient(by);
  if (bin.type !== by.type) refuse(code.incompatibleType);
  return { type: bin.type, data: Buffer.concat(isBefore ? [by.data, bin.data] : [bin.data, by.data]) };
}

/** The flags in an expression operation, beside the expression itself: `[expression, flags]`. */
const flag = { createOnly: 1, updateOnly: 2, allowDelete: 4, policyNoFail: 8, evalNoFail: 16 } as const;

function parsed(value: Buffer): { tree: Value; flags: number } {
  const given = unpack(value);
  const [tree, flags] = isList(given) ? given.items : [];
  if (tree === undefined || typeof flags !== 'bigint') return refuse(code.parameter);
  return { tree, flags: Number(flags) };
}

function expression(value: Buffer, record: StoredRecord, nowMs: number): Particle | undefined {
  const { tree, flags } = parsed(value);
  return told(tried(tree, flags, record, nowMs));
}

function tried(tree: Value, flags: number, record: StoredRecord, nowMs: number): Value | undefined {
  const result = evaluate(tree, record, nowMs);
  if (result === undefined && (flags & flag.evalNoFail) === 0) refuse(code.opNotApplicable);
  return result;
}

function writeExpression({ name, value }: Operation, record: StoredRecord, nowMs: number): void {
  const { tree, flags } = parsed(value);
  const exists = record.bins.has(name);
  try {
    if (exists && (flags & flag.createOnly) !== 0) refuse(code.binExists);
    if (!exists && (flags & flag.updateOnly) !== 0) refuse(code.binNotFound);
  } catch (error) {
    if (error instanceof Refusal && (flags & flag.policyNoFail) !== 0) return;
    throw error;
  }
  const result = tried(tree, flags, record, nowMs);
  if (result === undefined) return;
  if (result !== null) record.bins.set(name, encode(stored(result)));
  else if ((flags & flag.allowDelete) !== 0) record.bins.delete(name);
  else if ((flags & flag.policyNoFail) === 0) refuse(code.opNotApplicable);
}

const stored = (value: Value): Value => (isBytes(value) ? bytesOf(Buffer.from(value.data), value.particle) : value);

import { createdByContext, enterContext } from './cdt-context.ts';
import { chooseFromList, listChoice, listModify, listRead } from './cdt-list.ts';
import { chooseFromMap, mapChoice, mapModify, mapRead } from './cdt-map.ts';
import { code, refuse } from './codes.ts';
import { unpack } from './msgpack.ts';
import { isList, isMapping, list, mapping, type Value } from './values.ts';

export interface CdtOutcome {
  /** The bin's new value; undefined where it stays as it is. */
  changed?: Value;
  result?: Value;
}

const contextEval = 0xff;

/** An operation on a list or map bin, as a client sends it. */
export function applyCdt(bin: Value | undefined, payload: Buffer, isModify: boolean): CdtOutcome {
  return runCdt(bin, parseCall(payload), isModify);
}

/** `[number, argument, …]`; clients of old put the number in front, in two bytes. */
function parseCall(payload: Buffer): readonly Value[] {
  if (payload[0] !== 0) {
    const call = unpack(payload);
    return isList(call) ? call.items : refuse(code.parameter);
  }
  if (payload.length < 2) refuse(code.parameter);
  const args = payload.length === 2 ? list([]) : unpack(payload.subarray(2));
  return isList(args) ? [BigInt(payload.readUInt16BE()), ...args.items] : refuse(code.parameter);
}

/** `[number, argument, …]`, or `[0xff, context, [number, …]]` for one inside nested lists and maps. */
export function runCdt(bin: Value | undefined, call: readonly Value[], isModify: boolean): CdtOutcome {
  const [number, ...args] = call;
  if (typeof number !== 'bigint') return refuse(code.parameter);
  if (Number(number) !== contextEval) return runOne(bin, Number(number), args, isModify);
  const [context = null, inner = null] = args;
  const root = bin ?? (isModify ? createdByContext(context) : undefined);
  if (!isList(inner) || root === undefined) return refuse(root === undefined ? code.opNotApplicable : code.parameter);
  const [innerNumber, ...innerArgs] = inner.items;
  if (typeof innerNumber !== 'bigint') return refuse(code.parameter);
  const target = enterContext(root, context, { mayCreate: isModify, isForList: innerNumber < 64n });
  const { result } = runOne(target, Number(innerNumber), innerArgs, isModify);
  return { ...(isModify ? { changed: root } : {}), ...(result === undefined ? {} : { result }) };
}

const listSort = 13;

/** The operations that make the bin where there is none, with the place of the argument that says its order. */
const creators: Readonly<Record<number, number | null>> = {
  ...{ 0: 0, 1: 1, 2: 1, 3: null, 4: null, 9: null, 12: 2 },
  ...{ 64: 0, 65: 2, 66: 1, 67: 2, 68: 1, 73: 2, 74: 2 },
};

function runOne(bin: Value | undefined, number: number, args: readonly Value[], isModify: boolean): CdtOutcome {
  const isForMap = number >= 64;
  if (!isKnown(number, isModify)) refuse(code.parameter);
  let target = bin;
  if (target === undefined) {
    const order = creators[number];
    // Nothing to read or remove from.
    if (order === undefined) return number === listSort ? refuse(code.incompatibleType) : {};
    const flags = order === null ? 0 : Number(args[order] ?? 0n);
    target = isForMap ? mapping([], flags & 0x13) : list([], flags & 0x11);
  }
  const result = onTarget(target, number, args, isModify);
  return { ...(isModify ? { changed: target } : {}), ...(result === undefined ? {} : { result }) };
}

const isKnown = (number: number, isModify: boolean): boolean =>
  isModify
    ? number in listModify || number in mapModify || known(listChoice(number, true)) || known(mapChoice(number, true))
    : number in listRead || number in mapRead || known(listChoice(number, false)) || known(mapChoice(number, false));

const known = (choice: unknown): boolean => choice !== undefined;

function onTarget(target: Value, number: number, args: readonly Value[], isModify: boolean): Value | undefined {
  if (number < 64) {
    if (!isList(target)) return refuse(code.incompatibleType);
    const plain = (isModify ? listModify : listRead)[number];
    if (plain) return plain(target, args);
    return chooseFromList(target, listChoice(number, isModify) ?? refuse(code.parameter), args, isModify);
  }
  if (!isMapping(target)) return refuse(code.incompatibleType);
  const plain = (isModify ? mapModify : mapRead)[number];
  if (plain) return plain(target, args);
  return chooseFromMap(target, mapChoice(number, isModify) ?? refuse(code.parameter), args, isModify);
}

import { runCdt } from './cdt.ts';
import { code, refuse } from './codes.ts';
import { arithmetic, comparison } from './expression-math.ts';
import { metadata } from './expression-record.ts';
import { parseShape, touches } from './geo.ts';
import { runHll } from './hll-ops.ts';
import { pack, unpack } from './msgpack.ts';
import { decode } from './particles.ts';
import type { StoredRecord } from './store.ts';
import { compare, fromUtf8, isBytes, isList, isMapping, list, rankOf, type Value } from './values.ts';

/**
 * An expression is a list whose first element is its operation's number, or a plain value. Undefined is what the server
 * calls unknown: a bin that is not there, a division by zero; it makes unknown of most that it takes part in.
 */
export function evaluate(tree: Value, record: StoredRecord, nowMs: number): Value | undefined {
  return evaluateIn(tree, { record, nowMs, variables: new Map() });
}

interface Scope {
  record: StoredRecord;
  nowMs: number;
  variables: ReadonlyMap<string, Value | undefined>;
}

const number = {
  regex: 7,
  geo: 8,
  inList: 9,
  and: 16,
  or: 17,
  not: 18,
  exclusive: 19,
  bin: 81,
  binType: 82,
  mapKeys: 101,
  mapValues: 102,
  condition: 123,
  variable: 124,
  let: 125,
  quote: 126,
  call: 127,
} as const;

function evaluateIn(tree: Value, scope: Scope): Value | undefined {
  if (!isList(tree)) return tree;
  const [head, ...args] = tree.items;
  if (typeof head !== 'bigint') return refuse(code.parameter);
  const operation = Number(head);
  const of = (at: number): Value | undefined => evaluateIn(args[at] ?? null, scope);
  switch (operation) {
    case 0:
      return undefined;
    case number.regex:
      return matches(Number(args[0]), raw(args[1]), of(2));
    case number.geo:
      return geo(of(0), of(1));
    case number.inList:
      return inList(of(0), of(1));
    case number.and:
      return every(args, scope, false);
    case number.or:
      return every(args, scope, true);
    case number.not: {
      const value = of(0);
      return typeof value === 'boolean' ? !value : undefined;
    }
    case number.exclusive: {
      const values = args.map((arg) => evaluateIn(arg, scope));
      return values.includes(undefined) ? undefined : values.filter((value) => value === true).length === 1;
    }
    case number.bin:
      return binOf(scope.record, Number(args[0]), raw(args[1]));
    case number.binType:
      return BigInt(scope.record.bins.get(raw(args[0]))?.type ?? 0);
    case number.mapKeys:
    case number.mapValues: {
      const map = of(0);
      if (!isMapping(map)) return undefined;
      return list(map.entries.map(([key, value]) => (operation === number.mapKeys ? key : value)));
    }
    case number.condition:
      return condition(args, scope);
    case number.variable:
      return scope.variables.get(raw(args[0]));
    case number.let:
      return letIn(args, scope);
    case number.quote:
      return args[0] ?? null;
    case number.call:
      return call(args, scope);
    default:
      break;
  }
  const told = metadata(operation, args, scope.record, scope.nowMs);
  if (told) return told.value;
  const compared = comparison(operation);
  if (compared) return compareWith(compared, of(0), of(1));
  const computed = arithmetic(operation) ?? refuse(code.parameter);
  const values: Value[] = [];
  for (const arg of args) {
    const value = evaluateIn(arg, scope);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return computed(values);
}

/** A name stands without the type byte that other texts have, so it was read as if its first letter were that. */
export function raw(value: Value | undefined): string {
  if (typeof value === 'string') return `\u0003${value}`;
  if (isBytes(value)) return String.fromCharCode(value.particle) + value.data.toString('latin1');
  return refuse(code.parameter);
}

function every(args: readonly Value[], scope: Scope, decisive: boolean): boolean | undefined {
  let isKnown = true;
  for (const arg of args) {
    const value = evaluateIn(arg, scope);
    if (value === decisive) return decisive;
    if (value === undefined) isKnown = false;
  }
  return isKnown ? !decisive : undefined;
}

/** The particle type that each of the types in an expression stands for. */
const particleOfType: Readonly<Record<number, number>> = { 1: 17, 2: 1, 3: 3, 4: 20, 5: 19, 6: 4, 7: 2, 8: 23, 9: 18 };

function binOf({ bins }: StoredRecord, type: number, name: string): Value | undefined {
  const bin = bins.get(name);
  return bin && bin.type === particleOfType[type] ? decode(bin) : undefined;
}

function condition(args: readonly Value[], scope: Scope): Value | undefined {
  for (let at = 0; at + 1 < args.length; at += 2) {
    const isMet = evaluateIn(args[at] ?? null, scope);
    if (isMet === undefined) return undefined;
    if (isMet === true) return evaluateIn(args[at + 1] ?? null, scope);
  }
  return evaluateIn(args.at(-1) ?? null, scope);
}

function letIn(args: readonly Value[], scope: Scope): Value | undefined {
  const variables = new Map(scope.variables);
  for (let at = 0; at + 1 < args.length; at += 2)
    variables.set(raw(args[at]), evaluateIn(args[at + 1] ?? null, { ...scope, variables }));
  return evaluateIn(args.at(-1) ?? null, { ...scope, variables });
}

const regexFlag = { ignoreCase: 2, newline: 8 } as const;

function matches(flags: number, pattern: string, text: Value | undefined): boolean | undefined {
  if (typeof text !== 'string') return undefined;
  const options = `${(flags & regexFlag.ignoreCase) === 0 ? '' : 'i'}${(flags & regexFlag.newline) === 0 ? 's' : 'm'}`;
  try {
    return new RegExp(fromUtf8(pattern), options).test(fromUtf8(text));
  } catch {
    return refuse(code.parameter);
  }
}

function geo(left: Value | undefined, right: Value | undefined): boolean | undefined {
  if (!isBytes(left) || !isBytes(right)) return undefined;
  return touches(parseShape(left.data), parseShape(right.data));
}

function inList(value: Value | undefined, all: Value | undefined): boolean | undefined {
  if (value === undefined || !isList(all)) return undefined;
  return all.items.some((item) => compare(item, value) === 0);
}

function compareWith(
  verdict: (order: number) => boolean,
  left: Value | undefined,
  right: Value | undefined,
): boolean | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (rankOf(left) !== rankOf(right)) refuse(code.parameter);
  return verdict(compare(left, right));
}

const system = { cdt: 0, hll: 2, modify: 0x40 } as const;

/** An operation on a list, map, blob or HLL inside an expression; a modifying one answers the changed copy. */
function call([type = null, kind, given, from]: readonly Value[], scope: Scope): Value | undefined {
  const target = evaluateIn(from ?? null, scope);
  if (target === undefined) return undefined;
  if (!isList(given) || typeof kind !== 'bigint') return refuse(code.parameter);
  const isModify = (Number(kind) & system.modify) !== 0;
  const parts = prepared(given.items, scope);
  if (!parts) return undefined;
  switch (Number(kind) & ~system.modify) {
    case system.cdt: {
      // A copy, since the same value may stand in a variable.
      const { changed, result } = runCdt(unpack(pack(target)), parts, isModify);
      // What is not in the list or map is unknown, and what is there of another type than was asked for.
      return isModify ? changed : isAsked(type, result) ? (result ?? undefined) : undefined;
    }
    case system.hll: {
      const { changed, result } = runHll(isBytes(target) ? target.data : undefined, parts);
      return isModify && changed ? { kind: 'bytes', particle: 18, data: changed } : result;
    }
    default:
      return refuse(code.parameter);
  }
}

/** Of the two kinds of number; others of another type are refused where they are used. */
const isAsked = (type: Value, result: Value | undefined): boolean =>
  !(type === 2n && typeof result === 'number') && !(type === 7n && typeof result === 'bigint');

/** A call's arguments are expressions themselves, the context in it is not. */
function prepared(items: readonly Value[], scope: Scope): Value[] | undefined {
  const [operation = null, ...args] = items;
  if (operation === 0xffn) {
    const [context = null, inner] = args;
    const call = isList(inner) ? prepared(inner.items, scope) : refuse(code.parameter);
    return call && [operation, context, list(call)];
  }
  const values = args.map((arg) => evaluateIn(arg, scope));
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? [operation, ...known] : undefined;
}

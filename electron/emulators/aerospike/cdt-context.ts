import { code, refuse } from './codes.ts';
import { choose, elementsOfList, elementsOfMap, type Choice } from './cdt-select.ts';
import { isList, isMapping, list, mapping, type Value } from './values.ts';

/** How one step into a nested list or map is told: what it goes by, and whether it may create what is missing. */
const kind = { list: 0x10, map: 0x20, base: 0x0f, create: 0x1c0 } as const;
const bases: readonly Choice[] = ['index', 'rank', 'key', 'value'];

/** Goes into nested lists and maps; undefined where the way ends. */
export function resolveContext(from: Value, context: Value): Value | undefined {
  let at: Value | undefined = from;
  for (const [type, argument] of steps(context)) at = at === undefined ? undefined : step(at, type, argument, null);
  return at;
}

/**
 * The same for an operation: a way that ends is its error, unless a step may create what is missing. What it creates is
 * a list or map as the next step, or in the end the operation, needs.
 */
export function enterContext(from: Value, context: Value, end: { mayCreate: boolean; isForList: boolean }): Value {
  let at = from;
  const all = steps(context);
  for (const [index, [type, argument]] of all.entries()) {
    const next = all[index + 1];
    const isList = next ? (next[0] & kind.list) !== 0 : end.isForList;
    at = step(at, type, argument, end.mayCreate ? { isList } : null) ?? refuse(code.opNotApplicable);
  }
  return at;
}

/** The list or map that a first step with leave to create stands for, where the bin is not there. */
export function createdByContext(context: Value): Value | undefined {
  const [[type] = [0]] = steps(context);
  if ((type & kind.create) === 0) return undefined;
  return (type & kind.list) === 0 ? mapping([], 0) : list([]);
}

function steps(context: Value): [number, Value][] {
  if (!isList(context) || context.items.length % 2 !== 0) return refuse(code.parameter);
  const found: [number, Value][] = [];
  for (let index = 0; index < context.items.length; index += 2) {
    const type = context.items[index];
    if (typeof type !== 'bigint') return refuse(code.parameter);
    found.push([Number(type), context.items[index + 1] ?? null]);
  }
  return found;
}

function step(at: Value, type: number, argument: Value, missing: { isList: boolean } | null): Value | undefined {
  const base = bases[type & kind.base] ?? refuse(code.parameter);
  const isForList = (type & kind.list) !== 0;
  if (isForList ? !isList(at) : !isMapping(at)) return undefined;
  const elements = isList(at) ? elementsOfList(at.items) : isMapping(at) ? elementsOfMap(at.entries) : [];
  const fresh = missing && (type & kind.create) !== 0 ? container(type, missing.isList) : undefined;
  if (base === 'index' || base === 'rank') {
    const position = typeof argument === 'bigint' ? Number(argument) : refuse(code.parameter);
    const isInside = position < 0 ? -position <= elements.length : position < elements.length;
    if (isInside) return choose(base, elements, [argument])[0]?.value;
    if (fresh === undefined || !isList(at) || base !== 'index' || position !== elements.length) return undefined;
    at.items.push(fresh);
    return fresh;
  }
  const [found] = choose(base, elements, [argument]);
  if (found || fresh === undefined || !isMapping(at) || base !== 'key') return found?.value;
  at.entries.push([argument, fresh]);
  return fresh;
}

/** In the order that the step's bits ask for. */
function container(type: number, isForList: boolean): Value {
  const order = (type & kind.create) >> 6;
  if (isForList) return list([], order === 3 ? 1 : 0);
  return mapping([], order === 2 ? 1 : order === 3 ? 3 : 0);
}

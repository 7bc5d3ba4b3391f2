import { code, refuse } from './codes.ts';
import { compare, isList, list, mapping, type Value } from './values.ts';

/** One element of a list (without a key) or map, with where it stands: by index and by rank of its value. */
export interface Element {
  key: Value | undefined;
  value: Value;
  index: number;
  rank: number;
}

/** Elements in the order of their indexes; a map's index is the place of its key among the sorted keys. */
export function elementsOfList(items: readonly Value[]): Element[] {
  return ranked(items.map((value, index) => ({ key: undefined, value, index, rank: 0 })));
}

export function elementsOfMap(entries: readonly (readonly [Value, Value])[]): Element[] {
  const sorted = [...entries].sort(([left], [right]) => compare(left, right));
  return ranked(sorted.map(([key, value], index) => ({ key, value, index, rank: 0 })));
}

function ranked(elements: Element[]): Element[] {
  const byValue = [...elements].sort((left, right) => compare(left.value, right.value) || left.index - right.index);
  for (const [rank, element] of byValue.entries()) element.rank = rank;
  return elements;
}

/** What a get or remove chooses by, with the arguments behind the return type. */
export type Choice =
  | 'index'
  | 'rank'
  | 'key'
  | 'value'
  | 'all values'
  | 'index range'
  | 'rank range'
  | 'key range'
  | 'value range'
  | 'key list'
  | 'value list'
  | 'key relative'
  | 'value relative';

/** One of these answers a single thing, the others a list. */
const single: ReadonlySet<Choice> = new Set(['index', 'rank', 'key', 'value']);

export function choose(choice: Choice, elements: readonly Element[], args: readonly Value[]): Element[] {
  const [first = null, second, third] = args;
  const byIndex = elements;
  const byRank = [...elements].sort((left, right) => left.rank - right.rank);
  switch (choice) {
    case 'index':
      return [one(byIndex, integer(first))];
    case 'rank':
      return [one(byRank, integer(first))];
    case 'key':
      return elements.filter(({ key }) => key !== undefined && compare(key, first) === 0).slice(0, 1);
    case 'value':
      return byRank.filter(({ value }) => compare(value, first) === 0).slice(0, 1);
    case 'all values':
      return elements.filter(({ value }) => compare(value, first) === 0);
    case 'index range':
      return range(byIndex, integer(first), second);
    case 'rank range':
      return range(byRank, integer(first), second);
    case 'key range':
      return elements.filter(({ key = null }) => isWithin(key, first, second));
    case 'value range':
      return elements.filter(({ value }) => isWithin(value, first, second));
    case 'key list':
      return elements.filter(({ key = null }) => itemsOf(first).some((wanted) => compare(key, wanted) === 0));
    case 'value list':
      return elements.filter(({ value }) => itemsOf(first).some((wanted) => compare(value, wanted) === 0));
    case 'key relative': {
      const anchor = elements.filter(({ key = null }) => compare(key, first) < 0).length;
      return relative(byIndex, anchor, integer(second), third);
    }
    case 'value relative': {
      const anchor = elements.filter(({ value }) => compare(value, first) < 0).length;
      return relative(byRank, anchor, integer(second), third);
    }
  }
}

export function integer(value: Value | undefined): number {
  if (typeof value !== 'bigint') return refuse(code.parameter);
  return Number(value);
}

const itemsOf = (value: Value): Value[] => (isList(value) ? value.items : refuse(code.parameter));

function one(elements: readonly Element[], at: number): Element {
  return elements[at < 0 ? at + elements.length : at] ?? refuse(code.opNotApplicable);
}

/** From a place on, counted from the end if negative; what lies outside is cut off. */
function range(elements: readonly Element[], from: number, count: Value | undefined): Element[] {
  const start = from < 0 ? from + elements.length : from;
  const end = count === undefined ? elements.length : start + integer(count);
  return elements.slice(Math.max(0, start), Math.max(0, end));
}

function relative(elements: readonly Element[], anchor: number, offset: number, count: Value | undefined): Element[] {
  const start = anchor + offset;
  const end = count === undefined ? elements.length : start + integer(count);
  return elements.slice(Math.max(0, start), Math.max(0, end));
}

/** From the first, up to and without the second; nil or nothing for open ends. */
function isWithin(value: Value, from: Value, to: Value | undefined): boolean {
  return (from === null || compare(value, from) >= 0) && (to === undefined || to === null || compare(value, to) < 0);
}

const inverted = 0x10000;

/** The chosen elements, and what the operation answers about them; undefined for nothing. */
export function answerChoice(
  choice: Choice,
  elements: readonly Element[],
  returnType: number,
  args: readonly Value[],
): { chosen: Element[]; result: Value | undefined } {
  const picked = choose(choice, elements, args);
  const isInverted = (returnType & inverted) !== 0;
  const isSingle = single.has(choice);
  if (isInverted && isSingle && picked.length > 0) refuse(code.opNotApplicable);
  const chosen = isInverted && !isSingle ? elements.filter((element) => !picked.includes(element)) : picked;
  const type = returnType & 0xffff;
  return { chosen, result: told(inOrder(chosen, choice, type, args), elements.length, type, isSingle) };
}

const byRankOf = (left: Element, right: Element): number => left.rank - right.rank;
const byIndexOf = (left: Element, right: Element): number => left.index - right.index;

const alongIndex: ReadonlySet<Choice> = new Set(['index range', 'key range', 'key relative']);
const alongRank: ReadonlySet<Choice> = new Set(['value range', 'rank range', 'value relative', 'all values']);

/** The order in which the server tells several elements, which hangs on what they were chosen by and what is told. */
function inOrder(chosen: readonly Element[], choice: Choice, type: number, args: readonly Value[]): readonly Element[] {
  const isList = chosen[0]?.key === undefined;
  if (type === 1 || type === 2) {
    if (choice === 'key list') return asListed(chosen, args, ({ key = null }) => key);
    if (isList && choice === 'value relative') return [...chosen].sort(byIndexOf);
    if (type === 2 && alongIndex.has(choice)) return [...chosen].sort((left, right) => byIndexOf(right, left));
  }
  if (type === 3 || type === 4) {
    if (choice === 'key list') return refuse(code.opNotApplicable);
    if (choice === 'value list') return asListed(chosen, args, ({ value }) => value);
    if (alongRank.has(choice)) return [...chosen].sort(type === 3 ? byRankOf : (left, right) => byRankOf(right, left));
  }
  return isList && choice !== 'value relative' ? [...chosen].sort(byIndexOf) : chosen;
}

/** In the order of the values that were asked for. */
function asListed(
  chosen: readonly Element[],
  [wanted = null]: readonly Value[],
  of: (element: Element) => Value,
): Element[] {
  const place = (element: Element): number => itemsOf(wanted).findIndex((one) => compare(one, of(element)) === 0);
  return [...chosen].sort((left, right) => place(left) - place(right) || byRankOf(left, right));
}

function told(chosen: readonly Element[], size: number, type: number, isSingle: boolean): Value | undefined {
  const each = (of: (element: Element) => Value, missing: Value): Value => {
    const [only] = chosen;
    if (isSingle) return only ? of(only) : missing;
    return list(chosen.map(of));
  };
  switch (type) {
    case 0:
      return undefined;
    case 1:
      return each(({ index }) => BigInt(index), -1n);
    case 2:
      return each(({ index }) => BigInt(size - 1 - index), -1n);
    case 3:
      return each(({ rank }) => BigInt(rank), -1n);
    case 4:
      return each(({ rank }) => BigInt(size - 1 - rank), -1n);
    case 5:
      return BigInt(chosen.length);
    case 6:
      return each(({ key }) => key ?? refuse(code.parameter), null);
    case 7:
      return each(({ value }) => value, null);
    case 8:
      return mapping(pairs(chosen), preserveOrder);
    case 13:
      return chosen.length > 0;
    case 16:
      return mapping(pairs(chosen), 0);
    case 17:
      return mapping(pairs(chosen), 1);
    default:
      return refuse(code.parameter);
  }
}

/** Tells the client to keep the order in which the pairs come. */
const preserveOrder = 8;

const pairs = (chosen: readonly Element[]): [Value, Value][] =>
  chosen.map(({ key, value }) => [key ?? refuse(code.parameter), value]);

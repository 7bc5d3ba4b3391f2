import { answerChoice, elementsOfList, integer, type Choice } from './cdt-select.ts';
import { code, refuse } from './codes.ts';
import { compare, isList, list, type List, type Value } from './values.ts';

/** An operation on a list by its number, with its arguments. Changes the list in place. */
export type ListOperation = (target: List, args: readonly Value[]) => Value | undefined;

const flag = { addUnique: 1, insertBounded: 2, noFail: 4, partial: 8 } as const;
const ordered = 1;

const isOrdered = ({ flags }: List): boolean => (flags & ordered) !== 0;

export const listModify: Readonly<Record<number, ListOperation>> = {
  0: (target, [flags]) => {
    target.flags = integer(flags) & 0x11;
    sort(target);
    return undefined;
  },
  1: (target, [value = null, , flags]) => added(target, target.items.length, [value], flags),
  2: (target, [values = null, , flags]) => added(target, target.items.length, itemsOf(values), flags),
  3: (target, [index, value = null, flags]) => inserted(target, integer(index), [value], flags),
  4: (target, [index, values = null, flags]) => inserted(target, integer(index), itemsOf(values), flags),
  5: (target, [index]) => target.items.splice(existing(target, integer(index)), 1)[0] ?? null,
  6: (target, [index, count]) => list(cut(target, integer(index), count)),
  7: (target, [index]) => BigInt(target.items.splice(existing(target, integer(index)), 1).length),
  8: (target, [index, count]) => BigInt(cut(target, integer(index), count).length),
  9: (target, [index, value = null, flags]) => {
    if (isOrdered(target)) refuse(code.opNotApplicable);
    const at = place(target, integer(index));
    const options = Number(flags ?? 0n);
    if ((options & flag.insertBounded) !== 0 && at > target.items.length)
      return unlessNoFail(options, code.opNotApplicable);
    if ((options & flag.addUnique) !== 0 && has(target, value)) return unlessNoFail(options, code.elementExists);
    while (target.items.length < at) target.items.push(null);
    target.items[at] = value;
    return undefined;
  },
  10: (target, [index, count]) => {
    const before = target.items.length;
    target.items = cut({ ...target, items: [...target.items] }, integer(index), count);
    return BigInt(before - target.items.length);
  },
  11: (target) => {
    target.items = [];
    return undefined;
  },
  12: incremented,
  13: (target, [flags]) => {
    const options = Number(flags ?? 0n);
    target.items.sort(compare);
    if ((options & 1) !== 0) target.items.reverse();
    if ((options & 2) !== 0)
      target.items = target.items.filter((item, at, all) => compare(item, all[at - 1] ?? { kind: 'infinite' }) !== 0);
    return undefined;
  },
};

export const listRead: Readonly<Record<number, ListOperation>> = {
  16: (target) => BigInt(target.items.length),
  17: (target, [index]) => target.items[existing(target, integer(index))] ?? null,
  18: (target, [index, count]) => list(cut({ ...target, items: [...target.items] }, integer(index), count)),
};

/** Gets by their number; the removes stand 13 above. */
const choices: Readonly<Record<number, Choice>> = {
  19: 'index',
  20: 'value',
  21: 'rank',
  22: 'all values',
  23: 'value list',
  24: 'index range',
  25: 'value range',
  26: 'rank range',
  27: 'value relative',
};

export const listChoice = (number: number, isModify: boolean): Choice | undefined =>
  choices[isModify ? number - 13 : number];

export function chooseFromList(
  target: List,
  choice: Choice,
  args: readonly Value[],
  isRemove: boolean,
): Value | undefined {
  const [type, ...rest] = args;
  const { chosen, result } = answerChoice(choice, elementsOfList(target.items), integer(type), rest);
  if (isRemove) {
    const gone = new Set(chosen.map(({ index }) => index));
    target.items = target.items.filter((_, index) => !gone.has(index));
  }
  return result;
}

export function sort(target: List): void {
  if (isOrdered(target)) target.items.sort(compare);
}

const itemsOf = (value: Value): Value[] => (isList(value) ? value.items : refuse(code.parameter));

const has = ({ items }: List, value: Value): boolean => items.some((item) => compare(item, value) === 0);

function unlessNoFail(options: number, resultCode: number): Value | undefined {
  return (options & flag.noFail) === 0 ? refuse(resultCode) : undefined;
}

function place({ items }: List, index: number): number {
  const at = index < 0 ? index + items.length : index;
  return at < 0 ? refuse(code.opNotApplicable) : at;
}

function existing(target: List, index: number): number {
  const at = place(target, index);
  return at < target.items.length ? at : refuse(code.opNotApplicable);
}

function cut(target: List, index: number, count: Value | undefined): Value[] {
  const from = index < 0 ? index + target.items.length : index;
  const size = count === undefined ? target.items.length - from : integer(count);
  const start = Math.max(0, from);
  return target.items.splice(start, Math.max(0, size - (start - from)));
}

function inserted(target: List, index: number, values: readonly Value[], flags: Value | undefined): Value | undefined {
  if (isOrdered(target)) refuse(code.opNotApplicable);
  const at = place(target, index);
  const options = Number(flags ?? 0n);
  if ((options & flag.insertBounded) !== 0 && at > target.items.length) {
    unlessNoFail(options, code.opNotApplicable);
    return BigInt(target.items.length);
  }
  while (target.items.length < at) target.items.push(null);
  return added(target, at, values, flags);
}

function added(target: List, at: number, values: readonly Value[], flags: Value | undefined): Value | undefined {
  const options = Number(flags ?? 0n);
  let accepted = [...values];
  if ((options & flag.addUnique) !== 0) {
    const isNew = (value: Value, index: number): boolean =>
      !has(target, value) && !values.slice(0, index).some((other) => compare(other, value) === 0);
    const fresh = accepted.filter(isNew);
    if (fresh.length < accepted.length) {
      unlessNoFail(options, code.elementExists);
      accepted = (options & flag.partial) === 0 ? [] : fresh;
    }
  }
  target.items.splice(at, 0, ...accepted);
  sort(target);
  return BigInt(target.items.length);
}

function incremented(target: List, [index, by = 1n, , flags]: readonly Value[]): Value | undefined {
  if (isOrdered(target) && integer(index) >= target.items.length) refuse(code.opNotApplicable);
  const at = place(target, integer(index));
  const options = Number(flags ?? 0n);
  if ((options & flag.insertBounded) !== 0 && at > target.items.length)
    return unlessNoFail(options, code.opNotApplicable);
  const present = target.items[at] ?? (typeof by === 'number' ? 0 : 0n);
  const sum = plus(present, by);
  while (target.items.length < at) target.items.push(null);
  target.items[at] = sum;
  sort(target);
  return sum;
}

/** The sum in the kind of what is there; only numbers have one. */
export function plus(present: Value, by: Value): Value {
  if (typeof present === 'bigint' && typeof by === 'bigint') return BigInt.asIntN(64, present + by);
  if (typeof present === 'number' && typeof by === 'number') return present + by;
  if (typeof present === 'number' && typeof by === 'bigint') return present + Number(by);
  if (typeof present === 'bigint' && typeof by === 'number') return BigInt.asIntN(64, present + BigInt(Math.trunc(by)));
  return refuse(code.parameter);
}

import { answerChoice, elementsOfMap, integer, type Choice } from './cdt-select.ts';
import { plus } from './cdt-list.ts';
import { code, refuse } from './codes.ts';
import { compare, isBytes, isMapping, type Mapping, type Value } from './values.ts';

/** An operation on a map by its number, with its arguments. Changes the map in place. */
export type MapOperation = (target: Mapping, args: readonly Value[]) => Value | undefined;

const flag = { noOverwrite: 1, noCreate: 2, noFail: 4, partial: 8 } as const;

export const mapModify: Readonly<Record<number, MapOperation>> = {
  64: (target, [flags]) => {
    target.flags = integer(flags) & 0x13;
    sortMap(target);
    return undefined;
  },
  65: (target, [key = null, value = null]) => put(target, [[key, value]], flag.noOverwrite),
  66: (target, [pairs]) => put(target, entriesOf(pairs), flag.noOverwrite),
  67: (target, [key = null, value = null, , flags]) => put(target, [[key, value]], Number(flags ?? 0n)),
  68: (target, [pairs, , flags]) => put(target, entriesOf(pairs), Number(flags ?? 0n)),
  69: (target, [key = null, value = null]) => put(target, [[key, value]], flag.noCreate),
  70: (target, [pairs]) => put(target, entriesOf(pairs), flag.noCreate),
  73: (target, [key = null, by = 1n]) => added(target, key, by),
  74: (target, [key = null, by = 1n]) => added(target, key, negated(by)),
  75: (target) => {
    target.entries = [];
    return undefined;
  },
};

export const mapRead: Readonly<Record<number, MapOperation>> = { 96: (target) => BigInt(target.entries.length) };

const reads: Readonly<Record<number, Choice>> = {
  97: 'key',
  98: 'index',
  99: 'value',
  100: 'rank',
  102: 'all values',
  103: 'key range',
  104: 'index range',
  105: 'value range',
  106: 'rank range',
  107: 'key list',
  108: 'value list',
  109: 'key relative',
  110: 'value relative',
};

const removes: Readonly<Record<number, Choice>> = {
  76: 'key',
  77: 'index',
  78: 'value',
  79: 'rank',
  81: 'key list',
  82: 'all values',
  83: 'value list',
  84: 'key range',
  85: 'index range',
  86: 'value range',
  87: 'rank range',
  88: 'key relative',
  89: 'value relative',
};

export const mapChoice = (number: number, isModify: boolean): Choice | undefined =>
  isModify ? removes[number] : reads[number];

export function chooseFromMap(
  target: Mapping,
  choice: Choice,
  args: readonly Value[],
  isRemove: boolean,
): Value | undefined {
  const [type, ...rest] = args;
  const { chosen, result } = answerChoice(choice, elementsOfMap(target.entries), integer(type), rest);
  if (isRemove) {
    const gone = new Set(chosen.map(({ key }) => key));
    target.entries = target.entries.filter(([key]) => !gone.has(key));
  }
  return result;
}

export function sortMap(target: Mapping): void {
  if ((target.flags & 1) !== 0) target.entries.sort(([left], [right]) => compare(left, right));
}

const entriesOf = (value: Value | undefined): [Value, Value][] =>
  isMapping(value) ? value.entries : refuse(code.parameter);

const negated = (by: Value): Value => (typeof by === 'bigint' || typeof by === 'number' ? -by : refuse(code.parameter));

function put(target: Mapping, pairs: readonly (readonly [Value, Value])[], options: number): Value {
  const find = (key: Value): [Value, Value] | undefined => target.entries.find(([own]) => compare(own, key) === 0);
  const isBad = ([key]: readonly [Value, Value]): boolean =>
    find(key) ? (options & flag.noOverwrite) !== 0 : (options & flag.noCreate) !== 0;
  const bad = pairs.find(isBad);
  if (bad && (options & flag.noFail) === 0) refuse(find(bad[0]) ? code.elementExists : code.elementNotFound);
  const accepted =
    bad === undefined ? pairs : (options & flag.partial) === 0 ? [] : pairs.filter((pair) => !isBad(pair));
  for (const [key, value] of accepted) {
    checkKey(key);
    const entry = find(key);
    if (entry) entry[1] = value;
    else target.entries.push([key, value]);
  }
  sortMap(target);
  return BigInt(target.entries.length);
}

/** Server 7.1 and later take only integers, texts and bytes as keys. */
function checkKey(key: Value): void {
  if (typeof key === 'string' || typeof key === 'bigint') return;
  if (!isBytes(key)) refuse(code.parameter);
}

function added(target: Mapping, key: Value, by: Value): Value {
  const entry = target.entries.find(([own]) => compare(own, key) === 0);
  const sum = plus(entry?.[1] ?? (typeof by === 'number' ? 0 : 0n), by);
  put(target, [[key, sum]], 0);
  return sum;
}

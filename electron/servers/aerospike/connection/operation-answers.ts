import type { AerospikeExp } from 'aerospike';
import { ToolError } from '../../kit/tool-error.ts';
import type { Encode } from '../values/encode.ts';
import { showInteger } from '../values/show.ts';
import type { Bins, TypedJson } from '../values/typed-json.ts';
import type { Operation } from './connection.ts';
import { changesSomething, driverSteps } from './operations.ts';
import { hasValue, showPacked, showPlain, showValue } from './particle-types.ts';
import type { Driver } from './load-client.ts';
import type { Open } from './session.ts';
import { particle } from './type-reads.ts';

type Answer = Readonly<Record<string, unknown>>;

export interface ReadySteps {
  steps: ReturnType<typeof driverSteps>;
  /** What the client answered (with `deserialize: false`), each value with its exact type. */
  show(answer: Answer): Bins;
}

/** Under names that no bin has. */
const mark = '\u0001';

/**
 * Steps as the client takes them, and how their answers are read. The client answers by bin and keeps the last answer of
 * each, so what would be lost is refused; it does not tell types, so each reading step brings one that asks for the type.
 * Throws `invalid-input`.
 */
export function readySteps({ driver }: Open, encode: Encode, operations: readonly Operation[]): ReadySteps {
  assertNoneIsLost(operations);
  const shown = new Map<string, (value: unknown, answer: Answer) => TypedJson | undefined>();
  const steps = operations.flatMap((operation, index) => {
    const own = driverSteps(driver, encode, operation);
    if (!('bin' in operation) || operation.bin === null) return own;
    const { bin, op } = operation;
    if (op === 'read') {
      const read = typedRead(driver, bin, `${mark}${index}`, laterOn(operations, index).length > 0);
      shown.set(bin, read.show);
      // In the same command and before what changes the bin: nothing can come between value and type.
      return read.replaces ? read.steps : [...own, ...read.steps];
    }
    if (answersFor(operation)) shown.set(bin, showsPart(operation));
    return own;
  });
  return {
    steps,
    show: (answer) => {
      const parts = [...shown].map(([bin, show]) => [bin, show(answer[bin], answer)] as const);
      return Object.fromEntries(parts.filter((part): part is [string, TypedJson] => part[1] !== undefined));
    },
  };
}

/**
 * A bin beside an expression that tells its type. Where a later step changes the bin, the server’s answer to that one
 * would stand in the value’s place; so then the value is asked for under other names, one for each type that it may have.
 */
function typedRead({ exp }: Driver, bin: string, name: string, replaces: boolean) {
  const { EVAL_NO_FAIL } = exp.expReadFlags;
  const step = (suffix: string, value: AerospikeExp) => exp.operations.read(`${name}${suffix}`, value, EVAL_NO_FAIL);
  if (!replaces) {
    const show = (value: unknown, answer: Answer) =>
      hasValue(value) ? showValue(value, { type: Number(answer[`${name}t`] ?? 0) }) : undefined;
    return { replaces, show, steps: [step('t', exp.binType(bin))] };
  }
  const { binInt, binBool, binStr, binBlob, binFloat, binHll, binMap, binList, binGeo } = exp;
  const others = [binInt, binBool, binStr, binBlob].map((as): [number, AerospikeExp] => [0, as(bin)]);
  const { double, hll, map, list, geojson } = particle;
  const typed: [number, AerospikeExp][] = [[double, binFloat(bin)], [hll, binHll(bin)], [map, binMap(bin)], [list, binList(bin)], [geojson, binGeo(bin)]]; // prettier-ignore
  const reads = [...others, ...typed].map(([type, value], index) => ({ type, value, name: `${name}${index}` }));
  const show = (_value: unknown, answer: Answer): TypedJson | undefined => {
    const found = reads.find((read) => hasValue(answer[read.name]));
    return found && showValue(answer[found.name], { type: found.type });
  };
  return { replaces, show, steps: reads.map(({ value }, index) => step(String(index), value)) };
}

/** Whether a batch keeps the answers: there a later change of the same bin takes the place of what was read. */
export const readsBeforeChanging = (operations: readonly Operation[]): boolean =>
  operations.some((operation, index) => asks(operation) && laterOn(operations, index).length > 0);

function assertNoneIsLost(operations: readonly Operation[]): void {
  const all = operations.findIndex((operation) => operation.op === 'read' && operation.bin === null);
  // What tells the type of a bin makes the server answer every step, and those that have no answer with nothing.
  const areAllAnswered = operations.some(({ op }) => op === 'read');
  for (const [index, operation] of operations.entries()) {
    if (!asks(operation)) continue;
    const takesPlace = (next: Operation): boolean =>
      answersFor(next) || (areAllAnswered && operation.op !== 'read' && changesSomething([next]));
    if (all !== -1 && all !== index) throw twice(all, index, 'the whole record and a part of it');
    const later = operations.findIndex(
      (next, at) => at > index && binOf(next) === binOf(operation) && takesPlace(next),
    );
    if (later !== -1 && binOf(operation) !== null)
      throw twice(index, later, `for bin ${JSON.stringify(binOf(operation))}`);
  }
}

const twice = (first: number, second: number, what: string): ToolError =>
  new ToolError(
    'invalid-input',
    `Steps ${Math.min(first, second) + 1} and ${Math.max(first, second) + 1} both answer ${what}, and only the last answer would come back.`,
    'Let one step answer for each bin, after what changes its list or map; ask for the other in another call.',
  );

const binOf = (operation: Operation): string | null => ('bin' in operation ? operation.bin : null);

const laterOn = (operations: readonly Operation[], index: number): Operation[] =>
  operations
    .slice(index + 1)
    .filter((next) => binOf(next) !== null && binOf(next) === binOf(operations[index] ?? next));

/** Steps whose answer is what they are there for. */
const asks = ({ op }: Operation): boolean =>
  ['read', 'list-get', 'list-size', 'list-remove', 'map-get', 'map-size', 'map-remove'].includes(op);

/** The server answers some changes too: with the new size, or how many it removed. */
const answersFor = (operation: Operation): boolean =>
  asks(operation) ||
  ['list-append', 'list-insert', 'list-remove-value', 'map-put', 'map-increment'].includes(operation.op);

function showsPart(operation: Operation): (value: unknown) => TypedJson | undefined {
  switch (operation.op) {
    case 'list-get':
      return operation.count === undefined ? showFirst : showList;
    case 'map-get':
    case 'map-remove':
    case 'map-increment':
      return showFirst;
    default:
      return (value) => (typeof value === 'number' || typeof value === 'bigint' ? showInteger(value) : undefined);
  }
}

const showList = (value: unknown): TypedJson | undefined =>
  !hasValue(value) ? undefined : Buffer.isBuffer(value) ? showPacked(value) : showPlain(value);

/** The one element of a list; nothing of an empty one. */
function showFirst(value: unknown): TypedJson | undefined {
  const list = showList(value);
  return Array.isArray(list) ? list[0] : list;
}

import { ToolError } from '../../kit/tool-error.ts';
import type { Encode } from '../values/encode.ts';
import { kindOf, mapKeyOf, orderedItems } from '../values/encode.ts';
import { assertBinName } from '../values/names.ts';
import type { TypedJson } from '../values/typed-json.ts';
import type { Operation } from './connection.ts';
import type { Driver } from './load-client.ts';

type DriverOperation = ReturnType<Driver['operations']['read']>;

export const readsWholeRecord = (operations: readonly Operation[]): boolean =>
  operations.some((operation) => operation.op === 'read' && operation.bin === null);

export const changesSomething = (operations: readonly Operation[]): boolean =>
  operations.some(({ op }) => !['read', 'list-get', 'list-size', 'map-get', 'map-size'].includes(op));

/** One step as the client takes it. Throws `invalid-input`: what the client refuses would fail a whole batch. */
export function driverSteps(driver: Driver, encode: Encode, operation: Operation): DriverOperation[] {
  if ('bin' in operation && operation.bin !== null) assertBinName(operation.bin);
  const { operations: scalar, lists, maps } = driver;
  switch (operation.op) {
    case 'list-get': {
      const { bin, index, count } = operation;
      // A range answers with a list, packed, which keeps every type; an element alone would come without its own. The
      // step before it fails where there is no such element, as a range does not.
      return count === undefined
        ? [lists.get(bin, index), lists.getByIndexRange(bin, index, 1, lists.returnType.VALUE)]
        : [lists.getRange(bin, index, count)];
    }
    case 'map-get':
      return [valueAt(driver, operation.bin, mapKey(encode, operation))];
    case 'map-remove':
      return [maps.removeByKeyList(operation.bin, [mapKey(encode, operation)], maps.returnType.VALUE)];
    case 'map-increment': {
      const key = mapKey(encode, operation);
      return [
        maps.increment(operation.bin, key, numberOf(encode, operation.bin, operation.value)),
        valueAt(driver, operation.bin, key),
      ];
    }
    case 'read':
      return operation.bin === null ? [] : [scalar.read(operation.bin)];
    case 'write':
      return writeSteps(driver, encode, operation.bin, operation.value);
    case 'add':
      return [scalar.incr(operation.bin, scalarOf(operation.bin, numberOf(encode, operation.bin, operation.value)))];
    case 'append':
      return [scalar.append(operation.bin, textOrBytes(encode, operation.bin, operation.value))];
    case 'prepend':
      return [scalar.prepend(operation.bin, textOrBytes(encode, operation.bin, operation.value))];
    case 'touch':
      return [scalar.touch(undefined as never)];
    case 'delete':
      return [scalar.delete()];
    case 'list-append':
      return [lists.append(operation.bin, value(encode, operation))];
    case 'list-insert':
      return [lists.insert(operation.bin, operation.index, value(encode, operation))];
    case 'list-set':
      return [lists.set(operation.bin, operation.index, value(encode, operation))];
    case 'list-remove-value':
      return [lists.removeByValue(operation.bin, value(encode, operation), lists.returnType.COUNT)];
    case 'list-remove':
      return operation.count === undefined
        ? [lists.remove(operation.bin, operation.index)]
        : [lists.removeRange(operation.bin, operation.index, operation.count)];
    case 'list-size':
      return [lists.size(operation.bin)];
    case 'map-size':
      return [maps.size(operation.bin)];
    case 'map-put':
      return [maps.put(operation.bin, mapKey(encode, operation), value(encode, operation))];
  }
}

/** Writes a bin; an ordered list by a second step, since the client sends every list without an order. */
export function writeSteps(driver: Driver, encode: Encode, bin: string, given: TypedJson): DriverOperation[] {
  const { operations: scalar, lists } = driver;
  const items = orderedItems(given);
  const write = scalar.write(bin, scalarOf(bin, value(encode, { bin, value: items ?? given })));
  return items === null ? [write] : [write, lists.setOrder(bin, lists.order.ORDERED)];
}

/** As a list of one or none, packed. */
const valueAt = ({ maps }: Driver, bin: string, key: never): DriverOperation =>
  // The client's types leave out what it answers.
  maps.getByKeyList(bin, [key], maps.returnType.VALUE) as DriverOperation;

const named = (bin: string): string => `Bin ${JSON.stringify(bin)}`;

/** `encode` makes only what the client takes; its types list that by class. */
const value = (encode: Encode, { bin, value: given }: { bin: string; value: TypedJson }) =>
  encode(given, named(bin)) as never;

/** The client's steps take integers of 53 bits for a bin of its own, and end the process when they are given others. */
function scalarOf(bin: string, encoded: never): never {
  if (typeof encoded !== 'bigint') return encoded;
  throw new ToolError(
    'invalid-input',
    `The operation on bin ${JSON.stringify(bin)} has an integer beyond ±2^53, which the client’s steps cannot send.`,
    'Write such an integer with aerospike_put_record; in steps it can only be inside a list or map.',
  );
}

export function mapKey(encode: Encode, { bin, mapKey: key }: { bin: string; mapKey: TypedJson }) {
  return encode(mapKeyOf(key, named(bin)), named(bin)) as never;
}

/** An integer or a double. */
function numberOf(encode: Encode, bin: string, given: TypedJson) {
  const kind = kindOf(given);
  if (!['number', '$int', '$double'].includes(kind)) throw wrong(bin, 'a number');
  return encode(given, named(bin)) as never;
}

function textOrBytes(encode: Encode, bin: string, given: TypedJson) {
  const kind = kindOf(given);
  if (!['string', '$bytes'].includes(kind)) throw wrong(bin, 'a text or bytes');
  return encode(given, named(bin)) as never;
}

const wrong = (bin: string, what: string): ToolError =>
  new ToolError('invalid-input', `The operation on bin ${JSON.stringify(bin)} needs ${what}.`, 'Correct its value.');

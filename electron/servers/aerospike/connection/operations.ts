import { ToolError } from '../../kit/tool-error.ts';
import type { Encode } from '../values/encode.ts';
import { markerOf } from '../values/encode.ts';
import { assertBinName } from '../values/names.ts';
import type { TypedJson } from '../values/typed-json.ts';
import type { Operation } from './connection.ts';
import type { Driver } from './load-client.ts';

type DriverOperation = ReturnType<Driver['operations']['read']>;

/** Whether a step answers with a part of a list or map, which the client can only give already read. */
export const answersParts = (operations: readonly Operation[]): boolean =>
  operations.some(({ op }) => op === 'list-get' || op === 'list-remove' || op === 'map-get' || op === 'map-remove');

export const readsWholeRecord = (operations: readonly Operation[]): boolean =>
  operations.some((operation) => operation.op === 'read' && operation.bin === null);

export const changesSomething = (operations: readonly Operation[]): boolean =>
  operations.some(({ op }) => !['read', 'list-get', 'list-size', 'map-get', 'map-size'].includes(op));

/** The steps as the client takes them. Throws `invalid-input`: what the client refuses would fail a whole batch. */
export function driverOperations(driver: Driver, encode: Encode, operations: readonly Operation[]): DriverOperation[] {
  return operations.flatMap((operation) => {
    if ('bin' in operation && operation.bin !== null) assertBinName(operation.bin);
    return operation.op === 'read' && operation.bin === null ? [] : [driverOperation(driver, encode, operation)];
  });
}

function driverOperation(driver: Driver, encode: Encode, operation: Operation): DriverOperation {
  const { operations: scalar, lists, maps } = driver;
  switch (operation.op) {
    case 'read':
      return scalar.read(operation.bin ?? '');
    case 'write':
      return scalar.write(operation.bin, value(encode, operation));
    case 'add':
      return scalar.incr(operation.bin, numberOf(encode, operation.bin, operation.value));
    case 'append':
      return scalar.append(operation.bin, textOrBytes(encode, operation.bin, operation.value));
    case 'prepend':
      return scalar.prepend(operation.bin, textOrBytes(encode, operation.bin, operation.value));
    case 'touch':
      return scalar.touch(undefined as never);
    case 'delete':
      return scalar.delete();
    case 'list-append':
      return lists.append(operation.bin, value(encode, operation));
    case 'list-insert':
      return lists.insert(operation.bin, operation.index, value(encode, operation));
    case 'list-set':
      return lists.set(operation.bin, operation.index, value(encode, operation));
    case 'list-remove-value':
      return lists.removeByValue(operation.bin, value(encode, operation), lists.returnType.COUNT);
    case 'list-get':
      return operation.count === undefined
        ? lists.get(operation.bin, operation.index)
        : lists.getRange(operation.bin, operation.index, operation.count);
    case 'list-remove':
      return operation.count === undefined
        ? lists.remove(operation.bin, operation.index)
        : lists.removeRange(operation.bin, operation.index, operation.count);
    case 'list-size':
      return lists.size(operation.bin);
    case 'map-size':
      return maps.size(operation.bin);
    case 'map-put':
      return maps.put(operation.bin, mapKey(encode, operation), value(encode, operation));
    case 'map-increment':
      return maps.increment(operation.bin, mapKey(encode, operation), numberOf(encode, operation.bin, operation.value));
    case 'map-get':
      return maps.getByKey(operation.bin, mapKey(encode, operation), maps.returnType.VALUE);
    case 'map-remove':
      return maps.removeByKey(operation.bin, mapKey(encode, operation), maps.returnType.VALUE);
  }
}

const named = (bin: string): string => `Bin ${JSON.stringify(bin)}`;

/** `encode` makes only what the client takes; its types list that by class. */
const value = (encode: Encode, { bin, value: given }: { bin: string; value: TypedJson }) =>
  encode(given, named(bin)) as never;

function mapKey(encode: Encode, { bin, mapKey: key }: { bin: string; mapKey: TypedJson }) {
  const kind = markerOf(key)?.[0] ?? typeof key;
  if (!['string', 'number', '$int', '$bytes'].includes(kind))
    throw wrong(bin, 'a map key that is a text, an integer or bytes');
  return encode(key, named(bin)) as never;
}

/** An integer or a double. */
function numberOf(encode: Encode, bin: string, given: TypedJson) {
  const kind = markerOf(given)?.[0] ?? typeof given;
  if (!['number', '$int', '$double'].includes(kind)) throw wrong(bin, 'a number');
  return encode(given, named(bin)) as never;
}

function textOrBytes(encode: Encode, bin: string, given: TypedJson) {
  const kind = markerOf(given)?.[0] ?? typeof given;
  if (!['string', '$bytes'].includes(kind)) throw wrong(bin, 'a text or bytes');
  return encode(given, named(bin)) as never;
}

const wrong = (bin: string, what: string): ToolError =>
  new ToolError('invalid-input', `The operation on bin ${JSON.stringify(bin)} needs ${what}.`, 'Correct its value.');

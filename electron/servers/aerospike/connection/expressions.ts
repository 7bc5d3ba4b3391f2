import type { AerospikeExp } from 'aerospike';
import { markerOf, type Encode } from '../values/encode.ts';
import type { TypedJson } from '../values/typed-json.ts';
import type { Operation } from './connection.ts';
import type { Driver } from './load-client.ts';
import { mapKey } from './operations.ts';
import { slotCount } from './slots.ts';

/** The record's slot as the server computes it. The client's own digestModulo forgets its argument. */
function slot({ exp }: Driver): AerospikeExp {
  // Its type says that it takes the modulus.
  const [{ op } = { op: 0 }] = exp.digestModulo(exp.int(slotCount));
  return [{ op, count: 2 }, ...exp.int(slotCount)];
}

export const slotWithin = (driver: Driver, range: { begin: number; end: number }): AerospikeExp =>
  driver.exp.and(
    driver.exp.ge(slot(driver), driver.exp.int(range.begin)),
    driver.exp.lt(slot(driver), driver.exp.int(range.end)),
  );

/**
 * That no fraction is lost: a server that adds a double to an integer in a map leaves out what is behind its point, where
 * one in a bin is refused. Null where nothing of the kind is asked for.
 */
export function keepsFractions(
  { exp, maps }: Driver,
  encode: Encode,
  operations: readonly Operation[],
): AerospikeExp | null {
  const terms = operations.flatMap((operation) => {
    if (operation.op !== 'map-increment' || !isFraction(operation.value)) return [];
    const { bin } = operation;
    const key = keyExpression(exp, mapKey(encode, operation));
    const entry = (type: number, as: number) => exp.maps.getByKey(exp.binMap(bin), key, type, as);
    return [
      exp.or(
        exp.not(exp.binExists(bin)),
        exp.eq(entry(exp.type.INT, maps.returnType.COUNT), exp.int(0)),
        // Of an integer this is unknown, which is not true.
        exp.le(entry(exp.type.FLOAT, maps.returnType.VALUE), exp.float(Infinity)),
      ),
    ];
  });
  const [first] = terms;
  return first === undefined ? null : terms.length === 1 ? first : exp.and(...terms);
}

/** Plain or marked, what is no whole number. */
function isFraction(value: TypedJson): boolean {
  const marker = markerOf(value);
  const number = marker === null ? value : marker[0] === '$double' ? marker[1] : 0;
  return !Number.isInteger(number);
}

function keyExpression(exp: Driver['exp'], key: unknown): AerospikeExp {
  if (typeof key === 'string') return exp.str(key);
  return Buffer.isBuffer(key) ? exp.bytes(key, key.length) : exp.int(key as number);
}

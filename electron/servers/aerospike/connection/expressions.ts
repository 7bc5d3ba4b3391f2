import type { AerospikeExp } from 'aerospike';
import { ToolError } from '../../kit/tool-error.ts';
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
 * one in a bin is refused. Null where nothing of the kind is asked for. Throws `invalid-input` where a step before has to
 * do with the same entry: the condition is of the record as it was before all steps.
 */
export function keepsFractions(driver: Driver, encode: Encode, steps: readonly Operation[]): AerospikeExp | null {
  const { exp } = driver;
  const terms = steps.flatMap((step, at) => {
    if (!isFractional(step)) return [];
    const key = mapKey(encode, step);
    if (steps.slice(0, at).some((before) => decides(encode, before, step.bin, key))) throw inTwoCalls(step.bin);
    return [isNoInteger(driver, step.bin, keyExpression(exp, key))];
  });
  const [first] = terms;
  return first === undefined ? null : terms.length === 1 ? first : exp.and(...terms);
}

function isNoInteger({ exp, maps }: Driver, bin: string, key: AerospikeExp): AerospikeExp {
  const entry = (type: number, as: number) => exp.maps.getByKey(exp.binMap(bin), key, type, as);
  // Unknown of an integer, and what is unknown is not true; of a double one of the two holds, of NaN the second.
  const isGreatest = exp.le(entry(exp.type.FLOAT, maps.returnType.VALUE), exp.float(Infinity));
  return exp.or(
    exp.not(exp.binExists(bin)),
    exp.eq(entry(exp.type.INT, maps.returnType.COUNT), exp.int(0)),
    isGreatest,
    exp.not(isGreatest),
  );
}

type Increment = Extract<Operation, { mapKey: TypedJson; value: TypedJson }>;

/** Whether a server would have to cut it to add it to an integer. */
function isFractional(step: Operation): step is Increment {
  if (step.op !== 'map-increment') return false;
  const marker = markerOf(step.value);
  const number = marker === null ? step.value : marker[0] === '$double' ? marker[1] : 0;
  return typeof number !== 'number' || !Number.isInteger(number) || Math.abs(number) >= 2 ** 63;
}

/** Whether it decides what the entry is. (Two steps that both answer of one bin, as an increment does, are refused anyway.) */
function decides(encode: Encode, step: Operation, bin: string, key: unknown): boolean {
  if (step.op === 'delete') return true;
  if (step.op === 'write') return step.bin === bin;
  if (step.op !== 'map-put' || step.bin !== bin) return false;
  const put: unknown = mapKey(encode, step);
  return Buffer.isBuffer(key) && Buffer.isBuffer(put) ? key.equals(put) : key === put;
}

const inTwoCalls = (bin: string): ToolError =>
  new ToolError(
    'invalid-input',
    `A step before decides the entry of bin ${JSON.stringify(bin)} to which a fraction is added.`,
    'Make it in two calls: a server drops a fraction that it adds to an integer, so what is there must be known.',
  );

function keyExpression(exp: Driver['exp'], key: string | number | bigint | Buffer): AerospikeExp {
  if (typeof key === 'string') return exp.str(key);
  if (Buffer.isBuffer(key)) return exp.bytes(key, key.length);
  if (typeof key === 'number') return exp.int(key);
  // The client takes integers up to ±2^53 only.
  const [high, low] = [Number(key >> 32n), Number(key & 0xffff_ffffn)];
  return exp.add(exp.mul(exp.int(high), exp.int(2 ** 32)), exp.int(low));
}

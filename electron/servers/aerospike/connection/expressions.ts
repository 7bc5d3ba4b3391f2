import type { AerospikeExp } from 'aerospike';
import type { Driver } from './load-client.ts';
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

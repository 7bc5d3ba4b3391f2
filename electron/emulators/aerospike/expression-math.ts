import { code, refuse } from './codes.ts';
import { compare, type Value } from './values.ts';

/** What a comparison says of the order of its two sides. */
export const comparison = (operation: number): ((order: number) => boolean) | undefined => comparisons[operation];

const comparisons: Readonly<Record<number, (order: number) => boolean>> = {
  1: (order) => order === 0,
  2: (order) => order !== 0,
  3: (order) => order > 0,
  4: (order) => order >= 0,
  5: (order) => order < 0,
  6: (order) => order <= 0,
};

type Compute = (values: readonly Value[]) => Value | undefined;

/** Operations on numbers; undefined for a number that is none of them. */
export const arithmetic = (operation: number): Compute | undefined => operations[operation];

/** Folds integers with integers and doubles with doubles; a mixture is refused, as when the server builds it. */
const fold =
  (
    integers: (left: bigint, right: bigint) => bigint | undefined,
    doubles: (left: number, right: number) => number,
  ): Compute =>
  ([first, ...rest]) => {
    let sum: bigint | number | undefined = numberOf(first);
    for (const value of rest) {
      if (typeof sum === 'bigint' && typeof value === 'bigint') {
        const next: bigint | undefined = integers(sum, value);
        if (next === undefined) return undefined;
        sum = BigInt.asIntN(64, next);
      } else if (typeof sum === 'number' && typeof value === 'number') sum = doubles(sum, value);
      else return refuse(code.parameter);
    }
    return sum;
  };

const numberOf = (value: Value | undefined): bigint | number =>
  typeof value === 'bigint' || typeof value === 'number' ? value : refuse(code.parameter);

const double = (value: Value | undefined): number => (typeof value === 'number' ? value : refuse(code.parameter));
const integer = (value: Value | undefined): bigint => (typeof value === 'bigint' ? value : refuse(code.parameter));
const bits = (value: Value | undefined): bigint => BigInt.asUintN(64, integer(value));
const shift = (value: Value | undefined): bigint => bits(value) & 63n;
const signed = (value: bigint): bigint => BigInt.asIntN(64, value);
const none = (): number => refuse(code.parameter);

const operations: Readonly<Record<number, Compute>> = {
  20: fold(
    (left, right) => left + right,
    (left, right) => left + right,
  ),
  // Alone it is the negative.
  21: (values) =>
    values.length === 1
      ? -numberOf(values[0])
      : fold(
          (left, right) => left - right,
          (left, right) => left - right,
        )(values),
  22: fold(
    (left, right) => left * right,
    (left, right) => left * right,
  ),
  23: fold(
    (left, right) => (right === 0n ? undefined : left / right),
    (left, right) => left / right,
  ),
  24: ([base, exponent]) => double(base) ** double(exponent),
  25: ([value, base]) => Math.log(double(value)) / Math.log(double(base)),
  26: fold((left, right) => (right === 0n ? undefined : left % right), none),
  27: ([value]) => {
    const given = numberOf(value);
    return given < 0 ? -given : given;
  },
  28: ([value]) => Math.floor(double(value)),
  29: ([value]) => Math.ceil(double(value)),
  30: ([value]) => (Number.isFinite(double(value)) ? signed(BigInt(Math.trunc(double(value)))) : undefined),
  31: ([value]) => Number(integer(value)),
  32: fold((left, right) => left & right, none),
  33: fold((left, right) => left | right, none),
  34: fold((left, right) => left ^ right, none),
  35: ([value]) => ~integer(value),
  36: ([value, by]) => signed(bits(value) << shift(by)),
  37: ([value, by]) => signed(bits(value) >> shift(by)),
  38: ([value, by]) => integer(value) >> shift(by),
  39: ([value]) => BigInt(bits(value).toString(2).replaceAll('0', '').length),
  40: ([value, wanted]) =>
    BigInt(
      bits(value)
        .toString(2)
        .padStart(64, '0')
        .indexOf(wanted === true ? '1' : '0'),
    ),
  41: ([value, wanted]) =>
    BigInt(
      bits(value)
        .toString(2)
        .padStart(64, '0')
        .lastIndexOf(wanted === true ? '1' : '0'),
    ),
  50: (values) => values.reduce((least, value) => (compare(value, least) < 0 ? value : least)),
  51: (values) => values.reduce((most, value) => (compare(value, most) > 0 ? value : most)),
};

import { code, refuse } from './codes.ts';
import { add, createSketch, estimate, fold, readSketch, union, writeSketch, type Sketch } from './hll.ts';
import { pack, unpack } from './msgpack.ts';
import type { Particle } from './particles.ts';
import { bytesOf, isBytes, isList, list, particle, type Value } from './values.ts';

const flag = { createOnly: 1, updateOnly: 2, noFail: 4, allowFold: 8 } as const;

/** An operation on an HLL bin, as a client sends it: `[number, argument, …]`. */
export function applyHll(bin: Particle | undefined, payload: Buffer): { changed?: Particle; result?: Value } {
  if (bin && bin.type !== particle.hll) refuse(code.incompatibleType);
  const call = unpack(payload);
  const { changed, result } = runHll(bin?.data, isList(call) ? call.items : refuse(code.parameter));
  return {
    ...(changed ? { changed: { type: particle.hll, data: changed } } : {}),
    ...(result === undefined ? {} : { result }),
  };
}

export function runHll(data: Buffer | undefined, call: readonly Value[]): { changed?: Buffer; result?: Value } {
  const [number, ...args] = call;
  const sketch = data && readSketch(data);
  switch (number) {
    case 0n:
      return init(sketch, args);
    case 1n:
      return addAll(sketch, args);
    case 2n:
      return setUnion(sketch, args);
    default:
      break;
  }
  const present = sketch ?? refuse(code.binNotFound);
  switch (number) {
    case 3n:
    case 50n:
      return { result: BigInt(estimate(present)) };
    case 4n:
      return { changed: writeSketch(fold(present, small(args[0]))) };
    case 51n:
      return { result: bytesOf(writeSketch(union([present, ...sketchesIn(args[0])])), particle.hll) };
    case 52n:
      return { result: BigInt(estimate(union([present, ...sketchesIn(args[0])]))) };
    case 53n:
      return { result: BigInt(Math.round(intersection(present, sketchesIn(args[0])))) };
    case 54n: {
      const others = sketchesIn(args[0]);
      const all = estimate(union([present, ...others]));
      return { result: all === 0 ? 0 : intersection(present, others) / all };
    }
    case 55n:
      return { result: list([BigInt(present.indexBits), BigInt(present.minhashBits)]) };
    case 56n: {
      const copy = { ...present, registers: Buffer.from(present.registers) };
      const isMaybeIn = itemsOf(args[0]).every((item) => !add(copy, pack(item)));
      return { result: isMaybeIn ? 1n : 0n };
    }
    default:
      return refuse(code.parameter);
  }
}

const small = (value: Value | undefined): number =>
  typeof value === 'bigint' ? Number(value) : refuse(code.parameter);
const itemsOf = (value: Value | undefined): Value[] => (isList(value) ? value.items : refuse(code.parameter));

/** Clients send −1 for bits that they leave open. */
const bitsOr = (value: Value | undefined, otherwise: number): number =>
  value === undefined || small(value) === -1 ? otherwise : small(value);

const sketchesIn = (value: Value | undefined): Sketch[] =>
  itemsOf(value).map((item) => (isBytes(item) ? readSketch(item.data) : refuse(code.parameter)));

function init(sketch: Sketch | undefined, [indexBits, minhashBits, flags]: readonly Value[]): { changed?: Buffer } {
  const options = Number(flags ?? 0n);
  const isBad = sketch ? (options & flag.createOnly) !== 0 : (options & flag.updateOnly) !== 0;
  if (isBad) return (options & flag.noFail) === 0 ? refuse(sketch ? code.binExists : code.binNotFound) : {};
  const made = createSketch(bitsOr(indexBits, sketch?.indexBits ?? -1), bitsOr(minhashBits, sketch?.minhashBits ?? 0));
  return { changed: writeSketch(made) };
}

function addAll(sketch: Sketch | undefined, args: readonly Value[]): { changed?: Buffer; result?: Value } {
  const [items, indexBits, minhashBits, flags] = args;
  const options = Number(flags ?? 0n);
  const isBad = sketch ? (options & flag.createOnly) !== 0 : (options & flag.updateOnly) !== 0;
  if (isBad) return (options & flag.noFail) === 0 ? refuse(sketch ? code.binExists : code.binNotFound) : {};
  const target = sketch ?? createSketch(bitsOr(indexBits, -1), bitsOr(minhashBits, 0));
  let changes = 0n;
  for (const item of itemsOf(items)) if (add(target, pack(item))) changes += 1n;
  return { changed: writeSketch(target), result: changes };
}

function setUnion(sketch: Sketch | undefined, [others, flags]: readonly Value[]): { changed?: Buffer } {
  const options = Number(flags ?? 0n);
  const all = [...(sketch ? [sketch] : []), ...sketchesIn(others)];
  const differ = all.some(({ indexBits }) => indexBits !== all[0]?.indexBits);
  if (differ && (options & flag.allowFold) === 0) refuse(code.opNotApplicable);
  return { changed: writeSketch(union(all)) };
}

/** By inclusion and exclusion, which serves for two; of more the smallest pairwise one is a bound. */
function intersection(first: Sketch, others: readonly Sketch[]): number {
  const each = others.map((other) => estimate(first) + estimate(other) - estimate(union([first, other])));
  return Math.max(0, Math.min(...each));
}

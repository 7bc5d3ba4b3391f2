import { createHash } from 'node:crypto';
import { code, refuse } from './codes.ts';

/**
 * A HyperLogLog sketch in bytes of our own: version, index bits, minhash bits, then one register a byte. The estimates
 * are honest HyperLogLog, with another hash than the server's, so a sketch is not to be moved between the two. The
 * minhash bits are kept and told, but similarity is estimated from the counts.
 */
export interface Sketch {
  indexBits: number;
  minhashBits: number;
  registers: Buffer;
}

const version = 0;
const headerBytes = 3;

export function createSketch(indexBits: number, minhashBits: number): Sketch {
  if (indexBits < 4 || indexBits > 16 || minhashBits < 0 || minhashBits > 51) refuse(code.parameter);
  if (minhashBits > 0 && minhashBits < 4) refuse(code.parameter);
  if (indexBits + minhashBits > 64) refuse(code.parameter);
  return { indexBits, minhashBits, registers: Buffer.alloc(2 ** indexBits) };
}

export function readSketch(data: Buffer): Sketch {
  const [kind, indexBits = 0, minhashBits = 0] = data;
  const registers = data.subarray(headerBytes);
  if (kind !== version || registers.length !== 2 ** indexBits) refuse(code.incompatibleType);
  return { indexBits, minhashBits, registers: Buffer.from(registers) };
}

export const writeSketch = ({ indexBits, minhashBits, registers }: Sketch): Buffer =>
  Buffer.concat([Buffer.of(version, indexBits, minhashBits), registers]);

/** Whether the element changed the sketch. */
export function add({ indexBits, registers }: Sketch, element: Buffer): boolean {
  const hash = createHash('sha256').update(element).digest().readBigUInt64BE();
  const index = Number(hash >> BigInt(64 - indexBits));
  const rest = BigInt.asUintN(64, hash << BigInt(indexBits));
  const rank = (rest === 0n ? 64 - indexBits : 64 - rest.toString(2).length) + 1;
  if ((registers[index] ?? 0) >= rank) return false;
  registers[index] = rank;
  return true;
}

export function estimate({ registers }: Sketch): number {
  const size = registers.length;
  let sum = 0;
  let empty = 0;
  for (const rank of registers) {
    sum += 2 ** -rank;
    if (rank === 0) empty += 1;
  }
  const alpha = size === 16 ? 0.673 : size === 32 ? 0.697 : size === 64 ? 0.709 : 0.7213 / (1 + 1.079 / size);
  const raw = (alpha * size * size) / sum;
  // Few elements are counted better by the empty registers.
  return Math.round(raw <= 2.5 * size && empty > 0 ? size * Math.log(size / empty) : raw);
}

/** Of all together, at the coarsest one's precision. */
export function union(sketches: readonly Sketch[]): Sketch {
  const [first, ...rest] = sketches;
  if (!first) return refuse(code.parameter);
  const indexBits = Math.min(...sketches.map((sketch) => sketch.indexBits));
  const all = fold(first, indexBits);
  for (const sketch of rest)
    for (const [index, rank] of fold(sketch, indexBits).registers.entries())
      if (rank > (all.registers[index] ?? 0)) all.registers[index] = rank;
  return all;
}

/** With fewer index bits: the dropped bits of a register's index become the first of its rank. */
export function fold(sketch: Sketch, indexBits: number): Sketch {
  if (indexBits > sketch.indexBits) refuse(code.opNotApplicable);
  const dropped = sketch.indexBits - indexBits;
  const folded = { indexBits, minhashBits: 0, registers: Buffer.alloc(2 ** indexBits) };
  if (dropped === 0) return { ...sketch, registers: Buffer.from(sketch.registers) };
  for (const [index, rank] of sketch.registers.entries()) {
    if (rank === 0) continue;
    const low = index & (2 ** dropped - 1);
    const folding = low === 0 ? rank + dropped : dropped - Math.floor(Math.log2(low));
    const at = index >> dropped;
    if (folding > (folded.registers[at] ?? 0)) folded.registers[at] = folding;
  }
  return folded;
}

import { code, refuse } from './codes.ts';
import { decode } from './particles.ts';
import { epochMs, storedBytes, type StoredRecord } from './store.ts';
import type { Value } from './values.ts';

/** What an expression may ask of a record besides its bins; null for an operation that is none of these. */
export function metadata(
  operation: number,
  args: readonly Value[],
  record: StoredRecord,
  nowMs: number,
): { value: Value | undefined } | null {
  switch (operation) {
    case 64: {
      const [by] = args;
      if (typeof by !== 'bigint' || by <= 0n) return refuse(code.parameter);
      return { value: BigInt(record.digest.readUInt32LE(16)) % by };
    }
    // What lies on a device, and in memory: of storage in memory alone the server says 0.
    case 65:
    case 73:
      return { value: 0n };
    case 74:
      return { value: BigInt(storedBytes(record)) };
    case 66:
      return { value: BigInt(record.updatedMs) * 1_000_000n };
    case 67:
      return { value: BigInt(nowMs - record.updatedMs) };
    case 68:
      return { value: record.voidTime === 0 ? -1n : BigInt(record.voidTime * 1000 + epochMs) * 1_000_000n };
    case 69:
      return { value: record.voidTime === 0 ? -1n : BigInt(record.voidTime - Math.floor((nowMs - epochMs) / 1000)) };
    case 70:
      return { value: record.set };
    case 71:
      return { value: record.key !== null };
    case 72:
      return { value: false };
    case 80:
      return { value: keyOf(record, Number(args[0])) };
    default:
      return null;
  }
}

/** The stored key, if it is of the type asked for. */
function keyOf({ key }: StoredRecord, type: number): Value | undefined {
  const wanted: Readonly<Record<number, number>> = { 2: 1, 3: 3, 6: 4 };
  if (!key || key[0] !== wanted[type]) return undefined;
  return decode({ type: key[0] ?? 0, data: key.subarray(1) });
}

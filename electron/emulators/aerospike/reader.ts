import { code, refuse } from './codes.ts';

/** Reads a request's bytes in order. Reading past the end ends the request as malformed (code 4). */
export interface Reader {
  readonly left: number;
  u8(): number;
  u16(): number;
  u32(): number;
  take(bytes: number): Buffer;
  /** Back by so many bytes. */
  back(bytes: number): void;
}

export function createReader(bytes: Buffer): Reader {
  let at = 0;
  const take = (count: number): Buffer => {
    if (count < 0 || at + count > bytes.length) refuse(code.parameter, 'malformed');
    at += count;
    return bytes.subarray(at - count, at);
  };
  return {
    get left() {
      return bytes.length - at;
    },
    u8: () => take(1).readUInt8(),
    u16: () => take(2).readUInt16BE(),
    u32: () => take(4).readUInt32BE(),
    take,
    back: (count) => (at -= count),
  };
}

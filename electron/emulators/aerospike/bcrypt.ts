/**
 * The clients' hash of a password: bcrypt with ten rounds of cost and one salt that is the same for everybody, so that
 * the server can compare hashes without the password. Node has no bcrypt; Blowfish's tables are digits of pi, which are
 * computed once instead of being carried along.
 */
const rounds = 1 << 10;
const prefix = '$2a$10$';
const fixedSalt = '7EqJtq98hPqEX7fNZaFWoO';
const alphabet = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export function clientHash(password: string): string {
  const salt = fromBase64(fixedSalt, 16);
  const key = Buffer.from(`${password}\0`, 'utf8').subarray(0, 72);
  const cipher = createBlowfish();
  cipher.expand(key, salt);
  const none = Buffer.alloc(16);
  for (let round = 0; round < rounds; round += 1) {
    cipher.expand(key, none);
    cipher.expand(salt, none);
  }
  const text = Buffer.from('OrpheanBeholderScryDoubt');
  for (let at = 0; at < text.length; at += 8) {
    let pair: Pair = [text.readUInt32BE(at), text.readUInt32BE(at + 4)];
    for (let time = 0; time < 64; time += 1) pair = cipher.encrypt(pair);
    text.writeUInt32BE(pair[0], at);
    text.writeUInt32BE(pair[1], at + 4);
  }
  return `${prefix}${fixedSalt}${toBase64(text.subarray(0, 23))}`;
}

type Pair = readonly [number, number];

interface Blowfish {
  encrypt(pair: Pair): Pair;
  /** Mixes a key into the tables, with a salt that may be all zero. */
  expand(key: Buffer, salt: Buffer): void;
}

let tables: Uint32Array | null = null;

function createBlowfish(): Blowfish {
  tables ??= digitsOfPi();
  const subkeys = tables.slice(0, 18);
  const boxes = tables.slice(18);
  const word = (box: Uint32Array, at: number): number => box[at] ?? 0;
  const encrypt = ([leftIn, rightIn]: Pair): Pair => {
    let left = leftIn;
    let right = rightIn;
    for (let round = 0; round < 16; round += 1) {
      left = (left ^ word(subkeys, round)) >>> 0;
      const sum = (word(boxes, left >>> 24) + word(boxes, 256 + ((left >>> 16) & 0xff))) >>> 0;
      const mixed = ((sum ^ word(boxes, 512 + ((left >>> 8) & 0xff))) + word(boxes, 768 + (left & 0xff))) >>> 0;
      [left, right] = [(right ^ mixed) >>> 0, left];
    }
    return [(right ^ word(subkeys, 17)) >>> 0, (left ^ word(subkeys, 16)) >>> 0];
  };
  const wordOf = (bytes: Buffer, index: number): number => {
    let value = 0;
    for (let part = 0; part < 4; part += 1) value = (value << 8) | (bytes[(index * 4 + part) % bytes.length] ?? 0);
    return value >>> 0;
  };
  return {
    encrypt,
    expand: (key, salt) => {
      for (const [index, subkey] of subkeys.entries()) subkeys[index] = (subkey ^ wordOf(key, index)) >>> 0;
      let pair: Pair = [0, 0];
      let taken = 0;
      for (const table of [subkeys, boxes])
        for (let at = 0; at < table.length; at += 2) {
          pair = encrypt([(pair[0] ^ wordOf(salt, taken)) >>> 0, (pair[1] ^ wordOf(salt, taken + 1)) >>> 0]);
          taken += 2;
          [table[at], table[at + 1]] = pair;
        }
    },
  };
}

/** The first 1042 words behind pi's point, by Machin's formula. */
function digitsOfPi(): Uint32Array {
  const words = 18 + 1024;
  const guard = 64n;
  const one = 1n << (BigInt(words * 32) + guard);
  const arcCotangent = (x: bigint): bigint => {
    let term = one / x;
    let sum = term;
    for (let n = 3n, sign = -1n; term !== 0n; n += 2n, sign = -sign) {
      term /= x * x;
      sum += (sign * term) / n;
    }
    return sum;
  };
  const pi = 4n * (4n * arcCotangent(5n) - arcCotangent(239n));
  const hex = ((pi - 3n * one) >> guard).toString(16).padStart(words * 8, '0');
  return Uint32Array.from({ length: words }, (_, index) => Number.parseInt(hex.slice(index * 8, index * 8 + 8), 16));
}

/** Bcrypt's own alphabet, without padding. */
function toBase64(bytes: Buffer): string {
  let text = '';
  for (let bit = 0; bit < bytes.length * 8; bit += 6) {
    const pair = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    text += alphabet[(pair >> (10 - (bit & 7))) & 63] ?? '';
  }
  return text;
}

function fromBase64(text: string, bytes: number): Buffer {
  let bits = 0n;
  for (const letter of text) bits = (bits << 6n) | BigInt(alphabet.indexOf(letter));
  const extra = BigInt(text.length * 6 - bytes * 8);
  return Buffer.from((bits >> extra).toString(16).padStart(bytes * 2, '0'), 'hex');
}

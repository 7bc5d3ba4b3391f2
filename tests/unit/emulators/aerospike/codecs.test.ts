import fc from 'fast-check';
import { expect, it } from 'vitest';
import { clientHash } from '../../../../electron/emulators/aerospike/bcrypt.ts';
import { pack, unpack } from '../../../../electron/emulators/aerospike/msgpack.ts';
import { decode, encode, fromClient } from '../../../../electron/emulators/aerospike/particles.ts';
import {
  bytesOf,
  compare,
  list,
  mapping,
  particle,
  type Value,
} from '../../../../electron/emulators/aerospike/values.ts';

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const bytes = fc.uint8Array({ maxLength: 300 }).map((data) => bytesOf(Buffer.from(data)));
const latin1 = fc.uint8Array({ maxLength: 300 }).map((data) => Buffer.from(data).toString('latin1'));
const { value } = fc.letrec<{ value: Value; leaf: Value }>((tie) => ({
  leaf: fc.oneof(fc.constant(null), fc.boolean(), int64, fc.double({ noNaN: true }), latin1, bytes),
  value: fc.oneof(
    { depthSize: 'small' },
    tie('leaf'),
    fc
      .tuple(fc.array(tie('value'), { maxLength: 20 }), fc.constantFrom(0, 1))
      .map(([items, flags]) => list(items, flags)),
    fc
      .tuple(fc.array(fc.tuple(latin1, tie('value')), { maxLength: 20 }), fc.constantFrom(0, 1, 3))
      .map(([entries, flags]) => mapping(entries, flags)),
  ),
}));

it('unpacks what it packed, of any shape', () => {
  fc.assert(
    fc.property(value, (given) => {
      expect(unpack(pack(given))).toEqual(given);
    }),
  );
});

it('packs again byte for byte what it unpacked', () => {
  fc.assert(
    fc.property(value, (given) => {
      const packed = pack(given);
      expect(pack(unpack(packed))).toEqual(packed);
    }),
  );
});

it('refuses any beginning of packed bytes, and never hangs on others', () => {
  fc.assert(
    fc.property(value, fc.nat(), (given, cut) => {
      const packed = pack(given);
      expect(() => unpack(packed.subarray(0, cut % packed.length))).toThrow();
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (given) => {
      try {
        unpack(Buffer.from(given));
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }),
  );
});

it('refuses a list that claims more elements than its bytes can hold', () => {
  expect(() => unpack(Buffer.from('ddffffffff01', 'hex'))).toThrow();
  expect(() => unpack(Buffer.from('dfffffffff01', 'hex'))).toThrow();
});

it('stores values of every kind byte for byte', () => {
  fc.assert(
    fc.property(value, (given) => {
      const stored = encode(given);
      expect(encode(decode(stored))).toEqual(stored);
    }),
  );
});

it('keeps integers of 64 bits exactly', () => {
  fc.assert(
    fc.property(int64, (given) => {
      expect(decode(encode(given))).toBe(given);
    }),
  );
});

it('orders values as a whole: of two, one comes first or they are equal', () => {
  fc.assert(
    fc.property(value, value, (left, right) => {
      expect(Math.sign(compare(left, right)) + Math.sign(compare(right, left))).toBe(0);
      expect(compare(left, left)).toBe(0);
    }),
  );
});

it('keeps ordered lists and maps sorted, whatever the client sent', () => {
  const sent = encode(list([3n, 1n, 2n], 1));
  expect(decode(fromClient(sent))).toEqual(list([1n, 2n, 3n], 1));
  const sentMap = encode(mapping([['b', 1n], ['a', 2n]], 1)); // prettier-ignore
  expect(decode(fromClient(sentMap))).toEqual(mapping([['a', 2n], ['b', 1n]], 1)); // prettier-ignore
});

it.each(['{"type":"Nope"}', 'nonsense', '{"type":"Point","coordinates":[200,0]}', '{"type":"AeroCircle"}'])(
  'refuses %s as GeoJSON',
  (text) => {
    const data = Buffer.concat([Buffer.alloc(3), Buffer.from(text)]);
    expect(() => fromClient({ type: particle.geojson, data })).toThrow();
  },
);

it('hashes a password as the official client does', () => {
  // As the client sent it to a real server.
  expect(clientHash('admin')).toBe('$2a$10$7EqJtq98hPqEX7fNZaFWoO1mVO/4MLpGzsqojz6E9Gef6iXDjXdDa');
});

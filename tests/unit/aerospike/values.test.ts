import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../electron/core/workers/protocol.ts';
import { createEncode, encodeBins } from '../../../electron/servers/aerospike/values/encode.ts';
import { unpack } from '../../../electron/servers/aerospike/values/msgpack.ts';
import { Json, JsonBins } from '../../../electron/servers/aerospike/values/names.ts';
import { namesOf, readKey, showAsked, showKey } from '../../../electron/servers/aerospike/values/record-key.ts';
import { safeValue } from '../../../electron/servers/kit/text-safety.ts';
import { ToolError } from '../../../electron/servers/kit/tool-error.ts';
import { Double, GeoJSON, pack, typedJson } from '../../support/aerospike-values.ts';

const encode = createEncode({ Double, GeoJSON });

/** What `work` answers, or the ToolError that it throws; anything else is a defect and fails the test. */
function outcome<T>(work: () => T): T | ToolError {
  try {
    return work();
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
}

/** The same with every list marked. */
function orderedLists(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return { $ordered: value.map(orderedLists) };
  if (typeof value !== 'object' || value === null || '$geojson' in value) return value;
  if (Array.isArray(value.$map))
    return { $map: (value.$map as [JsonValue, JsonValue][]).map(([key, item]) => [key, orderedLists(item)]) };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, orderedLists(item)]));
}

describe('a value', () => {
  it('is the same after it was written and read, whatever it is', () => {
    fc.assert(
      fc.property(typedJson, fc.boolean(), (value, isOrdered) => {
        const read = unpack(pack(encode(value), isOrdered));
        expect(read).toEqual(isOrdered ? orderedLists(value) : value);
        // What leaves is made visible; that must not have changed anything.
        expect(safeValue(read)).toEqual(read);
      }),
      { numRuns: 40_000 },
    );
  });

  it('of any JSON is either written or refused in words', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const made = outcome(() => encode(value as JsonValue));
        if (made instanceof ToolError) expect(made.code).toBe('invalid-input');
        else pack(made);
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    [9007199254740993, /\$int/],
    [1e300, /\$int/],
    [{ $int: '9223372036854775808' }, /\$int/],
    [{ $int: 1.5 }, /\$int/],
    [{ $bytes: 'AQI' }, /base64/],
    [{ $geojson: 5 }, /geojson/],
    [{ $hll: { count: 5 } }, /There are/],
    [{ $unknown: 1 }, /There are/],
    [{ $int: '1', more: 2 }, /\$map/],
    [{ $map: [[1]] }, /\$map/],
    [{ $map: [[null, 1]] }, /Map keys/],
    [{ $map: [['a', 1], ['a', 2]] }, /once/], // prettier-ignore
    [{ $map: [[1, 'a'], [{ $int: '1' }, 'b']] }, /once/], // prettier-ignore
    [{ $map: [[{ $text: 'a' }, 1], ['a', 2]] }, /once/], // prettier-ignore
    [{ $map: [[{ $double: 1 }, 'a']] }, /texts, integers or bytes/],
    [{ $map: [[2.5, 'a']] }, /texts, integers or bytes/],
    [{ $text: 'a\\b' }, /twice/],
    [{ $text: '\\u{d800}' }, /\$bytes/],
    [{ $text: '\\u{110000}' }, /twice/],
    [{ $rawText: 'AQID' }, /There are/],
    [{ $map: [[0, 'a'], [-0, 'b']] }, /once/], // prettier-ignore
    [{ $bytes: 'AR==' }, /base64/],
    ['a\0b', /\$bytes/],
    ['\ud800', /\$bytes/],
  ])('like %j is refused, and how to write it is said', (value, hint) => {
    const refused = outcome(() => encode(value as JsonValue));
    expect(refused).toBeInstanceOf(ToolError);
    expect((refused as ToolError).hint).toMatch(hint);
  });

  it('is refused when it is nested too deeply, without running out of stack', () => {
    let deep: JsonValue = 1;
    for (let level = 0; level < 5_000; level += 1) deep = [deep];
    expect(outcome(() => encode(deep))).toMatchObject({ code: 'invalid-input' });
  });

  it('is refused by the arguments’ schemas before anything walks it', () => {
    let deep: JsonValue = 1;
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    expect(Json.safeParse(deep).success).toBe(false);
    expect(JsonBins.safeParse({ deep }).success).toBe(false);
    expect(Json.safeParse([[[{ a: [1] }]]]).success).toBe(true);
  });

  it('that the server sends damaged is a failure, never an endless loop', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          unpack(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('keys of a map', () => {
  it('are kept apart by their type', () => {
    const pairs: JsonValue = [
      [1, 'integer'],
      ['1', 'text'],
      [{ $bytes: 'MQ==' }, 'bytes'],
    ];
    expect(encode({ $map: pairs })).toHaveProperty('size', 3);
  });
});

describe('bins', () => {
  it('have names of 1 to 15 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (name) => {
        const made = outcome(() => encodeBins({ [name]: 1 }, encode));
        const bytes = Buffer.byteLength(name);
        if (!(made instanceof ToolError)) expect(bytes > 0 && bytes <= 15).toBe(true);
      }),
      { numRuns: 10_000 },
    );
  });

  it('may be called as what every object has', () => {
    const bins = encodeBins(JSON.parse('{"__proto__": 1, "constructor": 2}') as Record<string, JsonValue>, encode);
    expect(Object.entries(bins)).toEqual([['__proto__', 1], ['constructor', 2]]); // prettier-ignore
  });
});

describe('a key', () => {
  it('is read or refused in words, and shown as it was given', () => {
    const any = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 1_100 }),
      fc.maxSafeInteger(),
      fc.double(),
      fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map((value) => ({ $int: String(value) })),
      fc.uint8Array({ maxLength: 1_030 }).map((value) => ({ $bytes: Buffer.from(value).toString('base64') })),
      fc.uint8Array({ maxLength: 25 }).map((value) => ({ $digest: Buffer.from(value).toString('base64') })),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(any, (key) => {
        const made = outcome(() => readKey(key as JsonValue));
        if (made instanceof ToolError) {
          expect(made.code).toBe('invalid-input');
          return;
        }
        const shown = showKey('digest' in made ? { digest: made.digest } : { key: made.value });
        const isSmallInt = typeof shown === 'number' && typeof key === 'object';
        const given = Object.is(key, -0) ? 0 : showAsked(key as JsonValue);
        expect(isSmallInt ? { $int: String(shown) } : shown).toEqual(given);
        expect(safeValue(shown)).toEqual(shown);
        expect(readKey(shown)).toEqual(made);
      }),
      { numRuns: 20_000 },
    );
  });

  it('of one record has one name, however it is written', () => {
    const of = (...keys: JsonValue[]): string[] =>
      namesOf(keys.map((key) => ({ namespace: 'test', set: 'users', key })));
    const forms: JsonValue[][] = [['a\u200b', { $text: 'a\\u{200b}' }], [7, { $int: '7' }], ['7'], [{ $bytes: 'Nw==' }]]; // prettier-ignore
    const digest = createHash('ripemd160').update('users').update(Buffer.of(3)).update('7').digest('base64');
    for (const more of [[], [{ $digest: digest }]]) {
      const [a, b, c, d, e, f, g] = of(...forms.flat(), ...more);
      expect([a, c]).toEqual([b, d]);
      expect(new Set([a, c, e, f]).size).toBe(4);
      if (g !== undefined) expect(g).toBe(e);
    }
  });

  it('that the client has cut or changed is shown by its digest', () => {
    const digest = (bytes: Buffer): Buffer => createHash('ripemd160').update('users').update(bytes).digest();
    const of = (key: string | Buffer): Buffer => digest(Buffer.concat([Buffer.of(3), Buffer.from(key)]));
    const show = (key: string, stored: string | Buffer) => showKey({ set: 'users', key, digest: of(stored) });
    expect(show('u1', 'u1')).toBe('u1');
    expect(show('a\u200bb', 'a\u200bb')).toEqual({ $text: 'a\\u{200b}b' });
    expect(show('nul', 'nul\0key')).toEqual({ $digest: of('nul\0key').toString('base64') });
    const latin = Buffer.from([0x61, 0xe9, 0x62]);
    expect(show('a\ufffdb', latin)).toEqual({ $digest: of(latin).toString('base64') });
  });

  it('that the client has rounded is shown by its digest', () => {
    const digest = Buffer.alloc(20, 7);
    const shown = { $digest: digest.toString('base64') };
    expect(showKey({ key: 2 ** 53, digest })).toEqual(shown);
    expect(showKey({ key: -(2 ** 63), digest })).toEqual(shown);
    expect(showKey({ key: 9007199254740993n, digest })).toEqual({ $int: '9007199254740993' });
  });

  it.each([
    '',
    'k'.repeat(1_025),
    1.5,
    2 ** 60,
    null,
    true,
    [],
    {},
    { $bytes: '' },
    { $digest: 'AAAA' },
    { $double: 1 },
  ])('is not %j', (key) => {
    expect(outcome(() => readKey(key))).toMatchObject({ code: 'invalid-input' });
  });
});

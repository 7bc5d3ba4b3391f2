import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../electron/core/workers/protocol.ts';
import { readySteps } from '../../../electron/servers/aerospike/connection/operation-answers.ts';
import type { Open } from '../../../electron/servers/aerospike/connection/session.ts';
import { showPacked, showPlain, showValue } from '../../../electron/servers/aerospike/connection/particle-types.ts';
import { createEncode, encodeBins } from '../../../electron/servers/aerospike/values/encode.ts';
import { fitBins } from '../../../electron/servers/aerospike/values/fit.ts';
import { JsonBins } from '../../../electron/servers/aerospike/values/names.ts';
import { noteOnOmitted } from '../../../electron/servers/aerospike/values/omissions.ts';
import type { Bins } from '../../../electron/servers/aerospike/values/typed-json.ts';
import { maxTextBytes } from '../../../electron/servers/kit/limits.ts';
import { safeValue } from '../../../electron/servers/kit/text-safety.ts';
import { ToolError } from '../../../electron/servers/kit/tool-error.ts';
import { Double, GeoJSON, pack, typedJson } from '../../support/aerospike-values.ts';

const encode = createEncode({ Double, GeoJSON });
const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
const isOmitted = (value: JsonValue | undefined): boolean => Object.keys(value ?? {}).join() === '$omitted';

describe('a value that is shown', () => {
  type Around = (inner: unknown) => unknown;
  const list: Around = (inner) => [inner];
  const textKey: Around = (inner) => new Map([['a', inner]]);
  const otherKey: Around = (inner) => new Map([[1, inner]]);
  const nested = (around: readonly Around[]): unknown => around.reduce<unknown>((inner, next) => next(inner), 1);
  const times = (count: number, around: Around): unknown => nested(Array<Around>(count).fill(around));
  const fitsAnswer = (value: JsonValue): boolean => JsonBins.safeParse({ value }).success;

  it.each([
    ['lists', list, 120],
    ['maps', textKey, 120],
    ['maps with keys that are no texts', otherKey, 40],
  ])('may have so many %s inside each other, and is told by its size if it has more', (_name, around, most) => {
    expect(isOmitted(showPacked(pack(times(most, around))))).toBe(false);
    for (const more of [most + 1, most + 10, 200, 255, 256, 300]) {
      const bytes = pack(times(more, around));
      expect(showPacked(bytes)).toEqual({ $omitted: bytes.length });
    }
  });

  it('passes every answer’s schema, and is written back as it was or not at all, however it is nested', () => {
    const around = fc.array(fc.constantFrom(list, textKey, otherKey), { maxLength: 260, size: 'max' });
    fc.assert(
      fc.property(around, fc.boolean(), (levels, isOrdered) => {
        const value = nested(levels);
        const shown = showPacked(pack(value, isOrdered));
        expect(fitsAnswer(shown)).toBe(true);
        try {
          expect(encode(shown)).toEqual(value);
        } catch (error) {
          if (!(error instanceof ToolError)) throw error;
          expect(isOmitted(shown) || isOrdered || levels.length > 32).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('is never too deep when it could be written', () => {
    fc.assert(
      fc.property(typedJson, fc.array(fc.constantFrom(list, textKey, otherKey), { maxLength: 27 }), (value, levels) => {
        const packed = pack(levels.reduce<unknown>((inner, next) => next(inner), encode(value)));
        expect(encode(showPacked(packed))).toBeDefined();
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([200, 300])('may be what a step answered, %i levels deep', (levels) => {
    const driver: unknown = new Proxy(() => undefined, { get: () => driver, apply: () => driver });
    const steps = readySteps({ driver } as Open, encode, [
      { op: 'list-get', bin: 'one', index: 0 },
      { op: 'list-get', bin: 'some', index: 0, count: 2 },
      { op: 'read', bin: 'all' },
    ]);
    const bytes = pack(times(levels, list));
    const omitted = { $omitted: bytes.length };
    const all = { one: bytes, some: bytes, all: bytes, '\u00012t': 20 };
    expect(steps.show(all)).toEqual({ one: omitted, some: omitted, all: omitted });
  });

  it('may be GeoJSON, or what code answered, without ending a page', () => {
    const deep = `{"type":"Point","a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`;
    expect(showValue(deep, { type: 23 })).toEqual({ $omitted: deep.length });
    const packed = pack([new GeoJSON(`{"a":${'['.repeat(300)}${']'.repeat(300)}}`)]);
    expect(showPacked(packed)).toEqual({ $omitted: packed.length });
    expect(showPlain(times(120, list))).toEqual(times(120, list));
    expect(showPlain(times(200, list))).toEqual({ $omitted: 401 });
    const inner: JsonValue = { type: 'Point', a: times(15, list) as JsonValue };
    expect(encode({ $geojson: inner })).toBeInstanceOf(GeoJSON);
    expect(() => encode({ $geojson: { ...inner, a: [inner.a ?? 0] } })).toThrow(/nested too deeply/);
  });
});

describe('the bins of one record', () => {
  const most = maxTextBytes * 0.8;
  const many = (count: number, value: JsonValue): Bins =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`bin${index}`, value]));

  it('are all shown, however many there are, when they fit', () => {
    const bins = { ...many(1_000, 'x'), text: 'y'.repeat(5_000) };
    expect(fitBins(bins)).toBe(bins);
    expect(noteOnOmitted(bins, bins)).toBeNull();
  });

  it('fit into an answer, whatever they are, and are written back as they were or not at all', () => {
    const name = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 3 })
      .filter((text) => !/[\p{Cc}\p{Cs}]/u.test(text));
    const value = fc.oneof(
      { weight: 6, arbitrary: fc.tuple(fc.integer({ max: 300, min: 0 }), fc.constantFrom('x', '"', 'é', '\u00ad', '\u200b')).map(([count, text]) => text.repeat(count)) }, // prettier-ignore
      { weight: 2, arbitrary: fc.integer() },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 60_000 }).map((count) => 'z'.repeat(count)) },
    );
    const record = fc.tuple(fc.dictionary(name, value, { maxKeys: 60 }), fc.integer({ min: 0, max: 4_000 }), fc.integer({ min: 0, max: 300 })); // prettier-ignore
    fc.assert(
      fc.property(record, ([some, count, length]) => {
        const bins: Bins = { ...many(count, 'v'.repeat(length)), ...some };
        const shown = fitBins(bins);
        expect(bytesOf(safeValue(shown))).toBeLessThan(most * 1.3);
        const added = Object.keys(shown).filter((key) => !Object.hasOwn(bins, key));
        const missing = Object.keys(bins).filter((key) => !Object.hasOwn(shown, key)).length;
        expect(added).toEqual(missing === 0 ? [] : [`… and ${missing.toLocaleString('en')} more ${missing === 1 ? 'bin' : 'bins'}`]); // prettier-ignore
        for (const [key, value] of Object.entries(shown)) if (!isOmitted(value)) expect(value).toEqual(bins[key]);
        const isWhole = missing === 0 && !Object.values(shown).some(isOmitted);
        if (Object.keys(bins).length === 0) return;
        if (isWhole) expect(shown).toEqual(bins);
        else expect(() => encodeBins(shown, encode)).toThrow(ToolError);
        expect(noteOnOmitted(bins, shown) === null).toBe(isWhole);
      }),
      { numRuns: 100 },
    );
  });

  it('of which there are too many are the first ones and a marker that is no bin', () => {
    const bins = many(3_001, { $double: 1.5 });
    const shown = fitBins({ large: 'x'.repeat(2_000), ...bins });
    const names = Object.keys(shown);
    expect([names.length > 500, names.slice(0, 2), shown.large, shown.bin0]).toEqual([
      true,
      ['large', 'bin0'],
      { $omitted: 2_002 },
      { $double: 1.5 },
    ]);
    const marker = names.at(-1) ?? '';
    expect(marker).toBe(`… and ${(3_002 - (names.length - 1)).toLocaleString('en')} more bins`);
    expect(() => encodeBins({ [marker]: 1 }, encode)).toThrow(/at most 15 bytes/);
    expect(noteOnOmitted(bins, fitBins(bins))).toMatch(/^[0-9]+ not shown: name in bins .* offset 0\.$/);
  });

  it('keep their names while those fit, and the largest give way', () => {
    const shown = fitBins({ ...many(200, 'x'.repeat(200)), small: 1 });
    expect(Object.keys(shown)).toHaveLength(201);
    expect(Object.values(shown).filter(isOmitted).length).toBeLessThan(150);
    expect(shown.small).toBe(1);
    expect(noteOnOmitted(many(200, 'x'.repeat(200)), shown)).toMatch(/^Too large to show: "bin0", .* more\. Read one/);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../electron/core/canonical-json.ts';

/** The same object with its members put in the other way round, at every depth. */
function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

describe('canonical JSON', () => {
  it('is the same for equal values only, whatever order their members came in', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
        // Nothing is lost, so different values have different texts.
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 3_000 },
    );
  });

  it('leaves out what is undefined, and nothing else: not even a member called __proto__', () => {
    expect(canonicalJson({ b: 1, a: undefined, c: [undefined] })).toBe('{"b":1,"c":[null]}');
    expect(canonicalJson(undefined)).toBe('null');
    const odd = JSON.parse('{"z":{"b":2,"__proto__":{"a":1}},"__proto__":[3]}') as unknown;
    expect(canonicalJson(odd)).toBe('{"__proto__":[3],"z":{"__proto__":{"a":1},"b":2}}');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../electron/core/workers/protocol.ts';
import { readEntries } from '../../../electron/servers/aerospike/tools/batch-argument.ts';
import { readFilter, typeOf } from '../../../electron/servers/aerospike/tools/index-filter.ts';
import { aerospikeTools } from '../../../electron/servers/aerospike/tools/index.ts';
import { OperationArgument, readOperation } from '../../../electron/servers/aerospike/tools/operation-argument.ts';
import { ToolError } from '../../../electron/servers/kit/tool-error.ts';
import { parseInput } from '../../../electron/servers/kit/parse.ts';
import { describeModule } from '../../../electron/servers/aerospike/tools/udf-modules.ts';

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;
const value = fc.oneof(
  json,
  fc.integer(),
  fc.string(),
  fc.constant<JsonValue>({ $bytes: 'AQ==' }),
  fc.constant<JsonValue>({ $int: '5' }),
);
const refusedOr = <T>(work: () => T): T | null => {
  try {
    return work();
  } catch (error) {
    if (error instanceof ToolError && error.code === 'invalid-input') return null;
    throw error;
  }
};

describe('a filter', () => {
  it('is one of the known shapes with all that was given, or is refused', () => {
    const members = fc.record(
      { equal: value, begin: value, end: value, within: value, point: value, in: fc.constantFrom('list', 'map-keys') },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(members, (given) => {
        const filter = refusedOr(() => readFilter({ bin: 'b', ...given }));
        if (filter === null) return;
        const shapes = [given.equal, given.begin ?? given.end, given.within, given.point].filter(
          (part) => part !== undefined,
        );
        expect(shapes).toHaveLength(1);
        expect(filter.collection).toBe(given.in ?? 'none');
        if (filter.kind === 'equal') expect(filter.value).toEqual(given.equal);
        if (filter.kind === 'range') expect([filter.begin, filter.end]).toEqual([given.begin, given.end]);
        expect(['numeric', 'string', 'blob', 'geo2dsphere']).toContain(typeOf(filter));
      }),
      { numRuns: 10_000 },
    );
  });
});

describe('a step of operate', () => {
  it('has all that its operation needs and nothing else, or is refused', () => {
    const step = fc.record(
      {
        op: fc.constantFrom(...OperationArgument.shape.op.options),
        bin: fc.constantFrom('a', 'bin'),
        value,
        index: fc.integer(),
        count: fc.integer({ min: 1, max: 9 }),
        mapKey: value,
      },
      { requiredKeys: ['op'] },
    );
    fc.assert(
      fc.property(step, (given) => {
        const read = refusedOr(() => readOperation(given as Parameters<typeof readOperation>[0], 0));
        if (read === null) return;
        expect(read.op).toBe(given.op);
        for (const member of ['value', 'index', 'mapKey'] as const)
          expect(member in read).toBe(given[member] !== undefined);
      }),
      { numRuns: 10_000 },
    );
  });
});

describe('an entry of a batch', () => {
  it('without a namespace, or with what its operation does not take, is refused before anything runs', () => {
    const none = { namespace: undefined, set: undefined };
    const all = { namespace: 'test', set: 's' };
    expect(refusedOr(() => readEntries([{ operation: 'delete', key: 1 }], none))).toBeNull();
    expect(refusedOr(() => readEntries([{ operation: 'delete', key: 1, bins: { a: 1 } }], all))).toBeNull();
    expect(refusedOr(() => readEntries([{ operation: 'put', key: 1 }], all))).toBeNull();
    expect(refusedOr(() => readEntries([{ operation: 'execute', key: 1, module: 'm' }], all))).toBeNull();
    expect(readEntries([{ operation: 'delete', key: 1, set: 'own' }], all)).toEqual([
      { entry: { kind: 'delete', key: { namespace: 'test', set: 'own', key: 1 } } },
    ]);
  });
});

describe('every tool', () => {
  it.each(aerospikeTools.map((tool) => [tool.name, tool] as const))(
    '%s reads any arguments or refuses them',
    (_name, tool) => {
      const names = Object.keys(tool.input.shape);
      const args = fc.dictionary(fc.oneof(fc.constantFrom(...names, 'other'), fc.string()), json);
      fc.assert(
        fc.property(args, (given) => {
          refusedOr(() => parseInput(tool.input, given as JsonObject));
        }),
        { numRuns: 500 },
      );
    },
  );

  it('that changes something needs a role, and says which', () => {
    for (const tool of aerospikeTools)
      if (tool.effect !== 'read') expect([tool.name, tool.role]).not.toEqual([tool.name, null]);
  });
});

describe('UDF code', () => {
  it('is described by what a person looks for', () => {
    const code = 'local x = 1\nfunction first(rec)\n  return 1\nend\nfunction second (rec, a)\n os.execute("rm") end';
    expect(describeModule('m.lua', code)).toMatchObject({ functions: ['first', 'second'], concerns: ['os.'] });
    expect(describeModule('m.lua', 'function pos(rec) return rec.pos end').concerns).toEqual([]);
  });

  it('has the hash that a server lists for it', () => {
    // Both measured on a community server 8.1.2.0.
    expect(describeModule('dba_m.lua', 'function f(rec) return 1 end\n').hash).toBe(
      'febc3e10fa049241af304d5ed06843cc4341de33',
    );
    const unlike = '-- ??? <>~ \u00fc\u00ff\nfunction g(rec) return "????>>>" end\n';
    expect(describeModule('dba_m.lua', unlike).hash).toBe('5ebec94ebd5839b8ae2ca715bbb059bbdfe07267');
  });
});

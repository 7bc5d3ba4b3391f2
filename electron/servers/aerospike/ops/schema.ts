import type { Bins, TypedJson } from '../values/typed-json.ts';

/** What a bin holds in the records looked at: never a value of it. */
export interface BinSchema {
  bin: string;
  /** e.g. `{ integer: 90, string: 2 }`. */
  types: Record<string, number>;
  /** Records in which the bin is missing or nil, in percent. */
  nullPct: number;
}

/** Bins over the sampled records, the commonest first. */
export function inferSchema(records: readonly { bins: Bins }[]): BinSchema[] {
  const bins = new Map<string, Map<string, number>>();
  for (const { bins: held } of records) {
    for (const [bin, value] of Object.entries(held)) {
      if (value === null) continue;
      const types = bins.get(bin) ?? new Map<string, number>();
      const type = typeOf(value);
      types.set(type, (types.get(type) ?? 0) + 1);
      bins.set(bin, types);
    }
  }
  const present = (types: ReadonlyMap<string, number>): number => [...types.values()].reduce((a, b) => a + b, 0);
  return [...bins]
    .sort(([a, x], [b, y]) => present(y) - present(x) || a.localeCompare(b))
    .map(([bin, types]) => ({
      bin,
      types: Object.fromEntries(types),
      nullPct: Math.round((1 - present(types) / records.length) * 1000) / 10,
    }));
}

const marked: Readonly<Record<string, string>> = {
  $int: 'integer',
  $double: 'double',
  $bytes: 'bytes',
  $text: 'string',
  $rawText: 'string',
  $geojson: 'geojson',
  $map: 'map',
  $ordered: 'list',
  $hll: 'hll',
};

/** The server's type of a value in the form of values/typed-json.ts. */
export function typeOf(value: TypedJson): string {
  if (value === null) return 'nil';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'double';
  if (Array.isArray(value)) return 'list';
  if (typeof value !== 'object') return typeof value;
  const [only, ...more] = Object.keys(value);
  return more.length === 0 && only !== undefined && Object.hasOwn(marked, only) ? (marked[only] ?? 'map') : 'map';
}

import { figure, pairs, type Facts } from './parse.ts';

/** Upper bounds below which half and 95 % of the records lie, in the histogram's unit. */
export interface Distribution {
  unit: string;
  records: number;
  median: number;
  p95: number;
  max: number;
}

/**
 * `units=seconds:hist-width=249100:bucket-width=2491:buckets=4,5,…` (linear) or
 * `units=bytes:[64-128)=4:[1K-2K)=51` (logarithmic). Null when there is nothing to say.
 */
export function distribution(text: string): Distribution | null {
  const facts = pairs(text, ':');
  return spreadOver(facts.get('units') ?? '', bucketsOf(facts));
}

/**
 * The same of lifetimes, where the server puts what never expires beside what is about to: `neverExpire` of the same
 * node's `objects` are taken out of the first bucket, null for a node that does not count them. Histogram and counts are
 * of different moments, so what cannot be told apart is only told where it makes no difference.
 */
export function lifetimes(text: string, node: { objects: bigint; neverExpire: bigint | null }): Distribution | null {
  const facts = pairs(text, ':');
  const [first, ...rest] = bucketsOf(facts);
  if (!first) return null;
  const seen = first.records + rest.reduce((sum, { records }) => sum + records, 0);
  const drift = Math.abs(seen - Number(node.objects));
  const never = node.neverExpire === null ? null : Number(node.neverExpire);
  const within = (records: number): Distribution | null =>
    spreadOver(facts.get('units') ?? '', [
      { ...first, records: Math.min(first.records, Math.max(0, records)) },
      ...rest,
    ]);
  const least = within(never === null ? 0 : first.records - never - drift);
  const most = within(never === null ? first.records : first.records - never + drift);
  const isSame = least?.median === most?.median && least?.p95 === most?.p95 && least?.max === most?.max;
  return isSame ? most : null;
}

function spreadOver(unit: string, buckets: readonly Bucket[]): Distribution | null {
  const total = buckets.reduce((sum, { records }) => sum + records, 0);
  if (total === 0) return null;
  const bound = (part: number): number => {
    let seen = 0;
    return buckets.find(({ records }) => (seen += records) >= total * part)?.below ?? 0;
  };
  return { unit, records: total, median: bound(0.5), p95: bound(0.95), max: bound(1) };
}

const bucketsOf = (facts: Facts): Bucket[] => (facts.has('buckets') ? linear(facts) : ranges(facts));

interface Bucket {
  below: number;
  records: number;
}

function linear(facts: ReadonlyMap<string, string>): Bucket[] {
  const width = figure(facts.get('bucket-width')) ?? 0;
  return (facts.get('buckets') ?? '')
    .split(',')
    .map((records, index) => ({ below: (index + 1) * width, records: figure(records) ?? 0 }));
}

function ranges(facts: ReadonlyMap<string, string>): Bucket[] {
  return [...facts].flatMap(([range, records]): Bucket[] => {
    const [, size, unit = ''] = /^\[\d+[KMGT]?-(\d+)([KMGT]?)\)$/.exec(range) ?? [];
    if (size === undefined) return [];
    return [{ below: Number(size) * 1024 ** (unit === '' ? 0 : ' KMGT'.indexOf(unit)), records: figure(records) ?? 0 }];
  });
}

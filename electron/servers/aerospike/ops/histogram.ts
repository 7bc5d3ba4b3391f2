import { figure, pairs } from './parse.ts';

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
  const buckets = facts.has('buckets') ? linear(facts) : ranges(facts);
  const total = buckets.reduce((sum, { records }) => sum + records, 0);
  if (total === 0) return null;
  const bound = (part: number): number => {
    let seen = 0;
    return buckets.find(({ records }) => (seen += records) >= total * part)?.below ?? 0;
  };
  return { unit: facts.get('units') ?? '', records: total, median: bound(0.5), p95: bound(0.95), max: bound(1) };
}

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

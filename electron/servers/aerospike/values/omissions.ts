import type { Bins } from './typed-json.ts';

const mostNamed = 20;

/** What a reader of one record is told of the bins that are not shown, and how to read them; null when all are. */
export function noteOnOmitted(bins: Bins, shown: Bins): string | null {
  const kept = Object.keys(bins).filter((name) => Object.hasOwn(shown, name));
  const deep = kept.filter((name) => isOmitted(bins, name));
  const large = kept.filter((name) => isOmitted(shown, name) && !isOmitted(bins, name));
  const missing = Object.keys(bins).length - kept.length;
  const [first] = large;
  const sentences = [
    ...(first === undefined
      ? []
      : [
          `Too large to show: ${listed(large)}. Read one in parts: call again with bins [${JSON.stringify(first)}] and offset 0.`,
        ]),
    ...(deep.length === 0 ? [] : [`Nested too deeply to show: ${listed(deep)}.`]),
    ...(missing === 0
      ? []
      : [`${missing} not shown: name in bins those you need, or read all in parts: the same call with offset 0.`]),
  ];
  return sentences.length === 0 ? null : sentences.join(' ');
}

function isOmitted(bins: Bins, name: string): boolean {
  const value = bins[name];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.hasOwn(value, '$omitted');
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, mostNamed).map((name) => JSON.stringify(name));
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

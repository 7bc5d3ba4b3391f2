/** How info answers are written: `a=1;b=2`, lists of such with `:` or `;` between, and plain lists. */

/** `a=1;b=2` as a map; a value may itself hold `=`. */
export function parsePairs(text: string, separator = ';'): Map<string, string> {
  const pairs = text
    .split(separator)
    .filter((pair) => pair.includes('='))
    .map((pair): [string, string] => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
  return new Map(pairs);
}

/** `ns=test:set=a;ns=test:set=b;` as one map for each. */
export const parseRows = (text: string): Map<string, string>[] =>
  text
    .split(';')
    .filter((row) => row !== '')
    .map((row) => parsePairs(row, ':'));

/** `test;bar` as a list. */
export const parseList = (text: string): string[] => text.split(';').filter((item) => item !== '');

/** A counter of the server; null where it is absent or no number. */
export function numberIn(pairs: ReadonlyMap<string, string>, name: string): number | null {
  const text = pairs.get(name);
  return text !== undefined && /^-?[0-9]+(\.[0-9]+)?$/.test(text) ? Number(text) : null;
}

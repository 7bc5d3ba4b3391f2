import { ToolError } from '../../kit/tool-error.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Builds a path from fixed text and values: each value becomes one escaped segment. */
export function apiPath(fixed: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return fixed.reduce((path, text, index) => path + segment(values[index - 1]) + text);
}

function segment(value: string | number | undefined): string {
  const text = String(value ?? '');
  // An empty or dotted segment would address another resource than the one named.
  if (text === '' || /^\.{1,2}$/.test(text)) throw badPath();
  return encodeURIComponent(text);
}

/** `path` with the query's defined members, in their order; the query is part of what is signed. */
export function withQuery(path: string, query: Query): string {
  const entries = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`],
  );
  if (entries.length === 0) return path;
  return `${path}${path.includes('?') ? '&' : '?'}${entries.join('&')}`;
}

/**
 * Accepts a path with its query as text only if no URL parser can read another place or resource into it: it starts with
 * one `/`, has no backslash, fragment, control character or space, and no dotted or empty segment, escaped or not.
 * (`//host/x`, `/\host/x` and `https://host/x` would be signed for that host: akamai-edgegrid resolves them.)
 */
export function checkPath(pathAndQuery: string): void {
  const [path = ''] = pathAndQuery.split('?', 1);
  const isPlain = /^\/(?![/\\])[\x21-\x7e]*$/.test(pathAndQuery) && !/[\\#]/.test(pathAndQuery);
  const hasOddSegment = path.slice(1).split('/').slice(0, -1).includes('') || path.split('/').some(isDotted);
  if (!isPlain || hasOddSegment || /%(?:2f|5c|00)/i.test(path)) throw badPath();
}

const isDotted = (text: string): boolean => /^(?:\.|%2e){1,2}$/i.test(text);

const badPath = (): ToolError =>
  new ToolError('invalid-input', 'That is not a path of an Akamai API.', 'A path looks like /papi/v1/groups.');

/** JSON with every character outside ASCII escaped: EdgeGrid hashes bytes, akamai-edgegrid counts characters. */
export const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

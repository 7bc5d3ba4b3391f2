/**
 * Text from upstream reaches a model and a person. Characters that neither of them sees, or that reorder what they see,
 * can carry instructions or fake a name, so they become visible: `\u{202e}` in place of the character itself.
 * Kept: tab, line feed and every printable character.
 */
// Controls, format characters (bidi marks, zero-width ones, soft hyphen, tags …) and lone surrogates; then what is blank or
// selects a variant: line and paragraph separators, Hangul fillers, Khmer and Mongolian ones, supplementary selectors.
const unsafe =
  /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufff0-\ufff8\u{e0000}-\u{e0fff}]/gu;

/** `text` with every invisible or reordering character shown as `\u{hex}`; runs of tags are cut after the first 8 (16 code units). */
export function safeText(text: string): string {
  // Most texts have nothing to look for, and this is ten times quicker.
  if (/^[\t\n\x20-\x7e]*$/.test(text)) return text;
  return text.replace(/[\u{e0000}-\u{e0fff}]{9,}/gu, (run) => `${run.slice(0, 16)}…`).replace(unsafe, show);
}

/** The same without loss, for what is written back: a backslash of the text's own is doubled. `unspelled` reads it. */
export const spelled = (text: string): string => text.replaceAll('\\', '\\\\').replace(unsafe, show);

/** The text that `spelled` made this of, or null when it made it of none. */
export function unspelled(text: string): string | null {
  const escape = /\\\\|\\u\{((?:10)?[0-9a-f]{4}|[0-9a-f]{1,5})\}/g;
  if (text.replace(escape, '').includes('\\')) return null;
  return text.replace(escape, (_, hex: string | undefined) =>
    hex === undefined ? '\\' : String.fromCodePoint(parseInt(hex, 16)),
  );
}

/** One line of at most `max` characters, for sentences that quote upstream text. */
export function safeLine(text: string, max: number): string {
  const line = safeText(text).replace(/\s+/g, ' ').trim();
  return line.length <= max ? line : `${line.slice(0, max - 1).trimEnd()}…`;
}

/** Bytes of a value as JSON when it leaves: by then characters that nobody would see are spelt out. */
export const sizeOnLeaving = (value: unknown): number => Buffer.byteLength(safeText(JSON.stringify(value)));

/** The same value with every string in it made safe, keys included. Values are JSON: no cycles, no classes. */
export function safeValue<T>(value: T): T;
export function safeValue(value: unknown): unknown {
  if (typeof value === 'string') return safeText(value);
  if (Array.isArray(value)) return value.map((item: unknown) => safeValue(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [safeText(key), safeValue<unknown>(item)]));
}

const show = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;

/** What a server says about one thing, name by name, as text. A Map, so that no name of a server's collides with ours. */
export type Facts = ReadonlyMap<string, string>;

export const noFacts: Facts = new Map();

/** `a=1;b=2`. Text without `=` stands for a name with no value; the last of two equal names counts. Never throws. */
export function pairs(text: string, separator = ';'): Facts {
  const facts = new Map<string, string>();
  for (const part of text.split(separator)) {
    const piece = part.trim();
    if (piece === '') continue;
    const at = piece.indexOf('=');
    if (at === -1) facts.set(piece, '');
    else facts.set(piece.slice(0, at), piece.slice(at + 1));
  }
  return facts;
}

/** `ns=a:set=b;ns=a:set=c`: one Facts for each record. */
export const records = (text: string, separator = ';', inner = ':'): Facts[] =>
  list(text, separator).map((record) => pairs(record, inner));

/** `a;b;c` without empty parts. */
export const list = (text: string, separator = ';'): string[] =>
  text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** A whole number of any size; null when it is none. Counters are 64 bits wide, so they are kept exact. */
export const whole = (text: string | undefined): bigint | null =>
  text !== undefined && /^[+-]?\d{1,40}$/.test(text) ? BigInt(text) : null;

/** A number for comparing and dividing; counters beyond 2^53 lose their last digits here, so it is never shown. */
export function figure(text: string | undefined): number | null {
  if (text === undefined || text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** Null where there is neither. */
export function flag(text: string | undefined): boolean | null {
  if (text === 'true' || text === 'yes' || text === 'enabled') return true;
  return text === 'false' || text === 'no' || text === 'disabled' ? false : null;
}

/** A whole number as JSON says it exactly: a number, and beyond 2^53 its digits as text. */
export type Amount = number | string;

export function amount(value: bigint): Amount {
  const isExact = value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER);
  return isExact ? Number(value) : value.toString();
}

/** `true`, 12, 0.5 or the text itself: how a server's value is shown. */
export function plainValue(text: string): string | number | boolean {
  const exact = whole(text);
  if (exact !== null) return amount(exact);
  const truth = text === 'true' || text === 'false' ? text === 'true' : null;
  if (truth !== null) return truth;
  return /^[+-]?\d+\.\d+$/.test(text) ? Number(text) : text;
}

/** The server's own refusal inside an answer that arrived: `ERROR:25:enterprise only`, and older `FAIL:…`. */
export function refusalIn(text: string): { code: number; message: string } | null {
  // `failed_best_practices=…` is an answer, so the word has to end there.
  const match = /^(?:ERROR|FAIL)(?:[:=](-?\d*)(?:[:=]?([^;]*))?)?(?=;|$)/i.exec(text);
  if (!match) return null;
  return { code: Number(match[1] ?? '') || 0, message: match[2] ?? '' };
}

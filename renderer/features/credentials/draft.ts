export type Draft = Record<string, unknown>;

/** Puts a field's value where the draft has it: `tls.key` is nested. */
export function putField(draft: Draft, key: string, value: unknown): void {
  const [first = '', ...rest] = key.split('.');
  if (rest.length === 0) {
    draft[first] = value;
    return;
  }
  const below = draft[first];
  const target: Draft = isDraft(below) ? below : {};
  draft[first] = target;
  putField(target, rest.join('.'), value);
}

export function fieldAt(fields: Draft, key: string): unknown {
  return key.split('.').reduce<unknown>((value, part) => (isDraft(value) ? value[part] : undefined), fields);
}

/** A field's stored value as a person edits it; a list stands one a line or with commas. */
export const fieldText = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(String).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** What was typed, in the shape that was stored: a list stays a list. */
export const fieldValue = (text: string, stored: unknown): unknown => (Array.isArray(stored) ? splitList(text) : text);

export const splitList = (text: string): string[] =>
  text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter(Boolean);

const isDraft = (value: unknown): value is Draft =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

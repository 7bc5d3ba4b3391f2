/** One rule of a property's rule tree: where it is, and what it tests and does, by name only. */
export interface RuleRow {
  path: string;
  name: string;
  criteria: string;
  behaviors: string;
}

/** The rules below `rule` in reading order, itself first. `path` is a JSON pointer into the answer, e.g. `/rules`. */
export function ruleOutline(rule: unknown, path: string): RuleRow[] {
  const rows: RuleRow[] = [];
  const open: { rule: unknown; path: string }[] = [{ rule, path }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { children, ...own } = membersOf(next.rule);
    const { path: at } = next;
    rows.push({
      path: at,
      name: nameOf(own),
      criteria: namesOf(own.criteria),
      behaviors: namesOf(own.behaviors),
    });
    const below = Array.isArray(children) ? children : [];
    open.push(...below.map((child: unknown, index) => ({ rule: child, path: `${at}/children/${index}` })).reverse());
  }
  return rows;
}

export const isRule = (value: unknown): boolean => Array.isArray(membersOf(value).behaviors);

function namesOf(items: unknown): string {
  if (!Array.isArray(items)) return '';
  return items.map((item: unknown) => nameOf(item) || '?').join(' ');
}

function nameOf(value: unknown): string {
  const { name } = membersOf(value);
  return typeof name === 'string' ? name : '';
}

const membersOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

type Cell = string | number | boolean | null | undefined | readonly (string | number)[];

/**
 * Rows as lines, columns named once: about half the tokens of the same rows as JSON.
 * `head` is the first line; `page` adds how to go on. Cells that contain a bar or a line end are quoted as JSON.
 */
export function table<Row extends object>(
  head: string,
  rows: readonly Row[],
  columns: readonly (keyof Row & string)[],
  page: { next?: string | undefined; note?: string | undefined; total?: number | undefined } = {},
): string {
  const used = columns.filter((column) => rows.some((row) => !isEmpty(row[column])));
  const lines = rows.map((row) => used.map((column) => cell(row[column] as Cell)).join(' | '));
  const count = page.total === undefined || page.total === rows.length ? '' : ` (${rows.length} of ${page.total})`;
  return [
    `${head}${rows.length === 0 && count === '' ? ': none' : ''}${count}`,
    ...(rows.length > 0 ? [used.join(' | ')] : []),
    ...lines,
    ...(page.note === undefined ? [] : [page.note]),
    ...(page.next === undefined ? [] : [`More: call again with cursor "${page.next}".`]),
  ].join('\n');
}

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';

function cell(value: Cell): string {
  if (value === undefined || value === null) return '-';
  const text = typeof value === 'object' ? value.join(', ') : String(value);
  return /[|\n]/.test(text) ? JSON.stringify(text) : text;
}

interface Searchable {
  name: string;
  provider: string;
  tags: readonly string[];
  notes: string;
  fields: Record<string, unknown>;
}

/** Those that have every word of the query somewhere in name, tags, provider, notes or plain fields. `tag:x` wants that tag. */
export function filterCredentials<Row extends Searchable>(rows: readonly Row[], query: string): readonly Row[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const text = [row.name, row.provider, ...row.tags, row.notes, ...Object.values(row.fields).map(String)]
      .join('\n')
      .toLowerCase();
    return words.every((word) =>
      word.startsWith('tag:') ? row.tags.some((tag) => tag.toLowerCase() === word.slice(4)) : text.includes(word),
    );
  });
}

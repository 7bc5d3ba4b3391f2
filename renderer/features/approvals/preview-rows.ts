export type PreviewRow =
  | { kind: 'value'; key: string; text: string }
  | { kind: 'list'; key: string; items: string[] }
  | { kind: 'diff'; key: string; before: string; after: string };

/** What a plan shows of a change, as rows: `before` and `after` beside each other as a difference, lists item by item. */
export function previewRows(preview: Record<string, unknown>, prefix = ''): PreviewRow[] {
  const isChange = 'before' in preview && 'after' in preview;
  const rest = Object.entries(preview).filter(([key]) => !isChange || (key !== 'before' && key !== 'after'));
  return [
    ...rest.flatMap(([key, value]) => rowsOf(prefix + spaced(key), value)),
    ...(isChange
      ? [
          {
            kind: 'diff' as const,
            key: prefix === '' ? 'change' : prefix.replace(/ › $/, ''),
            before: textOf(preview.before),
            after: textOf(preview.after),
          },
        ]
      : []),
  ];
}

function rowsOf(key: string, value: unknown): PreviewRow[] {
  if (Array.isArray(value)) return [{ kind: 'list', key, items: value.map(textOf) }];
  if (typeof value === 'object' && value !== null) return previewRows({ ...value }, `${key} › `);
  return [{ kind: 'value', key, text: textOf(value) }];
}

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '—';
  return JSON.stringify(value, null, 2);
};

/** `ruleCount` → `rule count` */
const spaced = (key: string): string => key.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();

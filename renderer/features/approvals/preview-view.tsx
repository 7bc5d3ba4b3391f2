import { Diff } from '../../ui/diff.tsx';
import { shownText } from '../../ui/shown-text.ts';
import { previewRows } from './preview-rows.ts';

/** What would change, readable. All of it comes from outside: plain text with unseen characters made visible. */
export function PreviewView({ preview }: { preview: Record<string, unknown> }) {
  const rows = previewRows(preview);
  if (rows.length === 0) return null;
  return (
    <dl className="flex flex-col gap-1">
      {rows.map((row) => (
        <div key={row.key} className={row.kind === 'diff' ? '' : 'grid grid-cols-[88px_minmax(0,1fr)] gap-2'}>
          <dt className="break-words text-muted">{shownText(row.key)}</dt>
          <dd className="min-w-0 font-mono text-12 leading-5 break-all whitespace-pre-wrap">
            {row.kind === 'value' && shownText(row.text)}
            {row.kind === 'list' && (
              <ul>
                {row.items.map((item, index) => (
                  <li key={index}>{shownText(item)}</li>
                ))}
              </ul>
            )}
            {row.kind === 'diff' && <Diff label={`Difference of ${row.key}`} before={row.before} after={row.after} />}
          </dd>
        </div>
      ))}
    </dl>
  );
}

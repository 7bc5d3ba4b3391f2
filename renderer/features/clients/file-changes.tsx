import { Diff } from '../../ui/diff.tsx';
import type { FileChange } from './client.ts';

/** The exact change of each file, to the byte and untruncated. */
export function FileChanges({ changes }: { changes: readonly FileChange[] }) {
  return changes.map(({ path, before, after }) => (
    <div key={path} className="flex flex-col gap-1">
      <p>
        <span className="font-mono text-12 break-all">{path}</span>{' '}
        <span className="text-muted">
          {before === null
            ? 'is created'
            : after === null
              ? 'is deleted'
              : before === after
                ? 'stays as it is'
                : 'is changed'}
        </span>
      </p>
      <Diff label={`Change of ${path}`} before={before ?? ''} after={after ?? ''} />
    </div>
  ));
}

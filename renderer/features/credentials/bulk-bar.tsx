import { Button } from '../../ui/button.tsx';
import { useConfirmRemoval } from './use-confirm-removal.tsx';
import { useCredentialActions } from './use-credential-actions.ts';

/** What can be done with all rows that are selected. */
export function BulkBar({ names, onClear }: { names: readonly string[]; onClear: () => void }) {
  const { testing, test, remove } = useCredentialActions();
  const [removal, askRemoval] = useConfirmRemoval(names, () => {
    onClear();
    return remove(names);
  });
  return (
    <div role="toolbar" aria-label="Selected credentials" className="flex flex-1 flex-wrap items-center gap-2 py-2">
      <span aria-live="polite" className="font-medium">
        {testing ? `Testing ${testing.done} of ${testing.of}…` : `${names.length} selected`}
      </span>
      <Button size="small" busy={testing !== null} onClick={() => void test(names)}>
        Test
      </Button>
      <Button size="small" className="text-bad" onClick={askRemoval}>
        Remove…
      </Button>
      <Button size="small" look="quiet" onClick={onClear}>
        Clear the selection
      </Button>
      {removal}
    </div>
  );
}

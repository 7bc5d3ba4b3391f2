import { useState, type ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

/** Asks once, by name, before several are removed. */
export function useConfirmRemoval(names: readonly string[], remove: () => Promise<void>): [ReactNode, () => void] {
  const [isAsked, setAsked] = useState(false);
  const title = names.length === 1 ? `Remove ${names[0] ?? ''}?` : `Remove ${names.length} credentials?`;
  const dialog = (
    <Dialog
      open={isAsked}
      onClose={() => setAsked(false)}
      title={title}
      description="Their secrets are deleted here, not at the issuer. Clients can no longer use them. You can undo it for 10 seconds."
      footer={
        <>
          <Button onClick={() => setAsked(false)}>Cancel</Button>
          <Button
            look="danger"
            onClick={() => {
              setAsked(false);
              void remove();
            }}
          >
            {names.length === 1 ? `Remove ${names[0] ?? ''}` : `Remove ${names.length} credentials`}
          </Button>
        </>
      }
    >
      <ul className="max-h-60 list-disc overflow-y-auto pl-5" tabIndex={0} aria-label="Names">
        {names.map((name) => (
          <li key={name} className="break-all">
            {name}
          </li>
        ))}
      </ul>
    </Dialog>
  );
  return [dialog, () => setAsked(true)];
}

import { useState } from 'react';
import { call } from '../../api.ts';
import { Answer } from '../../app/answer.tsx';
import { useAct, useAsk } from '../../ask.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { shownText } from '../../ui/shown-text.ts';
import { useToast } from '../../ui/toast.tsx';
import type { Registration } from './client.ts';
import { FileChanges } from './file-changes.tsx';
import { titleOf } from './use-client-title.ts';

/** Takes a registration back, after showing what that changes in the client's files. */
export function UndoSheet({ registration, onClose }: { registration: Registration; onClose: () => void }) {
  const { name, title } = registration;
  const plan = useAsk('clients.prepareUndo', { client: name });
  const act = useAct();
  const toast = useToast();
  /** What the person has to know of the files afterwards; null before it is done. */
  const [warnings, setWarnings] = useState<readonly string[] | null>(null);
  return (
    <Sheet
      open
      wide
      onClose={onClose}
      title={
        warnings
          ? `${titleOf(registration)} is no longer registered`
          : `Undo the registration of ${titleOf(registration)}`
      }
      description={warnings ? undefined : `${title} can no longer use any credential. Its grants are removed.`}
      footer={
        warnings ? (
          <Button look="main" onClick={onClose}>
            Show the clients
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              look="danger"
              busy={act.busy}
              onClick={() =>
                void act.run(async () => {
                  const answer = await call('clients.unregister', { client: name });
                  if (answer.warnings.length > 0) {
                    setWarnings(answer.warnings);
                    return;
                  }
                  toast({ text: `${titleOf(registration)} is no longer registered.` });
                  onClose();
                })
              }
            >
              Undo the registration
            </Button>
          </>
        )
      }
    >
      <div className="flex flex-col gap-3">
        {warnings ? (
          warnings.map((text) => <Banner key={text} urgent tone="warn" title={shownText(text)} />)
        ) : (
          <Answer of={plan}>
            {({ changes }) =>
              changes.length === 0 ? <p>No file of {title} is changed.</p> : <FileChanges changes={changes} />
            }
          </Answer>
        )}
        {act.failure && <FailureNote failure={act.failure} />}
      </div>
    </Sheet>
  );
}

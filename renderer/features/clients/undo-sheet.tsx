import { call } from '../../api.ts';
import { Answer } from '../../app/answer.tsx';
import { useAct, useAsk } from '../../ask.ts';
import { Button } from '../../ui/button.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Sheet } from '../../ui/sheet.tsx';
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
  return (
    <Sheet
      open
      wide
      onClose={onClose}
      title={`Undo the registration of ${titleOf(registration)}`}
      description={`${title} can no longer use any credential. Its grants are removed.`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="danger"
            busy={act.busy}
            onClick={() =>
              void act.run(async () => {
                const { warnings } = await call('clients.unregister', { client: name });
                toast({ text: [`${titleOf(registration)} is no longer registered.`, ...warnings].join(' ') });
                onClose();
              })
            }
          >
            Undo the registration
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <Answer of={plan}>
          {({ changes }) =>
            changes.length === 0 ? <p>No file of {title} is changed.</p> : <FileChanges changes={changes} />
          }
        </Answer>
        {act.failure && <FailureNote failure={act.failure} />}
      </div>
    </Sheet>
  );
}

import { useId, useRef, type SyntheticEvent } from 'react';
import type { HostFailure } from '../api.ts';
import { useAct } from '../ask.ts';
import { Banner } from '../ui/banner.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { Field } from '../ui/field.tsx';
import { SecretInput, takeSecret } from '../ui/secret-input.tsx';
import type { ConfirmRequest } from './confirm-request.ts';

interface ConfirmDialogProps {
  request: ConfirmRequest<unknown>;
  withPassphrase: boolean;
  /** Why the system's own question was not enough. */
  before: HostFailure | null;
  onDone: (result: unknown) => void;
  onDecline: () => void;
}

/** One question to the person. A wrong passphrase is told here, and can be typed again. */
export function ConfirmDialog({ request, withPassphrase, before, onDone, onDecline }: ConfirmDialogProps) {
  const { title, text, verb, danger = false, run } = request;
  const act = useAct();
  const formId = useId();
  const passphrase = useRef<HTMLInputElement | HTMLTextAreaElement | null>(null);

  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    if (act.busy) return;
    const proof = withPassphrase ? takeSecret(passphrase.current) : undefined;
    const done = await act.run(async () => ({ result: await run(proof) }));
    if (done) onDone(done.result);
    else passphrase.current?.focus();
  };

  return (
    <Dialog
      open
      onClose={onDecline}
      title={title}
      description={text}
      footer={
        <>
          <Button onClick={onDecline}>Cancel</Button>
          <Button type="submit" form={formId} look={danger ? 'danger' : 'main'} busy={act.busy}>
            {verb}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
        {before && !act.failure && (
          <Banner tone="warn" title={before.message}>
            Type the passphrase of Chatelaine instead.
          </Banner>
        )}
        {withPassphrase && (
          <Field label="Passphrase" help="It proves that a person is here. It is not kept.">
            {(control) => <SecretInput {...control} inputRef={passphrase} />}
          </Field>
        )}
        {act.failure && <FailureNote failure={act.failure} />}
      </form>
    </Dialog>
  );
}

import { useId, useRef, useState, type SyntheticEvent } from 'react';
import { call } from '../../api.ts';
import { useAct } from '../../ask.ts';
import { useConfirm } from '../../confirm/use-confirm.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Field, inputLook, TextInput } from '../../ui/field.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Select } from '../../ui/select.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { ColourPicker } from './colour-picker.tsx';
import type { Credential, Provider } from './credential.ts';
import { fieldAt, fieldText } from './draft.ts';
import { ProviderFields } from './provider-fields.tsx';
import { emptySecrets, readForm, redirectsSecrets } from './read-form.ts';
import { useProviders } from './use-providers.ts';

interface CredentialFormProps {
  /** The credential to edit; without it one is added. */
  credential?: Credential;
  onClose: () => void;
  onStored: (name: string) => void;
}

/** Add or edit, drawn from the provider's fields. Secrets stay in their inputs until they are stored or the sheet closes. */
export function CredentialForm({ credential, onClose, onStored }: CredentialFormProps) {
  const { providers, failure } = useProviders();
  const [chosenId, setChosenId] = useState(credential?.provider ?? '');
  const provider = providers.find(({ id }) => id === chosenId) ?? providers[0];
  const [warnings, setWarnings] = useState<{ name: string; texts: readonly string[] } | null>(null);
  const act = useAct();
  const confirm = useConfirm();
  const form = useRef<HTMLFormElement>(null);
  const formId = useId();

  const store = async (from: HTMLFormElement, of: Provider): Promise<void> => {
    const draft = readForm(from, of, credential);
    const answer = await act.run(() => {
      if (!credential) return call('credentials.add', { provider: of.id, draft });
      const send = (proof?: string) => call('credentials.edit', { name: credential.name, changes: draft }, proof);
      if (!redirectsSecrets(of, credential, draft)) {
        return confirm({
          when: 'refused',
          title: `Let ${credential.name} do more than now?`,
          text: 'You raised what clients may do with it at most.',
          verb: 'Save the change',
          run: send,
        });
      }
      return confirm({
        title: `Send the secrets of ${credential.name} somewhere else?`,
        text: 'You changed where its secrets are sent, or for whom they act, without typing the secrets again.',
        verb: 'Save the change',
        danger: true,
        run: send,
      });
    });
    if (!answer) return;
    emptySecrets(from);
    if (answer.warnings.length > 0) setWarnings({ name: answer.credential.name, texts: answer.warnings });
    else onStored(answer.credential.name);
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (form.current && provider && !act.busy) void store(form.current, provider);
  };

  return (
    <Sheet
      open
      onClose={onClose}
      title={credential ? `Edit ${credential.name}` : 'Add a credential'}
      footer={
        warnings ? (
          <Button look="main" onClick={() => onStored(warnings.name)}>
            Show {warnings.name}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" form={formId} look="main" busy={act.busy} disabled={!provider}>
              {credential ? 'Save' : 'Add'}
            </Button>
          </>
        )
      }
    >
      {warnings ? (
        <Banner urgent tone="warn" title={`${warnings.name} is stored. Look again at this:`}>
          <ul className="list-disc pl-4">
            {warnings.texts.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </Banner>
      ) : !provider && failure ? (
        <FailureNote failure={failure} />
      ) : !provider ? (
        <Skeleton lines={8} height={56} />
      ) : (
        <form id={formId} ref={form} onSubmit={submit} className="flex flex-col gap-4 pb-2">
          {!credential && providers.length > 1 && (
            <Field label="Provider">
              {(control) => (
                <Select
                  {...control}
                  value={provider.id}
                  onChoose={setChosenId}
                  options={providers.map(({ id, title }) => ({ value: id, label: title }))}
                />
              )}
            </Field>
          )}
          <Field label="Name" help={`Clients choose it by this name, as the ${provider.selector}.`}>
            {(control) => (
              <TextInput {...control} name="name" required maxLength={64} defaultValue={credential?.name} />
            )}
          </Field>
          <ProviderFields
            key={provider.id}
            fields={provider.fields}
            isEdit={credential !== undefined}
            storedText={(key) => fieldText(fieldAt(credential?.fields ?? {}, key))}
            hasSecret={(key) => credential?.secrets.includes(key) ?? false}
          />
          <ColourPicker chosen={credential?.colour ?? null} />
          <Field label="Tags" help="Several with commas.">
            {(control) => <TextInput {...control} name="tags" defaultValue={credential?.tags.join(', ')} />}
          </Field>
          <Field label="Replace secrets every … days" help="Chatelaine reminds you. Empty: the default of Settings.">
            {(control) => (
              <TextInput
                {...control}
                name="rotateEveryDays"
                type="number"
                min={1}
                max={3650}
                defaultValue={credential?.rotateEveryDays ?? ''}
              />
            )}
          </Field>
          <Field label="Notes">
            {(control) => (
              <textarea
                {...control}
                name="notes"
                rows={3}
                maxLength={4000}
                defaultValue={credential?.notes}
                className={classNames(inputLook, 'h-auto py-1')}
              />
            )}
          </Field>
          {act.failure && <FailureNote failure={act.failure} />}
        </form>
      )}
    </Sheet>
  );
}

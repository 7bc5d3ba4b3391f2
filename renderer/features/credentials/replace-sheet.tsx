import { useId, useRef, useState, type SyntheticEvent } from 'react';
import { call, type Output } from '../../api.ts';
import { useAct } from '../../ask.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Field } from '../../ui/field.tsx';
import { isSecretElement, SecretInput } from '../../ui/secret-input.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { Timeline, type Step } from '../../ui/timeline.tsx';
import type { Credential } from './credential.ts';
import { issuerSteps } from './issuer-steps.ts';
import { emptySecrets } from './read-form.ts';
import { useProviders } from './use-providers.ts';

/** Replaces secrets by ones made at the issuer: the new ones are tested first, the old ones serve until they work. */
export function ReplaceSheet({ credential, onClose }: { credential: Credential; onClose: () => void }) {
  const { providers } = useProviders();
  const act = useAct();
  const form = useRef<HTMLFormElement>(null);
  const formId = useId();
  const [result, setResult] = useState<Output<'credentials.replace'> | null>(null);
  // What was never stored is no replacement; the form of the credential takes it.
  const fields = (providers.find(({ id }) => id === credential.provider)?.fields ?? []).filter(
    ({ key, secret, required }) => secret && (required || credential.secrets.includes(key)),
  );
  const isDone = result?.ok === true;

  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const from = form.current;
    if (!from || act.busy) return;
    void act.run(async () => {
      setResult(null);
      const answer = await call('credentials.replace', { name: credential.name, secrets: secretsOf(from) });
      setResult(answer);
      // Refused ones stay typed: often only one of them was cut.
      if (answer.ok) emptySecrets(from);
    });
  };

  const failed = result?.ok === false || act.failure !== null;
  const steps: Step[] = [
    {
      title: 'Make new secrets at the issuer',
      state: isDone ? 'done' : 'now',
      detail: <IssuerSteps provider={credential.provider} />,
    },
    {
      title: 'Prove that they work',
      state: isDone ? 'done' : failed ? 'failed' : act.busy ? 'now' : 'waiting',
    },
    { title: 'Switch, without dropping a call', state: isDone ? 'done' : 'waiting' },
    {
      title: 'Retire the old ones at the issuer',
      state: isDone ? 'now' : 'waiting',
      detail: isDone
        ? 'Nothing here uses them any more. Deactivate them at the issuer when no other program does.'
        : undefined,
    },
  ];
  return (
    <Sheet
      open
      wide
      onClose={onClose}
      title={`Replace the secrets of ${credential.name}`}
      description="The old secrets stay in use until the new ones are proven."
      footer={
        isDone ? (
          <Button look="main" onClick={onClose}>
            Show {credential.name}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" form={formId} look="main" busy={act.busy}>
              Test and switch
            </Button>
          </>
        )
      }
    >
      <div className="flex flex-col gap-5">
        <Timeline label="Steps of the replacement" steps={steps} />
        {isDone ? (
          <Banner urgent tone="good" title={result.message}>
            {result.hint}
          </Banner>
        ) : (
          <form id={formId} ref={form} onSubmit={submit} className="flex flex-col gap-4 pb-2">
            {fields.map(({ key, label, multiline, help, placeholder }) => (
              <Field
                key={key}
                label={label}
                help={credential.secrets.includes(key) ? `${help} Leave it empty if it stays.` : help}
              >
                {(control) => <SecretInput {...control} name={key} multiline={multiline} placeholder={placeholder} />}
              </Field>
            ))}
            {result?.ok === false && (
              <Banner urgent tone="bad" title={result.message}>
                {result.hint}
              </Banner>
            )}
            {act.failure && <FailureNote failure={act.failure} />}
          </form>
        )}
      </div>
    </Sheet>
  );
}

function IssuerSteps({ provider }: { provider: string }) {
  return (
    <ol className="list-decimal pl-4">
      {issuerSteps(provider).map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ol>
  );
}

const secretsOf = (form: HTMLFormElement): Record<string, string> =>
  Object.fromEntries(
    [...form.elements].flatMap((element) =>
      isSecretElement(element) && element.value !== '' ? [[element.name, element.value] as const] : [],
    ),
  );

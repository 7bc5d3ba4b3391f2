import { useRef, useState, type SyntheticEvent } from 'react';
import { call } from '../../api.ts';
import { useHost } from '../../app/use-host.ts';
import { useAct } from '../../ask.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { SecretInput, takeSecret } from '../../ui/secret-input.tsx';
import { useToast } from '../../ui/toast.tsx';
import { Setting } from './setting.tsx';

type Element = HTMLInputElement | HTMLTextAreaElement | null;

/** The app's own passphrase, for a vault in the keychain; a file vault has one already. */
export function PassphraseSection() {
  const host = useHost();
  const act = useAct();
  const toast = useToast();
  const current = useRef<Element>(null);
  const next = useRef<Element>(null);
  const again = useRef<Element>(null);
  const [problem, setProblem] = useState<string | undefined>();
  if (!host) return null;
  if (host.vault === 'file') {
    return (
      <Setting title="Passphrase">
        <p>
          The vault's own passphrase unlocks Chatelaine and confirms what needs you. It is set when the vault is made.
        </p>
      </Setting>
    );
  }
  const hasOne = host.hasPassphrase === true;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (act.busy) return;
    if (next.current?.value !== again.current?.value) {
      setProblem('The two are not the same. Nothing was set.');
      return;
    }
    setProblem(undefined);
    const proof = hasOne ? takeSecret(current.current) : undefined;
    takeSecret(again.current);
    const input = { next: takeSecret(next.current) };
    void act.run(async () => {
      await call('host.setPassphrase', input, proof);
      toast({ text: 'The passphrase is set.' });
    });
  };
  return (
    <Setting title="Passphrase" act={act}>
      <p className="text-muted">
        {hasOne
          ? 'A passphrase is set. It unlocks Chatelaine and confirms what needs you.'
          : 'Without one, the click in this window is what confirms. With one, only somebody who knows it can.'}
      </p>
      <form onSubmit={submit} className="flex max-w-sm flex-col gap-3">
        {hasOne && (
          <Field label="Passphrase now">{(control) => <SecretInput {...control} required inputRef={current} />}</Field>
        )}
        <Field label={hasOne ? 'New passphrase' : 'Passphrase'}>
          {(control) => <SecretInput {...control} required inputRef={next} />}
        </Field>
        <Field label="The same again" problem={problem}>
          {(control) => <SecretInput {...control} required inputRef={again} />}
        </Field>
        <Button type="submit" busy={act.busy} className="self-start">
          {hasOne ? 'Change the passphrase' : 'Set the passphrase'}
        </Button>
      </form>
    </Setting>
  );
}

import { Lock } from 'lucide-react';
import { useEffect, useRef, type SyntheticEvent } from 'react';
import { call } from '../../api.ts';
import { useAct } from '../../ask.ts';
import type { Host } from '../../app/use-host.ts';
import { Button } from '../../ui/button.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Field } from '../../ui/field.tsx';
import { SecretInput, takeSecret } from '../../ui/secret-input.tsx';
import { vaultWords } from '../settings/vault-words.ts';

/** Instead of every page while the vault is locked: its name, and one field or button. */
export function LockedPage({ host }: { host: Host }) {
  const act = useAct();
  const field = useRef<HTMLInputElement | HTMLTextAreaElement | null>(null);
  // Where the system asks, the passphrase opens as well: for a finger that is wet, or a dialog that does not come.
  const isFallback = host.unlocksBy === 'system' && host.hasPassphrase !== false && act.failure !== null;
  const isTyped = host.unlocksBy === 'passphrase' || isFallback;
  useEffect(() => {
    document.title = 'Locked · Chatelaine';
  }, []);
  const unlock = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (act.busy) return;
    const typed = isTyped ? takeSecret(field.current) : undefined;
    const proof = isFallback && typed === '' ? undefined : typed;
    void act.run(() => call('host.unlock', {}, proof)).then(() => field.current?.focus());
  };
  return (
    <div className="flex h-full items-center justify-center p-6">
      <form onSubmit={unlock} className="flex w-full max-w-sm flex-col gap-4">
        <Lock size={24} aria-hidden className="text-muted" />
        <div>
          <h1 tabIndex={-1} className="text-20 font-semibold">
            Chatelaine is locked
          </h1>
          <p className="text-muted">{vaultWords(host.vault)}. No client can use a credential until it is unlocked.</p>
        </div>
        {isTyped && (
          <Field label="Passphrase" help={isFallback ? 'Or leave it empty, and the system asks again.' : undefined}>
            {(control) => <SecretInput {...control} inputRef={field} autoFocus />}
          </Field>
        )}
        {act.failure && <FailureNote failure={act.failure} />}
        <Button type="submit" look="main" busy={act.busy} autoFocus={!isTyped} className="self-start">
          Unlock
        </Button>
      </form>
    </div>
  );
}

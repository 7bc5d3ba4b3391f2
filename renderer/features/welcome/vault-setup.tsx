import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type SyntheticEvent } from 'react';
import { asFailure, call, type HostFailure, type Output } from '../../api.ts';
import { useAct } from '../../ask.ts';
import { Button } from '../../ui/button.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Field } from '../../ui/field.tsx';
import { SecretInput, takeSecret } from '../../ui/secret-input.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';

type Kind = 'keychain' | 'file';
type Element = HTMLInputElement | HTMLTextAreaElement | null;

/** The very first question of the desktop app: where shall secrets be kept? Nothing else exists before it is answered. */
export function VaultSetup() {
  const setup = useQuery<Output<'setup.status'>, HostFailure>({
    queryKey: ['setup.status'],
    queryFn: () =>
      call('setup.status', {}).catch((error: unknown) => {
        throw asFailure(error);
      }),
  });
  const queries = useQueryClient();
  const act = useAct();
  const [chosen, setChosen] = useState<Kind | null>(null);
  const [problem, setProblem] = useState<string | undefined>();
  const passphrase = useRef<Element>(null);
  const again = useRef<Element>(null);
  const stores = setup.data?.stores ?? [];
  const kind = chosen ?? stores.find(({ available }) => available)?.kind ?? 'file';

  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (act.busy) return;
    if (kind === 'file' && passphrase.current?.value !== again.current?.value) {
      setProblem('The two are not the same. Nothing was made.');
      return;
    }
    setProblem(undefined);
    takeSecret(again.current);
    const proof = kind === 'file' ? takeSecret(passphrase.current) : undefined;
    void act.run(async () => {
      await call('setup.chooseVault', { kind }, proof);
      location.hash = '#/welcome';
      await queries.invalidateQueries();
    });
  };
  return (
    <div className="h-full overflow-y-auto">
      <form onSubmit={submit} className="mx-auto flex max-w-lg flex-col gap-5 px-5 py-10">
        <div>
          <h1 tabIndex={-1} className="text-28 font-semibold">
            Welcome to Chatelaine
          </h1>
          <p className="text-muted">Where shall your secrets be kept? Chatelaine always shows which store is in use.</p>
        </div>
        {setup.error && <FailureNote failure={setup.error} onRetry={() => void setup.refetch()} />}
        {setup.isPending && <Skeleton lines={2} height={72} />}
        <fieldset className="flex flex-col gap-2">
          <legend className="sr-only">Vault</legend>
          {stores.map(({ kind: of, available, message }) => (
            <label
              key={of}
              className="flex items-start gap-3 rounded-md border border-line bg-raised px-4 py-3 has-checked:border-focus has-disabled:opacity-60"
            >
              <input
                type="radio"
                name="vault"
                disabled={!available}
                checked={kind === of}
                onChange={() => setChosen(of)}
                className="mt-1 accent-(--accent)"
              />
              <span className="min-w-0">
                <span className="block font-medium">{titles[of]}</span>
                <span className="block break-words text-muted">{message}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {kind === 'file' && stores.length > 0 && (
          <>
            <Field label="Passphrase" help="It seals the file. Nobody can bring it back if it is lost.">
              {(control) => <SecretInput {...control} required inputRef={passphrase} />}
            </Field>
            <Field label="The same again" problem={problem}>
              {(control) => <SecretInput {...control} required inputRef={again} />}
            </Field>
          </>
        )}
        {act.failure && <FailureNote failure={act.failure} />}
        <Button type="submit" look="main" busy={act.busy} disabled={stores.length === 0} className="self-start">
          Keep secrets there
        </Button>
      </form>
    </div>
  );
}

const titles: Record<Kind, string> = {
  keychain: 'In the keychain of this computer',
  file: 'In a file sealed with a passphrase',
};

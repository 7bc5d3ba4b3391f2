import { useId, useRef, useState, type SyntheticEvent } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { useAct } from '../../ask.ts';
import { useConfirm } from '../../confirm/use-confirm.tsx';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Field, inputLook, TextInput } from '../../ui/field.tsx';
import { Setting } from './setting.tsx';
import type { Settings } from './use-set.ts';

/** Where calls to issuers go through, and whom they trust: both can read what is sent, so the person confirms a change. */
export function NetworkSection({ network }: { network: Settings['network'] }) {
  const act = useAct();
  const confirm = useConfirm();
  const queries = useQueryClient();
  const formId = useId();
  const proxy = useRef<HTMLInputElement>(null);
  const ca = useRef<HTMLTextAreaElement>(null);
  const [isChanged, setChanged] = useState(false);
  const look = (): void =>
    setChanged(
      (proxy.current?.value.trim() ?? '') !== (network.proxy ?? '') || (ca.current?.value ?? '') !== (network.ca ?? ''),
    );
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const change = { proxy: textOrNull(proxy.current), ca: textOrNull(ca.current) };
    void act.run(async () => {
      const settings = await confirm({
        title: 'Change the network that issuers are reached by?',
        text: 'A proxy and the certificates that are trusted decide who can see the traffic to your issuers.',
        verb: 'Change the network',
        run: (proof) => call('settings.set', { network: change }, proof),
      });
      if (settings) queries.setQueryData(['settings.get', {}], settings);
    });
  };
  return (
    <Setting title="Network" act={act}>
      <form id={formId} onSubmit={submit} onInput={look} className="flex flex-col gap-3">
        <Field label="Proxy" help="http://host:port. Empty: none. Nothing is taken from the environment.">
          {(control) => (
            <TextInput
              {...control}
              ref={proxy}
              mono
              defaultValue={network.proxy ?? ''}
              placeholder="http://proxy.example.com:8080"
            />
          )}
        </Field>
        <Field
          label="Further root certificates"
          help="PEM. Empty: only the system's and the built-in ones are trusted."
        >
          {(control) => (
            <textarea
              {...control}
              ref={ca}
              rows={4}
              spellCheck={false}
              defaultValue={network.ca ?? ''}
              className={classNames(inputLook, 'h-auto py-1 font-mono text-12')}
            />
          )}
        </Field>
        <Button type="submit" disabled={!isChanged} busy={act.busy} className="self-start">
          Change the network
        </Button>
      </form>
    </Setting>
  );
}

const textOrNull = (element: HTMLInputElement | HTMLTextAreaElement | null): string | null => {
  const text = element?.value.trim() ?? '';
  return text === '' ? null : text;
};

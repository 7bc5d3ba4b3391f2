import { useEffect, useRef, useState, type SyntheticEvent } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { useAct, useAsk } from '../../ask.ts';
import { useConfirm } from '../../confirm/use-confirm.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Field, inputLook, TextInput } from '../../ui/field.tsx';
import { shownText } from '../../ui/shown-text.ts';
import { Setting } from './setting.tsx';
import type { Settings } from './use-set.ts';

/** Where calls to issuers go through, and whom they trust: both can read what is sent, so the person confirms a change. */
export function NetworkSection({ network }: { network: Settings['network'] }) {
  const act = useAct();
  const confirm = useConfirm();
  const queries = useQueryClient();
  const proxy = useRef<HTMLInputElement>(null);
  const ca = useRef<HTMLTextAreaElement>(null);
  const [isChanged, setChanged] = useState(false);
  const alarm = useAsk('host.doctor', {}).data?.checks.find(
    ({ name, state }) => name === 'Network' && state === 'failed',
  );

  // What changed elsewhere is shown, unless somebody types here: that is not thrown away.
  useEffect(() => {
    if (isChanged) return;
    if (proxy.current) proxy.current.value = network.proxy ?? '';
    if (ca.current) ca.current.value = network.ca ?? '';
  }, [network.proxy, network.ca, isChanged]);

  const typed = () => ({
    proxy: textOrNull(proxy.current?.value),
    // A certificate ends with a line break or without one; it is the same one.
    ca: textOrNull(ca.current?.value) === textOrNull(network.ca) ? network.ca : textOrNull(ca.current?.value),
  });
  const compare = (other: Settings['network']): void => {
    const now = typed();
    setChanged(now.proxy !== textOrNull(other.proxy) || textOrNull(now.ca) !== textOrNull(other.ca));
  };
  const save = (change: Settings['network'], words: { title: string; verb: string }): void =>
    void act.run(async () => {
      const settings = await confirm({
        ...words,
        text: 'A proxy and the certificates that are trusted decide who can see the traffic to your issuers.',
        run: (proof) => call('settings.set', { network: change }, proof),
      });
      if (!settings) return;
      queries.setQueryData(['settings.get', {}], settings);
      compare(settings.network);
      await queries.invalidateQueries({ queryKey: ['host.doctor'] });
    });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (act.busy) return;
    save(typed(), { title: 'Change the network that issuers are reached by?', verb: 'Change the network' });
  };
  return (
    <Setting title="Network" act={act}>
      {alarm && (
        <Banner
          tone="bad"
          title={shownText(alarm.message)}
          action={
            <Button
              size="small"
              busy={act.busy}
              onClick={() =>
                save(network, { title: 'Use the proxy and the certificates shown here?', verb: 'Use them' })
              }
            >
              Use them
            </Button>
          }
        >
          {`Find out who changed them. ${[
            network.proxy === null ? 'The file has no proxy' : `The file has the proxy ${shownText(network.proxy)}`,
            network.ca === null ? 'no further certificates' : 'further certificates',
          ].join(' and ')}. If that is right, use them; otherwise change them below.`}
        </Banner>
      )}
      <form onSubmit={submit} onInput={() => compare(network)} className="flex flex-col gap-3">
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
        <Button type="submit" disabled={!isChanged && !alarm} busy={act.busy} className="self-start">
          Change the network
        </Button>
      </form>
    </Setting>
  );
}

const textOrNull = (text: string | null | undefined): string | null => {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
};

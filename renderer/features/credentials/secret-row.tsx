import { useEffect, useRef, useState } from 'react';
import { call } from '../../api.ts';
import { useHost } from '../../app/use-host.ts';
import { useAct } from '../../ask.ts';
import { useConfirm } from '../../confirm/use-confirm.tsx';
import { Button } from '../../ui/button.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { useToast } from '../../ui/toast.tsx';
import { clipboard } from '../../ui/clipboard.ts';
import { Fact } from './fact.tsx';

/**
 * A secret: dots, until the person asks to see it. The value goes from the answer into one element's text, past React,
 * whose fibers keep former states; and out of it when its time is over.
 */
export function SecretRow({ credential, field, label }: { credential: string; field: string; label: string }) {
  const host = useHost();
  const confirm = useConfirm();
  const toast = useToast();
  const act = useAct();
  const shown = useRef<HTMLElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [isShown, setShown] = useState(false);

  const hide = (): void => {
    clearTimeout(timer.current);
    if (shown.current) shown.current.textContent = '';
    setShown(false);
  };
  useEffect(() => {
    const element = shown.current;
    return () => {
      clearTimeout(timer.current);
      if (element) element.textContent = '';
    };
  }, []);

  const reveal = (): void =>
    void act.run(async () => {
      const answer = await confirm({
        title: `Show the ${label.toLowerCase()} of ${credential}`,
        text: 'It is shown on this page for 30 seconds. The activity record keeps that it was.',
        verb: 'Reveal',
        run: (proof) => call('credentials.reveal', { name: credential, field }, proof),
      });
      if (answer === undefined || !shown.current) return;
      shown.current.textContent = answer.value;
      setShown(true);
      timer.current = setTimeout(hide, answer.hideAfterMs);
    });
  const copyByHost = (): void =>
    void act.run(async () => {
      const answer = await confirm({
        title: `Copy the ${label.toLowerCase()} of ${credential}`,
        text: 'It goes to the clipboard and is taken out again after 30 seconds. The activity record keeps that it was copied.',
        verb: 'Copy',
        run: (proof) => call('credentials.copy', { name: credential, field }, proof),
      });
      if (answer) toast({ text: `Copied. The clipboard is emptied in ${Math.round(answer.clearAfterMs / 1000)} s.` });
    });
  const copyShown = (): void =>
    void act.run(async () => {
      await clipboard.copyForAWhile(shown.current?.textContent ?? '', 30_000);
      toast({
        text: 'Copied. The clipboard is emptied in 30 s, whatever another program puts there until then.',
        forMs: 8_000,
      });
    });

  return (
    <Fact label={label}>
      <div className="flex flex-wrap items-center gap-2">
        {!isShown && (
          <span className="flex-1 font-mono text-muted">
            <span aria-hidden>••••••••</span>
            <span className="sr-only">hidden</span>
          </span>
        )}
        <code
          ref={shown}
          hidden={!isShown}
          data-revealed
          className="min-w-0 flex-1 font-mono text-12 break-all select-all"
        />
        {isShown ? (
          <>
            {host?.desktop === false && (
              <Button size="small" aria-label={`Copy ${label}`} onClick={copyShown}>
                Copy
              </Button>
            )}
            <Button size="small" aria-label={`Hide ${label}`} onClick={hide}>
              Hide
            </Button>
          </>
        ) : (
          <Button size="small" look="quiet" aria-label={`Reveal ${label}`} busy={act.busy} onClick={reveal}>
            Reveal
          </Button>
        )}
        {host?.desktop && (
          <Button size="small" look="quiet" aria-label={`Copy ${label}`} busy={act.busy} onClick={copyByHost}>
            Copy
          </Button>
        )}
      </div>
      {act.failure && <FailureNote failure={act.failure} />}
    </Fact>
  );
}

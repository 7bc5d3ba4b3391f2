import { useEffect, useId, useRef } from 'react';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Field } from '../../ui/field.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { drawKeys } from '../../ui/kbd.tsx';
import { Menu } from '../../ui/menu.tsx';
import { SecretInput, takeSecret } from '../../ui/secret-input.tsx';
import { shownText } from '../../ui/shown-text.ts';
import { useClientTitle } from '../clients/use-client-title.ts';
import type { Approval } from './approval.ts';
import { ArgumentsDisclosure } from './arguments-disclosure.tsx';
import { PreviewView } from './preview-view.tsx';
import { TimeLeft } from './time-left.tsx';
import { useAnswer } from './use-answer.ts';
import { useAnswerKeys } from './use-answer-keys.ts';
import { useArmed } from './use-armed.ts';

interface ApprovalCardProps {
  question: Approval;
  position: number;
  count: number;
  /** Fills its window, without a border of its own. */
  bare?: boolean;
  /** Takes the focus when a question comes into sight: where the card is all there is. */
  takesFocus?: boolean;
  /** Its keys count wherever the focus is on the page. */
  ownsKeys?: boolean;
}

/** One question. Keys and buttons answer it only when it has been in sight long enough to be read. */
export function ApprovalCard({
  question,
  position,
  count,
  bare = false,
  takesFocus = false,
  ownsKeys = false,
}: ApprovalCardProps) {
  const { id, client, credential, colour, network, sentence, preview, args, tool, effect, asks, expiresAt } = question;
  const clientTitle = useClientTitle();
  const isReady = useArmed(id);
  const { act, approve, deny } = useAnswer(question);
  const card = useRef<HTMLElement>(null);
  const secret = useRef<HTMLInputElement | HTMLTextAreaElement | null>(null);
  const headingId = useId();
  const isDestructive = effect === 'destroy';

  useEffect(() => {
    if (takesFocus || card.current?.contains(document.activeElement)) card.current?.focus({ preventScroll: true });
  }, [id, takesFocus]);

  useAnswerKeys(ownsKeys ? null : card, (key) => {
    if (!isReady || act.busy) return;
    if (key === 'deny') deny();
    else allowOnce();
  });
  /** Read once and gone from the page; a call that asks for nothing has nothing to read. */
  function allowOnce(): void {
    if (asks === null) approve('once');
    else if (secret.current?.value) approve('once', takeSecret(secret.current));
    else secret.current?.focus();
  }
  const whenReady = (answer: () => void) => () => {
    if (isReady && !act.busy) answer();
  };
  return (
    <article
      ref={card}
      tabIndex={-1}
      aria-labelledby={headingId}
      data-approval={id}
      data-armed={isReady}
      className={classNames(
        'flex min-h-0 flex-col bg-raised focus:outline-none',
        bare
          ? 'h-full'
          : 'rounded-md border border-line shadow-panel focus-visible:outline-2 focus-visible:outline-focus',
      )}
    >
      <header
        {...(colour === null ? {} : { 'data-colour': colour })}
        className={classNames(
          'flex items-center gap-3 bg-customer px-4 py-2 text-15 font-semibold text-on-customer',
          !bare && 'rounded-t-md',
        )}
      >
        <span className="min-w-0 flex-1 truncate" title={credential}>
          {shownText(credential)}
        </span>
        {network !== null && <span className="shrink-0 tracking-wide">{shownText(network).toUpperCase()}</span>}
      </header>
      <div
        className="flex min-h-0 flex-1 flex-col gap-2 overflow-y-auto px-4 py-3"
        tabIndex={0}
        role="group"
        aria-label="The question"
      >
        <div>
          <p className="flex flex-wrap items-center gap-2 text-muted">
            <span>{shownText(clientTitle(client))} asks</span>
            {isDestructive && <Badge tone="warn">destructive</Badge>}
            {count > 1 && (
              <span className="ml-auto">
                {position} of {count}
              </span>
            )}
          </p>
          <h2 id={headingId} className="text-15 font-semibold break-words">
            {shownText(sentence)}
          </h2>
        </div>
        <PreviewView preview={preview} />
        {asks !== null && (
          <Field label={asks} help="Only the cluster gets it: not the client, not the record.">
            {(control) => <SecretInput {...control} key={id} name="typed" inputRef={secret} />}
          </Field>
        )}
        <ArgumentsDisclosure key={id} tool={tool} args={args} />
        {act.failure && <FailureNote failure={act.failure} />}
      </div>
      <footer className="flex flex-wrap items-center gap-2 border-t border-line px-4 py-2.5">
        <TimeLeft until={expiresAt} />
        <span className="flex-1" />
        <Button shortcut="Escape" aria-disabled={!isReady} onClick={whenReady(deny)}>
          Deny
        </Button>
        <Button
          look={isDestructive ? 'danger' : 'main'}
          aria-disabled={!isReady}
          busy={act.busy}
          title={`Allow this one call (${drawKeys('Mod+Enter')})`}
          onClick={whenReady(allowOnce)}
        >
          Once
        </Button>
        {asks === null && (
          <Menu
            label="Allow for longer"
            trigger={<Button aria-disabled={!isReady}>15 min…</Button>}
            items={[
              { label: 'Allow for 15 minutes', disabled: !isReady, run: whenReady(() => approve('15m')) },
              { label: 'Allow for this session', disabled: !isReady, run: whenReady(() => approve('session')) },
            ]}
          />
        )}
      </footer>
    </article>
  );
}

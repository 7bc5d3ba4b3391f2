import { ArrowLeft, MoreHorizontal, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useNow } from '../../ask.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Menu } from '../../ui/menu.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { shownText } from '../../ui/shown-text.ts';
import { Swatch } from '../../ui/swatch.tsx';
import { useIsWide } from '../../ui/use-width.ts';
import type { Credential } from './credential.ts';
import { credentialState } from './credential-state.ts';
import { CredentialHistory } from './credential-history.tsx';
import { DueRow } from './due-row.tsx';
import { Fact } from './fact.tsx';
import { fieldAt, fieldText } from './draft.ts';
import { SecretRow } from './secret-row.tsx';
import { useConfirmRemoval } from './use-confirm-removal.tsx';
import { useCredentialActions } from './use-credential-actions.ts';
import { useProviders } from './use-providers.ts';

interface CredentialDetailProps {
  name: string;
  credential: Credential | undefined;
  onLeave: () => void;
  onShow: (sheet: string) => void;
}

export function CredentialDetail({ name: asked, credential, onLeave, onShow }: CredentialDetailProps) {
  // It comes from the address, which anybody may have written.
  const name = shownText(asked);
  const isWide = useIsWide();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${name} · Chatelaine`;
    if (!isWide) heading.current?.focus();
    return () => {
      document.title = 'Credentials · Chatelaine';
    };
  }, [name, isWide]);
  const Heading = isWide ? 'h2' : 'h1';
  return (
    <section
      aria-label={`Credential ${name}`}
      className="flex h-full flex-col"
      onKeyDown={(event) => event.key === 'Escape' && !event.defaultPrevented && onLeave()}
    >
      <header className="flex min-h-12 items-center gap-2 border-b border-line px-4">
        {!isWide && (
          <Button
            look="quiet"
            size="icon"
            aria-label="Back to the list"
            icon={<ArrowLeft size={16} />}
            onClick={onLeave}
          />
        )}
        <Swatch colour={credential?.colour ?? null} />
        <Heading ref={heading} tabIndex={-1} className="min-w-0 flex-1 truncate text-15 font-semibold" title={name}>
          {name}
        </Heading>
        {isWide && (
          <Button look="quiet" size="icon" aria-label="Close the detail" icon={<X size={16} />} onClick={onLeave} />
        )}
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto" tabIndex={-1}>
        {credential ? (
          <Facts credential={credential} onShow={onShow} onLeave={onLeave} />
        ) : (
          <EmptyState title={`There is no credential called “${name}” any more.`}>
            <Button onClick={onLeave}>Show all credentials</Button>
          </EmptyState>
        )}
      </div>
    </section>
  );
}

function Facts({
  credential,
  onShow,
  onLeave,
}: {
  credential: Credential;
  onShow: (sheet: string) => void;
  onLeave: () => void;
}) {
  const { providers, titleOf } = useProviders();
  const now = useNow(60_000);
  const { testing, test, remove } = useCredentialActions();
  const [removal, askRemoval] = useConfirmRemoval([credential.name], () => {
    onLeave();
    return remove([credential.name]);
  });
  const fields = providers.find(({ id }) => id === credential.provider)?.fields ?? [];
  const state = credentialState(credential, now);
  const { lastTest } = credential;
  return (
    <div className="flex flex-col gap-5 p-4">
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone={state.tone}>{state.words}</Badge>
        <Badge>{titleOf(credential.provider)}</Badge>
        {credential.emulator && <Badge tone="info">emulator on this machine</Badge>}
        {credential.tags.map((tag) => (
          <Badge key={tag}>{shownText(tag)}</Badge>
        ))}
      </div>
      <div className="flex flex-wrap gap-2">
        <Button busy={testing !== null} onClick={() => void test([credential.name])}>
          Test
        </Button>
        {credential.secrets.length > 0 && <Button onClick={() => onShow('replace')}>Replace secrets</Button>}
        <Button onClick={() => onShow('edit')}>Edit</Button>
        <Menu
          label="More"
          trigger={<Button look="quiet" size="icon" aria-label="More" icon={<MoreHorizontal size={16} />} />}
          items={[{ label: 'Remove…', danger: true, run: askRemoval }]}
        />
        {removal}
      </div>
      <dl className="flex flex-col gap-3">
        {fields
          .filter(({ secret, key }) => !secret && fieldText(fieldAt(credential.fields, key)) !== '')
          .map(({ key, label, multiline }) => {
            const text = fieldText(fieldAt(credential.fields, key));
            return (
              <Fact key={key} label={label}>
                <span className="font-mono text-12 break-all">
                  {multiline ? `set, ${text.trim().split('\n').length} lines` : shownText(text)}
                </span>
              </Fact>
            );
          })}
        {credential.secrets.map((key) => (
          <SecretRow
            key={key}
            credential={credential.name}
            field={key}
            label={fields.find((field) => field.key === key)?.label ?? key}
          />
        ))}
        <DueRow credential={credential} />
        <Fact label="Last test">
          {lastTest === null ? (
            'not tested yet'
          ) : (
            <>
              <span className={lastTest.ok ? 'text-good' : 'text-bad'}>{lastTest.ok ? '✓ ' : '✕ '}</span>
              {shownText(lastTest.message)}{' '}
              <span className="text-muted">
                (<RelativeTime at={lastTest.at} />)
              </span>
            </>
          )}
        </Fact>
        {credential.secrets.length > 0 && (
          <Fact label="Secrets since">
            <RelativeTime at={credential.secretsChangedAt} />
          </Fact>
        )}
        {credential.notes !== '' && (
          <Fact label="Notes">
            <span className="break-words whitespace-pre-wrap">{shownText(credential.notes)}</span>
          </Fact>
        )}
      </dl>
      <CredentialHistory credential={credential} />
    </div>
  );
}

import { useState, type ReactNode } from 'react';
import { call, type Output } from '../../api.ts';
import { Page } from '../../app/page.tsx';
import { useHost } from '../../app/use-host.ts';
import { useAct, useAsk } from '../../ask.ts';
import { Button } from '../../ui/button.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { shownText } from '../../ui/shown-text.ts';
import { Timeline, type Step } from '../../ui/timeline.tsx';
import { verifiedWords } from '../clients/client-state.ts';
import { titleOf } from '../clients/use-client-title.ts';
import { RegisterSheet } from '../clients/register-sheet.tsx';
import { ImportSheet } from '../credentials/import-sheet.tsx';
import { VaultProof } from '../settings/vault-section.tsx';
import { vaultWords } from '../settings/vault-words.ts';
import { FirstCall } from './first-call.tsx';

/** Four steps, each with its real state and each of which can wait. */
export function WelcomePage(): ReactNode {
  const host = useHost();
  const credentials = useAsk('credentials.list', {}).data ?? [];
  const found = useAsk('credentials.findEdgerc', {}).data;
  const clients = useAsk('clients.list', {}, { everyMs: 3_000 }).data ?? [];
  const known = useAsk('clients.known', {});
  const calls = useAsk('activity.page', { kind: 'call-finished', limit: 1 });
  const act = useAct();
  const [proof, setProof] = useState<Output<'host.proveVault'> | null>(null);
  const [sheet, setSheet] = useState<'import' | 'register' | null>(null);
  const claude = known.data?.find(({ id }) => id === 'claude-desktop') ?? known.data?.[0];
  const firstCall = calls.data?.lines[0];
  const seen = clients.find(({ lastSeen }) => lastSeen !== null);

  const done = [proof?.ok === true, credentials.length > 0, clients.length > 0, firstCall !== undefined];
  const firstOpen = done.indexOf(false);
  const stateOf = (index: number): Step['state'] => (done[index] ? 'done' : index === firstOpen ? 'now' : 'waiting');
  const sections = found?.sections.length ?? 0;

  const steps: Step[] = [
    {
      title: 'Your vault keeps secrets',
      state: proof?.ok === false ? 'failed' : stateOf(0),
      detail: (
        <StepBody text={host ? `${vaultWords(host.vault)}.` : ''}>
          {proof ? (
            <VaultProof proof={proof} />
          ) : (
            <Button
              busy={act.busy}
              onClick={() => void act.run(async () => setProof(await call('host.proveVault', {})))}
            >
              Prove it by a round trip
            </Button>
          )}
          {act.failure && <FailureNote failure={act.failure} />}
        </StepBody>
      ),
    },
    {
      title: 'Bring your credentials',
      state: stateOf(1),
      detail: (
        <StepBody
          text={
            credentials.length > 0
              ? `${credentials.length === 1 ? '1 credential is' : `${credentials.length} credentials are`} stored.`
              : sections > 0
                ? `Found ${found?.path ?? ''} with ${sections === 1 ? '1 section' : `${sections} sections`} that ${sections === 1 ? 'is' : 'are'} not stored yet.`
                : 'From an .edgerc file, or typed in by hand.'
          }
        >
          <Button look={credentials.length === 0 ? 'main' : 'plain'} onClick={() => setSheet('import')}>
            {sections > 0 ? 'Import your .edgerc' : 'Import an .edgerc'}
          </Button>
          <LinkButton href="#/credentials?open=add">Add one by hand</LinkButton>
        </StepBody>
      ),
    },
    {
      title: claude ? `Register ${claude.title}` : 'Register a client',
      state: stateOf(2),
      detail: (
        <StepBody
          text={
            clients.length > 0
              ? `Registered: ${clients.map((client) => shownText(titleOf(client))).join(', ')}.`
              : 'You see the exact change of its configuration before anything is written, and can undo it.'
          }
        >
          {known.error && <FailureNote failure={known.error} onRetry={() => void known.refetch()} />}
          {claude && (
            <Button
              look={clients.length === 0 && credentials.length > 0 ? 'main' : 'plain'}
              onClick={() => setSheet('register')}
            >
              Register with {claude.title}
            </Button>
          )}
          <LinkButton href="#/clients">Choose another client</LinkButton>
        </StepBody>
      ),
    },
    {
      title: 'See the first call arrive',
      state: stateOf(3),
      detail: (
        <FirstCall
          line={firstCall ?? null}
          seen={seen?.lastSeen ? verifiedWords(seen.lastSeen, seen.connected) : null}
          isRegistered={clients.length > 0}
        />
      ),
    },
  ];
  return (
    <Page
      title="Welcome"
      answer={firstOpen < 0 ? 'All four steps are done.' : 'Four steps to the first call. Each of them can wait.'}
      actions={<LinkButton href="#/">{firstOpen < 0 ? 'Go to Home' : 'Skip the rest for now'}</LinkButton>}
    >
      <Timeline label="First steps" steps={steps} />
      {sheet === 'import' && <ImportSheet onClose={() => setSheet(null)} />}
      {sheet === 'register' && claude && <RegisterSheet client={claude} onClose={() => setSheet(null)} />}
    </Page>
  );
}

function StepBody({ text, children }: { text: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-2 pb-3">
      <p className="break-words">{text}</p>
      <div className="flex flex-wrap items-center gap-2 text-ink">{children}</div>
    </div>
  );
}

function LinkButton({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a
      href={href}
      className="inline-flex h-8 items-center rounded-md border border-transparent px-3 text-accent-ink underline hover:bg-hover"
    >
      {children}
    </a>
  );
}

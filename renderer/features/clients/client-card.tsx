import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type Output } from '../../api.ts';
import { useAct, useAsk } from '../../ask.ts';
import { Badge } from '../../ui/badge.tsx';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { shownText } from '../../ui/shown-text.ts';
import { useToast } from '../../ui/toast.tsx';
import type { Registration } from './client.ts';
import { clientState } from './client-state.ts';
import { GrantTable } from './grant-table.tsx';
import { titleOf } from './use-client-title.ts';

/** One registered client: whether it works, and what it may do. */
export function ClientCard({ registration, onUndo }: { registration: Registration; onUndo: () => void }) {
  const { name, title, providers, credentials, entry } = registration;
  const { tone, word, sentence } = clientState(registration);
  const act = useAct();
  const toast = useToast();
  const [verified, setVerified] = useState<Output<'clients.verify'> | null>(null);
  const isRepairable = entry === 'missing' || entry === 'changed';
  return (
    <li className="flex flex-col gap-3 rounded-md border border-line bg-raised px-4 py-3">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
        <div className="min-w-0 flex-1 basis-60">
          <h3 className="flex flex-wrap items-center gap-2 font-semibold">
            <span className="break-all">{shownText(titleOf(registration))}</span>
            <Badge tone={tone}>{word}</Badge>
          </h3>
          <p className="text-muted">{sentence}</p>
          <p className="text-muted">
            {providers.join(', ')} with{' '}
            {credentials === 'all'
              ? 'every credential, later ones too'
              : credentials.length === 0
                ? 'no credential'
                : credentials.join(', ')}
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          {isRepairable && (
            <Button
              look="main"
              busy={act.busy}
              onClick={() =>
                void act.run(async () => {
                  await call('clients.repair', { client: name });
                  toast({ text: `The entry of ${title} is written again. Restart ${title} if it runs.` });
                })
              }
            >
              Repair
            </Button>
          )}
          <Button
            busy={act.busy}
            aria-label={`Verify ${name}`}
            onClick={() => void act.run(async () => setVerified(await call('clients.verify', { client: name })))}
          >
            Verify
          </Button>
          <Button aria-label={`Undo the registration of ${name}`} onClick={onUndo}>
            Undo…
          </Button>
        </div>
      </div>
      {entry === 'unreadable' && <UnreadableFile registration={registration} />}
      {act.failure && <FailureNote failure={act.failure} />}
      {verified && <VerifyResult result={verified} />}
      <GrantTable registration={registration} />
    </li>
  );
}

/** Which file it is, what is wrong with it, and what a person can do. Chatelaine does not touch what it cannot read. */
function UnreadableFile({ registration: { client, title } }: { registration: Registration }) {
  const known = useAsk('clients.known', {});
  const queries = useQueryClient();
  const locations = known.data?.find(({ id }) => id === client)?.locations ?? [];
  const unreadable = locations.filter(({ state }) => state === 'unreadable');
  const lookAgain = (): void => {
    void known.refetch();
    void queries.invalidateQueries({ queryKey: ['clients.list'] });
  };
  return (
    <Banner
      tone="bad"
      title={`Chatelaine cannot read the configuration of ${title}, and left it as it is.`}
      action={
        <Button size="small" busy={known.isFetching} onClick={lookAgain}>
          Look again
        </Button>
      }
    >
      {unreadable.map(({ path, problem }) => (
        <p key={path} className="break-all">
          {/* The problem names the path by itself where it can. */}
          {shownText(problem.includes(path) ? problem : `${path}: ${problem}`)}
        </p>
      ))}
      <p>Correct the file in an editor, or put a copy from before back. Then look again.</p>
    </Banner>
  );
}

function VerifyResult({ result: { providers } }: { result: Output<'clients.verify'> }) {
  return providers.map(({ provider, ok, message, tools, protocolVersion }) => (
    <Banner key={provider} urgent tone={ok ? 'good' : 'bad'} title={`${provider}: ${message}`}>
      {ok && `${tools} tools, protocol ${protocolVersion ?? 'unknown'}.`}
    </Banner>
  ));
}

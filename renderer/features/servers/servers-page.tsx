import type { ReactNode } from 'react';
import { Server } from 'lucide-react';
import { Answer } from '../../app/answer.tsx';
import { Page } from '../../app/page.tsx';
import { call, type Output } from '../../api.ts';
import { useAct, useAsk } from '../../ask.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { shownText } from '../../ui/shown-text.ts';

type Worker = Output<'workers.list'>[number];

/** What runs now? One worker for each credential in use. */
export function ServersPage(): ReactNode {
  const workers = useAsk('workers.list', {}, { everyMs: 4_000 });
  const running = workers.data?.filter(({ pid }) => pid !== null).length ?? 0;
  const answer = !workers.data
    ? undefined
    : running === 0
      ? 'Nothing runs now; a worker starts with the first call.'
      : running === 1
        ? 'One worker runs.'
        : `${running} workers run.`;
  return (
    <Page title="Servers" answer={answer}>
      <Answer of={workers}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState icon={<Server size={28} aria-hidden />} title="No worker has run yet">
              Each credential in use gets a worker of its own. It starts with the first call and stops when it is idle.
            </EmptyState>
          ) : (
            <ul className="flex flex-col gap-3">
              {list.map((worker) => (
                <WorkerCard key={`${worker.provider}/${worker.credential}`} worker={worker} />
              ))}
            </ul>
          )
        }
      </Answer>
    </Page>
  );
}

const states: Record<string, { tone: Tone; words: string }> = {
  stopped: { tone: 'neutral', words: 'stopped' },
  starting: { tone: 'info', words: 'starting' },
  ready: { tone: 'good', words: 'ready' },
  'backing-off': { tone: 'warn', words: 'waits before it starts again' },
  failed: { tone: 'bad', words: 'failed' },
};

function WorkerCard({ worker }: { worker: Worker }) {
  const act = useAct();
  const { credential, provider, state, pid, calls, inFlight, restarts, lastError, memoryBytes, startedAt } = worker;
  const { tone, words } = states[state] ?? { tone: 'neutral', words: state };
  const facts: [string, string][] = [
    ['process', pid === null ? '—' : String(pid)],
    ['calls', String(calls)],
    ['in flight', String(inFlight)],
    ['restarts', String(restarts)],
    ['memory', memoryBytes === null ? '—' : `${Math.round(memoryBytes / 1_048_576)} MB`],
  ];
  return (
    <li className="flex flex-col gap-2 rounded-md border border-line bg-raised px-4 py-3">
      <div className="flex items-start gap-2">
        <div className="flex min-w-0 flex-1 flex-wrap items-center gap-2">
          <h2 className="font-semibold break-all">{credential}</h2>
          <Badge>{provider}</Badge>
          <Badge tone={tone}>{words}</Badge>
          {startedAt !== null && pid !== null && (
            <span className="text-muted">
              started <RelativeTime at={startedAt} />
            </span>
          )}
        </div>
        {pid !== null && (
          <Button
            size="small"
            busy={act.busy}
            aria-label={`Stop ${credential}`}
            onClick={() => void act.run(() => call('workers.stop', { credential }))}
          >
            Stop
          </Button>
        )}
      </div>
      <dl className="flex flex-wrap gap-x-6 gap-y-1">
        {facts.map(([name, value]) => (
          <div key={name} className="flex gap-1.5">
            <dt className="text-muted">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {lastError !== null && <p className="break-words text-bad">✕ {shownText(lastError)}</p>}
      {act.failure && <FailureNote failure={act.failure} />}
    </li>
  );
}

import type { ReactNode } from 'react';
import { Answer } from '../../app/answer.tsx';
import { Page, Section } from '../../app/page.tsx';
import { useAsk, useNow } from '../../ask.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { LineText } from '../activity/line-text.tsx';
import { Overview } from './overview.tsx';
import { ConcernList } from './concern-list.tsx';
import { concernsOf } from './concerns.ts';
import { FirstSteps } from './first-steps.tsx';

/** Is everything all right, and if not, what first? */
export function HomePage(): ReactNode {
  const doctor = useAsk('host.doctor', {});
  const credentials = useAsk('credentials.list', {});
  const approvals = useAsk('approvals.list', {});
  const clients = useAsk('clients.list', {});
  const workers = useAsk('workers.list', {});
  const lines = useAsk('activity.page', { limit: 8 });
  const now = useNow(60_000);
  const failures = [doctor, credentials, approvals, clients, workers].flatMap(({ error }) => error ?? []);
  const isKnown = [doctor, credentials, approvals, clients, workers].every(({ isPending }) => !isPending);
  const concerns = concernsOf(
    {
      checks: doctor.data?.checks ?? [],
      credentials: credentials.data ?? [],
      approvals: approvals.data ?? [],
      clients: clients.data ?? [],
      workers: workers.data ?? [],
      failures,
    },
    now,
  );
  const isNew = credentials.data?.length === 0 || clients.data?.length === 0;
  const answer = !isKnown
    ? 'Looking…'
    : concerns.length === 0
      ? 'Everything is all right.'
      : concerns.length === 1
        ? 'One thing needs you.'
        : `${concerns.length} things need you. The first is the most urgent.`;
  return (
    <Page title="Home" answer={<span aria-live="polite">{answer}</span>}>
      {isNew && (
        <FirstSteps hasCredentials={(credentials.data?.length ?? 0) > 0} hasClients={(clients.data?.length ?? 0) > 0} />
      )}
      {!isKnown ? (
        <Skeleton lines={3} height={44} />
      ) : (
        (!isNew || concerns.length > 0) && <ConcernList concerns={concerns} />
      )}
      {credentials.data && clients.data && workers.data && (
        <Overview credentials={credentials.data} clients={clients.data} workers={workers.data} now={now} />
      )}
      <Section
        title="Last activity"
        actions={
          <a href="#/activity" className="text-accent-ink underline">
            Show all activity
          </a>
        }
      >
        <Answer of={lines} lines={8}>
          {(page) =>
            page.lines.length === 0 ? (
              <p className="text-muted">Nothing was recorded yet.</p>
            ) : (
              <ul className="rounded-md border border-line">
                {page.lines.map((line) => (
                  <li
                    key={line.seq}
                    className="flex min-h-8 items-center gap-3 border-b border-line px-3 py-1 last:border-b-0"
                  >
                    <span className="flex min-w-0 flex-1 items-center gap-2">
                      <LineText line={line} />
                    </span>
                    <span className="text-muted">
                      <RelativeTime at={line.at} />
                    </span>
                  </li>
                ))}
              </ul>
            )
          }
        </Answer>
      </Section>
    </Page>
  );
}

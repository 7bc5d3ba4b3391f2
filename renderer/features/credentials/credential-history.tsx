import { useAsk } from '../../ask.ts';
import { Chart } from '../../ui/chart.tsx';
import { shownText } from '../../ui/shown-text.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { useLineWords } from '../activity/use-line-words.ts';
import { titleOf } from '../clients/use-client-title.ts';
import { useIsWide } from '../../ui/use-width.ts';
import type { Credential } from './credential.ts';

/** How much it is used, by whom it may be used, and what happened with it last. */
export function CredentialHistory({ credential: { name, provider } }: { credential: Credential }) {
  const lineWords = useLineWords();
  const Heading = useIsWide() ? 'h3' : 'h2';
  const usage = useAsk('credentials.usage', { name });
  const clients = useAsk('clients.list', {});
  const lines = useAsk('activity.page', { credential: name, limit: 6 });
  const days = usage.data?.days ?? [];
  const calls = days.reduce((sum, day) => sum + day.calls, 0);
  const may = clients.data?.filter(
    ({ providers, credentials }) =>
      providers.includes(provider) && (credentials === 'all' || credentials.includes(name)),
  );
  return (
    <>
      <section className="flex flex-col gap-1">
        <Heading className="font-medium">Use</Heading>
        {usage.data && (
          <>
            <Chart
              title={`${calls} calls in the last ${days.length} days`}
              bars={days.map((day) => ({ label: day.day, value: day.calls, failed: day.failed }))}
            />
            <p className="text-muted">
              {calls === 0 ? 'No calls' : calls === 1 ? '1 call' : `${calls} calls`} in the last {days.length} days
            </p>
          </>
        )}
        {may && (
          <p className="text-muted">
            {may.length === 0 ? 'No client may use it.' : `May be used by ${shownText(may.map(titleOf).join(', '))}.`}
          </p>
        )}
      </section>
      <section className="flex flex-col gap-1">
        <Heading className="font-medium">History</Heading>
        {lines.error && <p className="text-muted">The record could not be read.</p>}
        {lines.data?.lines.length === 0 && <p className="text-muted">Nothing happened with it yet.</p>}
        <ul className="flex flex-col gap-1">
          {lines.data?.lines.map((line) => (
            <li key={line.seq} className="flex gap-2">
              <span className="min-w-0 flex-1 break-words">{lineWords(line).text}</span>
              <span className="shrink-0 text-muted">
                <RelativeTime at={line.at} />
              </span>
            </li>
          ))}
        </ul>
        <a href="#/activity" className="text-accent-ink underline">
          Show all activity
        </a>
      </section>
    </>
  );
}

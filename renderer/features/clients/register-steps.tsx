import type { Output } from '../../api.ts';
import { useAsk } from '../../ask.ts';
import { Timeline, type Step } from '../../ui/timeline.tsx';
import type { KnownClient } from './client.ts';
import { verifiedWords } from './client-state.ts';

interface RegisterStepsProps {
  client: KnownClient;
  result: Output<'clients.register'>;
  sinceMs: number;
}

/** Backed up, written, waiting for the client, verified by its first connection. */
export function RegisterSteps({ client, result, sinceMs }: RegisterStepsProps) {
  const title = client.route === 'printed' ? result.name : client.title;
  const registration = useAsk('clients.list', {}, { everyMs: 2_000 }).data?.find(({ name }) => name === result.name);
  const seen =
    registration?.lastSeen && Date.parse(registration.lastSeen.at) >= sinceMs - 2_000 ? registration.lastSeen : null;
  const isLost =
    registration !== undefined && (registration.entry === 'missing' || registration.entry === 'unreadable');
  const backups = result.changed.flatMap(({ backup }) => backup ?? []);
  const files: Step[] =
    client.route === 'printed'
      ? [{ title: 'Registered', state: 'done', detail: 'Put the entry below into the configuration of the client.' }]
      : [
          {
            title: 'Backed up',
            state: 'done',
            detail: backups.length > 0 ? <Paths paths={backups} /> : 'There was no file before.',
          },
          {
            title: 'Written',
            state: isLost ? 'failed' : 'done',
            detail: isLost ? (
              'The entry is not there any more.'
            ) : (
              <Paths paths={result.changed.map(({ path }) => path)} />
            ),
          },
        ];
  return (
    <Timeline
      label="Steps of the registration"
      steps={[
        ...files,
        {
          title: `Waiting for ${title}`,
          state: seen ? 'done' : isLost ? 'waiting' : 'now',
          detail: seen
            ? undefined
            : client.running
              ? `Quit ${title} and start it again.`
              : `Start ${title}. This page sees it by itself.`,
        },
        { title: seen ? verifiedWords(seen) : 'Verified', state: seen ? 'done' : 'waiting' },
      ]}
    />
  );
}

const Paths = ({ paths }: { paths: readonly string[] }) =>
  paths.map((path) => (
    <p key={path} className="font-mono text-12 break-all">
      {path}
    </p>
  ));

import type { Output } from '../../api.ts';
import { shownText } from '../../ui/shown-text.ts';
import { dueWords } from '../credentials/due-words.ts';

interface OverviewProps {
  credentials: Output<'credentials.list'>;
  clients: Output<'clients.list'>;
  workers: Output<'workers.list'>;
  now: number;
}

/** What is held, who may use it, what runs, and what is due next: each a way to its page. */
export function Overview({ credentials, clients, workers, now }: OverviewProps) {
  const running = workers.filter(({ pid }) => pid !== null).length;
  const connected = clients.filter((client) => client.connected).length;
  const [next] = credentials
    .filter(({ due }) => due.dueAt !== null)
    .sort((one, other) => (one.due.dueAt ?? '').localeCompare(other.due.dueAt ?? ''));
  const cells = [
    {
      href: '#/credentials',
      title: 'Credentials',
      value: String(credentials.length),
      text: next ? shownText(`${next.name} ${dueWords(next.due, now).words}`) : 'no due dates',
    },
    {
      href: '#/clients',
      title: 'Clients',
      value: String(clients.length),
      text: connected === 0 ? 'none connected now' : `${connected} connected now`,
    },
    {
      href: '#/servers',
      title: 'Workers',
      value: String(running),
      text: running === 0 ? 'none needed now' : 'running now',
    },
  ];
  return (
    <ul className="grid grid-cols-3 gap-3 narrow:gap-2">
      {cells.map(({ href, title, value, text }) => (
        <li key={href}>
          <a
            href={href}
            className="flex h-full flex-col rounded-md border border-line bg-raised px-4 py-3 narrow:px-3 narrow:py-2 hover:bg-hover"
          >
            <span className="text-12 text-muted">{title}</span>
            <span data-figures className="text-20 font-semibold">
              {value}
            </span>
            <span className="truncate text-muted narrow:hidden" title={text}>
              {text}
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}

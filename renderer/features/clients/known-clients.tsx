import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { shownText } from '../../ui/shown-text.ts';
import type { KnownClient } from './client.ts';

/** The clients that Chatelaine can register itself with, and what of them is here. */
export function KnownClients({
  clients,
  onRegister,
}: {
  clients: readonly KnownClient[];
  onRegister: (id: string) => void;
}) {
  return (
    <ul className="flex flex-col rounded-md border border-line">
      {clients.map(({ id, title, route, installed, running, managed, locations }) => (
        <li
          key={id}
          className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-4 py-3 last:border-b-0"
        >
          <div className="min-w-0 flex-1 basis-60">
            <p className="flex flex-wrap items-center gap-2 font-medium">
              {title}
              {route === 'configuration' && <Badge>{installed ? 'installed' : 'not found here'}</Badge>}
              {running === true && <Badge tone="info">runs now</Badge>}
            </p>
            {route === 'printed' && (
              <p className="text-muted">
                Any other MCP client: Chatelaine shows the entry, you put it into the client's configuration.
              </p>
            )}
            {locations.map(({ path, install, state, problem }) => (
              <p key={path} className="text-muted">
                <span className="font-mono text-12 break-all">{path}</span> {install !== '' && `(${install})`}
                {state === 'missing' && ', will be created'}
                {problem !== '' && <span className="block text-bad">✕ {shownText(problem)}</span>}
              </p>
            ))}
            {managed !== null && <p className="text-warn">▲ {shownText(managed)}</p>}
          </div>
          <Button onClick={() => onRegister(id)}>
            {route === 'printed' ? 'Register another client' : `Register with ${title}`}
          </Button>
        </li>
      ))}
    </ul>
  );
}

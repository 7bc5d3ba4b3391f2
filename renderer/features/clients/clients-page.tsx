import { useState, type ReactNode } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { ArrowLeftRight, Plus } from 'lucide-react';
import { Answer } from '../../app/answer.tsx';
import { Page, Section } from '../../app/page.tsx';
import { usePlace } from '../../app/use-place.ts';
import { useAsk } from '../../ask.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import type { Registration } from './client.ts';
import { ClientCard } from './client-card.tsx';
import { clientState } from './client-state.ts';
import { KnownClients } from './known-clients.tsx';
import { RegisterSheet } from './register-sheet.tsx';
import { UndoSheet } from './undo-sheet.tsx';

/** Who may use what, and does it really work? */
export function ClientsPage(): ReactNode {
  const { open } = usePlace();
  const navigate = useNavigate();
  const list = useAsk('clients.list', {});
  const known = useAsk('clients.known', {});
  /** Kept here: the card goes with its registration, and what is to be said afterwards must not go with it. */
  const [undoing, setUndoing] = useState<Registration | null>(null);
  const show = (what?: string) => void navigate({ to: '/clients', search: what === undefined ? {} : { open: what } });
  const chosenId = open?.startsWith('register:') ? open.slice(9) : undefined;
  const chosen =
    known.data?.find(({ id }) => id === chosenId) ??
    (open === 'register' ? firstToRegister(known.data ?? []) : undefined);
  return (
    <Page
      title="Clients"
      answer={list.data && summary(list.data)}
      actions={
        <Button look="main" icon={<Plus size={14} aria-hidden />} onClick={() => show('register')}>
          Register a client
        </Button>
      }
    >
      <Section title="Registered">
        <Answer of={list}>
          {(registrations) =>
            registrations.length === 0 ? (
              <EmptyState
                icon={<ArrowLeftRight size={28} aria-hidden />}
                title="No client may use your credentials yet"
              >
                Register one below. You see the exact change of its configuration before anything is written.
              </EmptyState>
            ) : (
              <ul className="flex flex-col gap-3">
                {registrations.map((registration) => (
                  <ClientCard
                    key={registration.id}
                    registration={registration}
                    onUndo={() => setUndoing(registration)}
                  />
                ))}
              </ul>
            )
          }
        </Answer>
      </Section>
      <Section title="On this computer">
        <Answer of={known}>
          {(clients) => <KnownClients clients={clients} onRegister={(id) => show(`register:${id}`)} />}
        </Answer>
      </Section>
      {undoing && <UndoSheet registration={undoing} onClose={() => setUndoing(null)} />}
      {chosen && <RegisterSheet key={chosen.id} client={chosen} onClose={() => show()} />}
    </Page>
  );
}

const firstToRegister = <Client extends { installed: boolean }>(clients: readonly Client[]): Client | undefined =>
  clients.find(({ installed }) => installed) ?? clients[0];

function summary(registrations: readonly Registration[]): string {
  if (registrations.length === 0) return 'No client is registered.';
  const tones = registrations.map((registration) => clientState(registration).tone);
  const bad = tones.filter((tone) => tone !== 'good' && tone !== 'neutral').length;
  const total =
    registrations.length === 1 ? '1 client is registered' : `${registrations.length} clients are registered`;
  if (bad > 0) return `${total}; ${bad} ${bad === 1 ? 'needs' : 'need'} a look.`;
  return tones.includes('neutral') ? `${total}.` : `${total}, and each was seen working.`;
}

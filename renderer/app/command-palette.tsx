import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { CornerDownLeft } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { useState } from 'react';
import { useAsk } from '../ask.ts';
import { filterCredentials } from '../features/credentials/filter.ts';
import { useDialogFocus } from '../ui/dialog-focus.ts';
import { Kbd } from '../ui/kbd.tsx';
import { Swatch } from '../ui/swatch.tsx';
import type { Action } from './actions.ts';
import { useHost } from './use-host.ts';

/** More than fit are found by typing on. */
const credentialLimit = 40;

/** Reaches each credential, page and action by its name. */
export function CommandPalette({ actions, onClose }: { actions: readonly Action[]; onClose: () => void }) {
  const navigate = useNavigate();
  const focus = useDialogFocus();
  const [query, setQuery] = useState('');
  const isUnlocked = useHost()?.locked === false;
  const credentials = useAsk('credentials.list', {}, { enabled: isUnlocked }).data ?? [];
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const shownActions = actions.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
  const shownCredentials = isUnlocked ? filterCredentials(credentials, query).slice(0, credentialLimit) : [];
  const choose = (run: () => void) => () => {
    onClose();
    run();
  };
  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Radix.Portal>
        <div aria-hidden className="fixed inset-0 z-40 bg-scrim" />
        <Radix.Content
          {...focus}
          aria-describedby={undefined}
          className="enter fixed top-[12vh] left-1/2 z-50 w-[min(560px,calc(100vw-32px))] -translate-x-1/2 rounded-md border border-line bg-raised shadow-panel"
        >
          <Radix.Title className="sr-only">Search</Radix.Title>
          <Command label="Credentials, pages and actions" loop shouldFilter={false}>
            <Command.Input
              value={query}
              onValueChange={setQuery}
              placeholder="A credential, a page or something to do"
              className="h-11 w-full rounded-t-md border-b border-line bg-transparent px-4 text-15 -outline-offset-2"
            />
            <Command.List label="Matches" className="max-h-[50vh] overflow-y-auto p-1">
              <Command.Empty className="px-3 py-6 text-center text-muted">Nothing is called that.</Command.Empty>
              {shownActions.length > 0 && (
                <Command.Group heading="Pages and actions" className={groupLook}>
                  {shownActions.map(({ name, keys, run }) => (
                    <Command.Item key={name} value={name} onSelect={choose(run)} className={itemLook}>
                      <span className="flex-1">{name}</span>
                      {keys !== undefined && <Kbd keys={keys} />}
                    </Command.Item>
                  ))}
                </Command.Group>
              )}
              {shownCredentials.length > 0 && (
                <Command.Group heading="Credentials" className={groupLook}>
                  {shownCredentials.map(({ id, name, provider, colour }) => (
                    <Command.Item
                      key={id}
                      value={id}
                      onSelect={choose(() => void navigate({ to: '/credentials/$name', params: { name } }))}
                      className={itemLook}
                    >
                      <Swatch colour={colour} />
                      <span className="flex-1 truncate">{name}</span>
                      <span className="text-muted">{provider}</span>
                      <CornerDownLeft size={12} aria-hidden className="text-muted" />
                    </Command.Item>
                  ))}
                </Command.Group>
              )}
            </Command.List>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

const itemLook = 'flex h-8 items-center gap-2 rounded-sm px-2 data-[selected=true]:bg-hover';
const groupLook =
  '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-12 [&_[cmdk-group-heading]]:text-muted';

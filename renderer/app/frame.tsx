import { Outlet, useRouterState } from '@tanstack/react-router';
import { Menu } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useAsk } from '../ask.ts';
import { ApprovalPanel } from '../features/approvals/approval-panel.tsx';
import { LockedPage } from '../features/lock/locked-page.tsx';
import { VaultSetup } from '../features/welcome/vault-setup.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { useMedia } from '../ui/use-width.ts';
import { useActions } from './actions.ts';
import { useAttention } from './attention.ts';
import { CommandPalette } from './command-palette.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { Sidebar } from './sidebar.tsx';
import { useHost } from './use-host.ts';
import { useShortcuts } from './use-shortcuts.ts';

/** The sidebar and the page. Locked, the sidebar stays and contents do not. */
export function Frame(): ReactNode {
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const actions = useActions();
  useShortcuts([
    ...actions,
    { name: 'Search', keys: 'Mod+K', run: () => setPaletteOpen(true) },
    {
      name: 'Find on this page',
      keys: '/',
      run: () => document.querySelector<HTMLElement>('[data-page-search]')?.focus(),
    },
  ]);
  const isNarrow = useMedia('(max-width: 639.98px)');
  return (
    <div className="flex h-full narrow:flex-col">
      <a
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          document.querySelector<HTMLElement>('#content h1')?.focus();
        }}
        className="absolute top-2 left-2 z-60 -translate-y-16 rounded-md bg-accent px-3 py-1.5 text-on-accent focus:translate-y-0"
      >
        Skip to the page
      </a>
      {isNarrow ? (
        <TopBar onSearch={() => setPaletteOpen(true)} />
      ) : (
        <aside aria-label="Chatelaine" className="w-52 shrink-0 border-r border-line">
          <Sidebar onSearch={() => setPaletteOpen(true)} />
        </aside>
      )}
      <main id="content" className="flex min-h-0 min-w-0 flex-1 flex-col bg-surface">
        <ConnectionBanner />
        <div className="min-h-0 flex-1">
          <Content />
        </div>
      </main>
      <ApprovalPanel />
      {isPaletteOpen && <CommandPalette actions={actions} onClose={() => setPaletteOpen(false)} />}
    </div>
  );
}

function Content() {
  const host = useAsk('host.status', {});
  if (host.error?.code === 'setup-needed') return <VaultSetup />;
  if (!host.data && host.error) {
    return (
      <div className="p-6">
        <h1 tabIndex={-1} className="sr-only">
          Chatelaine does not answer
        </h1>
        <FailureNote failure={host.error} onRetry={() => void host.refetch()} />
      </div>
    );
  }
  if (!host.data) return null;
  if (host.data.locked) return <LockedPage host={host.data} />;
  return <Outlet />;
}

function TopBar({ onSearch }: { onSearch: () => void }) {
  const [isOpen, setOpen] = useState(false);
  const { approvals, due } = useAttention();
  const isDemo = useHost()?.demo === true;
  const path = useRouterState({ select: ({ location }) => location.pathname });
  return (
    <header className="flex h-11 shrink-0 items-center gap-2 border-b border-line px-2">
      <Button
        look="quiet"
        size="icon"
        aria-label="Show the pages"
        icon={<Menu size={18} />}
        onClick={() => setOpen(true)}
      />
      <span className="font-semibold">Chatelaine</span>
      {isDemo && <span className="rounded-sm bg-info-soft px-1.5 text-12 text-info">demo</span>}
      <span className="flex-1" />
      {approvals > 0 && path !== '/approvals' && (
        <a href="#/approvals" className="rounded-full bg-accent px-2 text-on-accent">
          {approvals} waiting
        </a>
      )}
      {due > 0 && (
        <a href="#/credentials" className="rounded-full bg-warn-soft px-2 text-warn">
          {due} due
        </a>
      )}
      <Dialog
        shape="drawer"
        open={isOpen}
        onClose={() => setOpen(false)}
        title={<span className="sr-only">Pages</span>}
      >
        <div className="-mx-5 -mt-8 h-full">
          <Sidebar
            onLeave={() => setOpen(false)}
            onSearch={() => {
              setOpen(false);
              onSearch();
            }}
          />
        </div>
      </Dialog>
    </header>
  );
}

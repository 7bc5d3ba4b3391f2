import { Link } from '@tanstack/react-router';
import { FlaskConical, Gem, Lock, LockOpen, Search } from 'lucide-react';
import { call } from '../api.ts';
import { useAct } from '../ask.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { drawKeys } from '../ui/kbd.tsx';
import { useAttention } from './attention.ts';
import { pages } from './pages.ts';
import { useHost } from './use-host.ts';

export function Sidebar({ onSearch, onLeave }: { onSearch: () => void; onLeave?: () => void }) {
  const host = useHost();
  const { approvals, due } = useAttention();
  const counts: Partial<Record<string, { count: number; what: string }>> = {
    '/approvals': { count: approvals, what: 'waiting' },
    '/credentials': { count: due, what: 'due' },
  };
  return (
    <div className="flex h-full w-full flex-col gap-3 p-3">
      <div className="flex h-8 items-center gap-2 px-2 font-semibold">
        <Gem size={16} aria-hidden className="text-accent-ink" />
        Chatelaine
        {host?.demo && (
          <span className="ml-auto inline-flex items-center gap-1 rounded-sm bg-info-soft px-1.5 text-12 font-normal text-info">
            <FlaskConical size={12} aria-hidden /> demo
          </span>
        )}
      </div>
      <Button
        onClick={onSearch}
        icon={<Search size={14} aria-hidden />}
        aria-keyshortcuts="Control+K Meta+K"
        className="justify-start text-muted"
      >
        <span className="flex-1 text-left">Search</span>
        <span className="text-12">{drawKeys('Mod+K')}</span>
      </Button>
      <nav aria-label="Pages">
        <ul className="flex flex-col gap-0.5">
          {pages.map(({ to, name, keys, icon: Icon }) => {
            const count = counts[to];
            return (
              <li key={to}>
                <Link
                  to={to}
                  {...(onLeave ? { onClick: onLeave } : {})}
                  activeOptions={{ exact: to === '/', includeSearch: false }}
                  aria-keyshortcuts={keys}
                  title={`${name} (${drawKeys(keys)})`}
                  activeProps={{ className: 'bg-chosen font-medium' }}
                  inactiveProps={{ className: 'hover:bg-hover' }}
                  className="flex h-8 items-center gap-2.5 rounded-md px-2"
                >
                  <Icon size={15} aria-hidden className="text-muted" />
                  <span className="flex-1">{name}</span>
                  {count !== undefined && count.count > 0 && (
                    <span
                      className={classNames(
                        'rounded-full px-1.5 text-12',
                        to === '/approvals' ? 'bg-accent text-on-accent' : 'bg-warn-soft text-warn',
                      )}
                    >
                      {count.count} <span className="sr-only">{count.what}</span>
                    </span>
                  )}
                </Link>
              </li>
            );
          })}
        </ul>
      </nav>
      <div className="mt-auto">
        <LockState />
      </div>
    </div>
  );
}

function LockState() {
  const host = useHost();
  const act = useAct();
  if (!host) return null;
  if (host.locked) {
    return (
      <p className="flex h-8 items-center gap-2.5 px-2 text-muted">
        <Lock size={15} aria-hidden /> Locked
      </p>
    );
  }
  return (
    <Button
      look="quiet"
      busy={act.busy}
      icon={<LockOpen size={15} aria-hidden className="text-muted" />}
      title={`Lock now (${drawKeys('Mod+Shift+L')})`}
      className="w-full px-2"
      onClick={() => void act.run(() => call('host.lock', {}))}
    >
      <span className="flex-1 text-left">Unlocked</span>
      <span className="text-12 text-muted">Lock</span>
    </Button>
  );
}

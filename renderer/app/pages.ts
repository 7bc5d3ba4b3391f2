import { Activity, ArrowLeftRight, Home, KeyRound, ListChecks, Server, Settings, type LucideIcon } from 'lucide-react';

export interface PageLink {
  to: '/' | '/credentials' | '/clients' | '/approvals' | '/activity' | '/servers' | '/settings';
  name: string;
  keys: string;
  icon: LucideIcon;
}

export const pages: readonly PageLink[] = [
  { to: '/', name: 'Home', keys: 'g h', icon: Home },
  { to: '/credentials', name: 'Credentials', keys: 'g c', icon: KeyRound },
  { to: '/clients', name: 'Clients', keys: 'g l', icon: ArrowLeftRight },
  { to: '/approvals', name: 'Approvals', keys: 'g a', icon: ListChecks },
  { to: '/activity', name: 'Activity', keys: 'g v', icon: Activity },
  { to: '/servers', name: 'Servers', keys: 'g s', icon: Server },
  { to: '/settings', name: 'Settings', keys: 'g t', icon: Settings },
];

import { useNavigate } from '@tanstack/react-router';
import { call } from '../api.ts';
import { useAct } from '../ask.ts';
import { useToast } from '../ui/toast.tsx';
import { pages } from './pages.ts';
import { useHost } from './use-host.ts';

export interface Action {
  name: string;
  keys?: string;
  run: () => void;
}

/** Everything that can be done from anywhere: each has one name and at most one shortcut. */
export function useActions(): Action[] {
  const navigate = useNavigate();
  const host = useHost();
  const act = useAct();
  const toast = useToast();
  const goTo = pages.map(({ to, name, keys }): Action => ({
    name: `Go to ${name}`,
    keys,
    run: () => void navigate({ to }),
  }));
  if (host?.locked !== false) return goTo;
  return [
    ...goTo,
    {
      name: 'Add a credential',
      keys: 'c a',
      run: () => void navigate({ to: '/credentials', search: { open: 'add' } }),
    },
    {
      name: 'Import from .edgerc',
      keys: 'c i',
      run: () => void navigate({ to: '/credentials', search: { open: 'import' } }),
    },
    {
      name: 'Register a client',
      keys: 'c r',
      run: () => void navigate({ to: '/clients', search: { open: 'register' } }),
    },
    { name: 'Show the first steps', run: () => void navigate({ to: '/welcome' }) },
    {
      name: 'Lock now',
      keys: 'Mod+Shift+L',
      run: () =>
        void act.run(async () => {
          await call('host.lock', {});
          toast({ text: 'Locked. Workers were stopped and secrets forgotten.' });
        }),
    },
  ];
}

import type { ReactNode } from 'react';
import { useConnection } from '../ask.ts';
import { ConfirmProvider } from '../confirm/use-confirm.tsx';
import { ToastProvider } from '../ui/toast.tsx';
import { TooltipProvider } from '../ui/tooltip.tsx';
import { SessionEnded } from './session-ended.tsx';
import { useHost } from './use-host.ts';
import { useTheme } from './use-theme.ts';

export function Providers({ children }: { children: ReactNode }) {
  const connection = useConnection();
  const isLocked = useHost()?.locked === true;
  useTheme();
  if (connection === 'ended') return <SessionEnded />;
  return (
    <TooltipProvider delayDuration={400}>
      <ToastProvider isHidden={isLocked}>
        <ConfirmProvider>{children}</ConfirmProvider>
      </ToastProvider>
    </TooltipProvider>
  );
}

import { useEffect, type ReactNode } from 'react';
import { useConnection } from '../ask.ts';
import { ConfirmProvider } from '../confirm/use-confirm.tsx';
import { ToastProvider, useToast } from '../ui/toast.tsx';
import { TooltipProvider } from '../ui/tooltip.tsx';
import { leaveGuard } from './leave-guard.ts';
import { SessionEnded } from './session-ended.tsx';
import { useHost } from './use-host.ts';
import { useTheme } from './use-theme.ts';
import { useTouched } from './use-touched.ts';

export function Providers({ children }: { children: ReactNode }) {
  const connection = useConnection();
  const host = useHost();
  const isLocked = host?.locked === true;
  useTheme();
  useTouched(host?.desktop === false && !isLocked);
  if (connection === 'ended') return <SessionEnded />;
  return (
    <TooltipProvider delayDuration={400}>
      <ToastProvider isHidden={isLocked}>
        <KeptNotice />
        <ConfirmProvider>{children}</ConfirmProvider>
      </ToastProvider>
    </TooltipProvider>
  );
}

/** Why a link did not lead anywhere. */
function KeptNotice() {
  const toast = useToast();
  useEffect(
    () => leaveGuard.onKept(() => toast({ text: 'Finish or cancel this first. What you typed is still there.' })),
    [toast],
  );
  return null;
}

import { createContext, use, useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { asFailure, type HostFailure } from '../api.ts';
import { useHost } from '../app/use-host.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import type { ConfirmRequest } from './confirm-request.ts';

interface Pending {
  request: ConfirmRequest<unknown>;
  settle: (result: unknown) => void;
  /** What was tried before the person was asked, and failed. */
  failure: HostFailure | null;
}

type Confirm = <Result>(request: ConfirmRequest<Result>) => Promise<Result | undefined>;

const ConfirmContext = createContext<Confirm>(() => Promise.resolve(undefined));

/**
 * Runs what needs the person, in the way that this host wants it: a named button, the passphrase, or the system's own
 * question, and the passphrase where that one comes to nothing. Answers undefined when the person declines. Fails as `run`
 * fails when nothing more can be asked.
 */
export const useConfirm = () => use(ConfirmContext);

export function ConfirmProvider({ children }: { children: ReactNode }) {
  const host = useHost();
  const confirmsBy = host?.confirmsBy ?? 'passphrase';
  const [pending, setPending] = useState<Pending | null>(null);
  const by = useRef({ confirmsBy, mayType: false });
  by.current = { confirmsBy, mayType: host !== null && host.hasPassphrase !== false };

  const confirm = useCallback<Confirm>(async <Result,>(request: ConfirmRequest<Result>) => {
    const ask = (failure: HostFailure | null) =>
      new Promise<Result | undefined>((resolve) => {
        // The generic seam: what `settle` gets is what this very request's `run` answered.
        const next: Pending = { request, settle: (result) => resolve(result as Result | undefined), failure };
        setPending((open) => {
          open?.settle(undefined);
          return next;
        });
      });
    if (request.when !== 'refused' && by.current.confirmsBy !== 'system') return ask(null);
    try {
      return await request.run();
    } catch (error) {
      const failure = asFailure(error);
      const { confirmsBy: way, mayType } = by.current;
      if (failure.code === 'refused' && way === 'passphrase') return ask(null);
      if (failure.code === 'refused' && way === 'system' && mayType) return ask(failure);
      throw error;
    }
  }, []);

  // A question of a page that is no longer there, or of a host that was locked, is not asked any more.
  const isLocked = host?.locked ?? false;
  useEffect(() => {
    const decline = (): void =>
      setPending((open) => {
        open?.settle(undefined);
        return null;
      });
    if (isLocked) decline();
    window.addEventListener('hashchange', decline);
    return () => window.removeEventListener('hashchange', decline);
  }, [isLocked]);

  const finish = (result: unknown): void => {
    pending?.settle(result);
    setPending(null);
  };
  return (
    <ConfirmContext value={confirm}>
      {children}
      {pending && (
        <ConfirmDialog
          request={pending.request}
          withPassphrase={confirmsBy === 'passphrase' || pending.failure !== null}
          before={pending.failure}
          onDone={finish}
          onDecline={() => finish(undefined)}
        />
      )}
    </ConfirmContext>
  );
}

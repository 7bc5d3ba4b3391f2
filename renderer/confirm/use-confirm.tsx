import { createContext, use, useCallback, useRef, useState, type ReactNode } from 'react';
import { asFailure } from '../api.ts';
import { useHost } from '../app/use-host.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import type { ConfirmRequest } from './confirm-request.ts';

interface Pending {
  request: ConfirmRequest<unknown>;
  settle: (result: unknown) => void;
}

type Confirm = <Result>(request: ConfirmRequest<Result>) => Promise<Result | undefined>;

const ConfirmContext = createContext<Confirm>(() => Promise.resolve(undefined));

/**
 * Runs what needs the person, in the way that this host wants it: a named button, the passphrase, or the system's own
 * question. Answers undefined when the person declines. Fails as `run` fails when nothing more can be asked.
 */
export const useConfirm = () => use(ConfirmContext);

export function ConfirmProvider({ children }: { children: ReactNode }) {
  const host = useHost();
  const confirmsBy = host?.confirmsBy ?? 'passphrase';
  const [pending, setPending] = useState<Pending | null>(null);
  const by = useRef(confirmsBy);
  by.current = confirmsBy;

  const confirm = useCallback<Confirm>(async <Result,>(request: ConfirmRequest<Result>) => {
    const ask = () =>
      new Promise<Result | undefined>((resolve) =>
        // The generic seam: what `settle` gets is what this very request's `run` answered.
        setPending({ request, settle: (result) => resolve(result as Result | undefined) }),
      );
    if (request.when !== 'refused') return by.current === 'system' ? request.run() : ask();
    try {
      return await request.run();
    } catch (error) {
      if (asFailure(error).code === 'refused' && by.current === 'passphrase') return ask();
      throw error;
    }
  }, []);

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
          withPassphrase={confirmsBy === 'passphrase'}
          onDone={finish}
          onDecline={() => finish(undefined)}
        />
      )}
    </ConfirmContext>
  );
}

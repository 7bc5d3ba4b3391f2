import { X } from 'lucide-react';
import { createContext, use, useCallback, useMemo, useRef, useState, type ReactNode } from 'react';
import { Button } from './button.tsx';

interface Message {
  text: string;
  action?: { label: string; run: () => void };
  /** How long it stays; undo offers stay as long as undo is possible. */
  forMs?: number;
}
type Shown = Message & { id: number };

const ToastContext = createContext<(message: Message) => void>(() => undefined);

export const useToast = () => use(ToastContext);

/** Says what was done, in a live region, with the way back where there is one; nothing of it while contents are hidden. */
export function ToastProvider({ isHidden, children }: { isHidden: boolean; children: ReactNode }) {
  const [shown, setShown] = useState<Shown[]>([]);
  const lastId = useRef(0);
  const drop = useCallback((id: number) => setShown((all) => all.filter((one) => one.id !== id)), []);
  const say = useCallback(
    (message: Message) => {
      lastId.current += 1;
      const id = lastId.current;
      setShown((all) => [...all.slice(-2), { ...message, id }]);
      setTimeout(() => drop(id), message.forMs ?? 5_000);
    },
    [drop],
  );
  const value = useMemo(() => say, [say]);
  return (
    <ToastContext value={value}>
      {children}
      <div
        role="status"
        aria-live="polite"
        className="pointer-events-none fixed bottom-4 left-1/2 -translate-x-1/2 z-60 flex w-[min(420px,calc(100vw-32px))] flex-col gap-2"
      >
        {(isHidden ? [] : shown).map(({ id, text, action }) => (
          <div
            key={id}
            className="enter pointer-events-auto flex items-center gap-2 rounded-md bg-ink py-1.5 pr-1.5 pl-3 text-surface shadow-panel"
          >
            <span className="min-w-0 flex-1 break-words">{text}</span>
            {action && (
              <Button
                size="small"
                look="quiet"
                className="border-surface/40! text-surface! hover:bg-surface/15!"
                onClick={() => {
                  drop(id);
                  action.run();
                }}
              >
                {action.label}
              </Button>
            )}
            <button type="button" aria-label="Dismiss" onClick={() => drop(id)} className="rounded-sm p-1">
              <X size={14} />
            </button>
          </div>
        ))}
      </div>
    </ToastContext>
  );
}

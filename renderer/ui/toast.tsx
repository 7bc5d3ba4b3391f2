import { X } from 'lucide-react';
import { createContext, use, useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { Button } from './button.tsx';

interface Message {
  text: string;
  /** `undoes`: it takes back what was just done, which Mod+Z does too while this is shown. */
  action?: { label: string; run: () => void; undoes?: boolean };
  /** How long it stays; undo offers stay as long as undo is possible. */
  forMs?: number;
}
type Shown = Message & { id: number };

/** What only tells gives way to what is newer; what offers something stays until its time is over. */
const plainAtMost = 3;
const undoKeys = 'Mod+Z';

const ToastContext = createContext<(message: Message) => void>(() => undefined);

export const useToast = () => use(ToastContext);

/** Says what was done, in a live region, with the way back where there is one; nothing of it while contents are hidden. */
export function ToastProvider({ isHidden, children }: { isHidden: boolean; children: ReactNode }) {
  const [shown, setShown] = useState<Shown[]>([]);
  const lastId = useRef(0);
  const drop = useCallback((id: number) => setShown((all) => all.filter((one) => one.id !== id)), []);
  const say = useCallback((message: Message) => {
    lastId.current += 1;
    const id = lastId.current;
    setShown((all) => withoutOldest([...all, { ...message, id }]));
  }, []);
  const undo = isHidden ? undefined : shown.filter(({ action }) => action?.undoes === true).at(-1);
  useUndoKeys(
    undo &&
      (() => {
        drop(undo.id);
        undo.action?.run();
      }),
  );
  return (
    <ToastContext value={say}>
      {children}
      <div
        role="status"
        aria-live="polite"
        className="pointer-events-none fixed bottom-4 left-1/2 -translate-x-1/2 z-60 flex w-[min(420px,calc(100vw-32px))] flex-col gap-2"
      >
        {shown.map((message) => (
          <Toast
            key={message.id}
            message={message}
            isHidden={isHidden}
            keys={message === undo ? undoKeys : undefined}
            onDrop={drop}
          />
        ))}
      </div>
    </ToastContext>
  );
}

interface ToastProps {
  message: Shown;
  isHidden: boolean;
  keys: string | undefined;
  onDrop: (id: number) => void;
}

/** One message. Its time stands still while somebody points at it or has the focus in it. */
function Toast({ message: { id, text, action, forMs = 5_000 }, isHidden, keys, onDrop }: ToastProps) {
  const [isHeld, setHeld] = useState({ pointer: false, focus: false });
  const leftMs = useRef(forMs);
  const isRunning = isHidden || !(isHeld.pointer || isHeld.focus);
  useEffect(() => {
    if (!isRunning) return undefined;
    const startedMs = performance.now();
    const timer = setTimeout(() => onDrop(id), leftMs.current);
    return () => {
      clearTimeout(timer);
      leftMs.current -= performance.now() - startedMs;
    };
  }, [isRunning, id, onDrop]);
  if (isHidden) return null;
  return (
    <div
      onPointerEnter={() => setHeld((held) => ({ ...held, pointer: true }))}
      onPointerLeave={() => setHeld((held) => ({ ...held, pointer: false }))}
      onFocus={() => setHeld((held) => ({ ...held, focus: true }))}
      onBlur={() => setHeld((held) => ({ ...held, focus: false }))}
      data-toast
      className="enter pointer-events-auto flex items-center gap-2 rounded-md bg-ink py-1.5 pr-1.5 pl-3 text-surface shadow-panel"
    >
      <span className="min-w-0 flex-1 break-words whitespace-pre-line">{text}</span>
      {action && (
        <Button
          size="small"
          look="quiet"
          {...(keys === undefined ? {} : { shortcut: keys })}
          className="border-surface/40! text-surface! hover:bg-surface/15!"
          onClick={() => {
            onDrop(id);
            action.run();
          }}
        >
          {action.label}
        </Button>
      )}
      <button type="button" aria-label="Dismiss" onClick={() => onDrop(id)} className="rounded-sm p-1">
        <X size={14} />
      </button>
    </div>
  );
}

function withoutOldest(all: readonly Shown[]): Shown[] {
  const plain = all.filter(({ action }) => !action).slice(-plainAtMost);
  return all.filter((one) => one.action !== undefined || plain.includes(one));
}

/** Mod+Z, but not where somebody types: there it takes back what was typed. */
function useUndoKeys(undo: (() => void) | undefined): void {
  const current = useRef(undo);
  useEffect(() => {
    current.current = undo;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const { key, ctrlKey, metaKey, shiftKey, altKey, target } = event;
      const isUndo = (ctrlKey || metaKey) && !shiftKey && !altKey && key.toLowerCase() === 'z';
      if (!isUndo || !current.current || event.defaultPrevented || event.isComposing) return;
      if (target instanceof Element && target.closest('input:not([type=checkbox]), textarea, select')) return;
      event.preventDefault();
      current.current();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

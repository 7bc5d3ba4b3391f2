import { useEffect, useRef, type RefObject } from 'react';

/** Listens for Escape (deny) and Ctrl or ⌘ with Enter (once): within one element, or with null on the whole page. */
export function useAnswerKeys(
  within: RefObject<HTMLElement | null> | null,
  answer: (key: 'deny' | 'once') => void,
): void {
  const current = useRef(answer);
  useEffect(() => {
    current.current = answer;
  }, [answer]);
  useEffect(() => {
    const target = within === null ? document : within.current;
    const onKeyDown = (event: Event): void => {
      if (!(event instanceof KeyboardEvent) || event.defaultPrevented || event.repeat || isElsewhere()) return;
      if (event.key === 'Escape') current.current('deny');
      else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) current.current('once');
      else return;
      event.preventDefault();
    };
    target?.addEventListener('keydown', onKeyDown);
    return () => target?.removeEventListener('keydown', onKeyDown);
  }, [within]);
}

/** A dialog or a menu is open: its keys are its own. */
const isElsewhere = (): boolean => document.querySelector('[role=dialog], [role=menu]') !== null;

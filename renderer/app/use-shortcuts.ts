import { useEffect, useRef } from 'react';
import type { Action } from './actions.ts';
import { createShortcutReader } from './shortcuts.ts';

/** Listens for the actions' shortcuts. Plain letters count only where nobody types and no dialog is open. */
export function useShortcuts(actions: readonly Action[]): void {
  const current = useRef(actions);
  useEffect(() => {
    current.current = actions;
  }, [actions]);
  useEffect(() => {
    const read = createShortcutReader(() => current.current.flatMap(({ keys }) => keys ?? []));
    const onKeyDown = (event: KeyboardEvent): void => {
      const mod = event.ctrlKey || event.metaKey;
      if (event.defaultPrevented || event.isComposing || (!mod && isTaken(event.target))) return;
      if (document.querySelector('[role=dialog][data-state=open]')) return;
      const { key, shiftKey: shift, altKey: alt } = event;
      const keys = read({ key, mod, shift, alt }, performance.now());
      const action = keys === null ? undefined : current.current.find((candidate) => candidate.keys === keys);
      if (!action) return;
      event.preventDefault();
      action.run();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

const isTaken = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.closest('input:not([type=checkbox]), textarea, select, [contenteditable], [role=menu]') !== null;

import type { RouterHistory } from '@tanstack/react-router';

/**
 * Keeps a sheet in which somebody typed when the address changes from outside: a deep link, a notification, the browser's
 * own buttons. What the page does by itself (its buttons, its shortcuts) is not held up.
 */
export function createLeaveGuard() {
  const typedIn = new Set<HTMLInputElement | HTMLTextAreaElement>();
  const listeners = new Set<() => void>();

  const isTyped = (): boolean => {
    for (const element of typedIn) {
      // A form that gave way to its result, or a secret that was taken, has nothing left to lose.
      if (!element.isConnected || (element.value === '' && 'secret' in element.dataset)) typedIn.delete(element);
    }
    return typedIn.size > 0;
  };

  return {
    /** Told when something was kept. */
    onKept(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    /** Makes the router's history behind the guard: only who listens first can keep an address from the others. */
    guard(create: () => RouterHistory): RouterHistory {
      document.addEventListener('input', ({ target }) => {
        const isText = target instanceof HTMLInputElement ? !plainTypes.has(target.type) : isTextArea(target);
        if (isText && isTextElement(target) && target.closest('[role=dialog]')) typedIn.add(target);
      });
      // The router's own blocker is no help: it reloads the page when an address was set from outside.
      window.addEventListener(
        'popstate',
        (event) => {
          if (!isTyped() || location.hash.startsWith('#token=')) return;
          event.stopImmediatePropagation();
          const { href, state } = history.location;
          window.history.replaceState(state, '', history.createHref(href));
          listeners.forEach((listener) => listener());
        },
        { capture: true },
      );
      const history = create();
      return history;
    },
  };
}

/** There is one page, and so one of these. */
export const leaveGuard = createLeaveGuard();

const plainTypes = new Set(['checkbox', 'radio', 'file']);

const isTextArea = (target: EventTarget | null): target is HTMLTextAreaElement => target instanceof HTMLTextAreaElement;

const isTextElement = (target: EventTarget | null): target is HTMLInputElement | HTMLTextAreaElement =>
  target instanceof HTMLInputElement || isTextArea(target);
